import { ErrorMessage } from './error.tsx';
import { Loading } from './loading.tsx';

/** Stands where a query has no data: the wait, or what went wrong. What came once stays on the page when a later try fails. */
export const Pending = ({
  query: { error, refetch },
  what,
}: {
  query: { readonly error: unknown; readonly refetch: () => unknown };
  what?: string;
}) => (error === null ? <Loading what={what} /> : <ErrorMessage error={error} retry={refetch} />);
