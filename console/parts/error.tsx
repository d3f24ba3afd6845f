import { Component, type ReactNode } from 'react';
import { ApiError, OfflineError } from '../client.ts';
import { Button } from './button.tsx';

/** What went wrong, in one line, with the code to look up and the way out. */
const wordsOf = (error: unknown): { text: string; fix: string } => {
  if (error instanceof ApiError) return { text: `${error.code}: ${error.message}`, fix: error.fix };
  if (error instanceof OfflineError)
    return { text: 'No connection to the server.', fix: 'try again once it can be reached' };
  return { text: error instanceof Error ? error.message : String(error), fix: '' };
};

export const ErrorMessage = ({ error, retry }: { error: unknown; retry?: () => unknown }) => {
  const { text, fix } = wordsOf(error);
  return (
    <div className="notice bad" role="alert">
      <p>
        {text} {fix !== '' && <span className="quiet">Way out: {fix}.</span>}
      </p>
      {retry !== undefined && <Button onClick={() => void retry()}>Try again</Button>}
    </div>
  );
};

/** Keeps a fault of one page from taking the console with it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };
  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }
  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? (
      this.props.children
    ) : (
      <ErrorMessage error={error} retry={() => this.setState({ error: null })} />
    );
  }
}
