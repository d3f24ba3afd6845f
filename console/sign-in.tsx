/** Signing in: by a one-time link, whose token stands in the address's fragment and so in no log, or by the identity provider. */
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { z } from 'zod';
import { Session } from '../schemas/session.ts';
import { ApiError, get, OfflineError, post } from './client.ts';
import { safePath, tokenName, tokenOf } from './link-token.ts';
import { Button } from './parts/button.tsx';
import { Dialog } from './parts/dialog.tsx';
import { ErrorMessage } from './parts/error.tsx';

const Ways = z.object({ oidc: z.boolean(), link: z.boolean() });

const redeem = (token: string): Promise<Session> => post('/api/session/link', { token }, Session);

/** The ways that this server offers; `token` is that of the link that was opened, `to` where somebody goes on to. */
const SignInWays = ({
  token,
  onSession,
  to,
}: {
  token: string | null;
  to: string;
  onSession: (found: Session) => void;
}) => {
  const ways = useQuery({ queryKey: ['sign-in'], queryFn: () => get('/api/sign-in', Ways) });
  const [given, setGiven] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const use = async (by: string) => {
    setBusy(true);
    setError(null);
    await redeem(by).then(onSession, setError);
    setBusy(false);
  };
  const paste = (event: FormEvent) => {
    event.preventDefault();
    const found = tokenOf(given);
    if (found === null) setError(new Error('this is no sign-in link: paste its whole address'));
    else void use(found);
  };
  const name = token === null ? null : tokenName(token);
  return (
    <div className="stack">
      {token !== null && (
        <Button kind="primary" busy={busy} onClick={() => void use(token)} autoFocus>
          {name === null ? 'Sign in' : `Sign in as ${name}`}
        </Button>
      )}
      {ways.data?.oidc === true && (
        <a className="button primary" href={`/sign-in/oidc?to=${encodeURIComponent(to)}`}>
          Sign in with your organisation
        </a>
      )}
      {token === null && ways.data?.link === true && (
        <form className="stack" onSubmit={paste}>
          <label className="field">
            <span>Sign-in link</span>
            <input
              value={given}
              onChange={(event) => setGiven(event.target.value)}
              autoComplete="off"
              placeholder="https://…/console/sign-in#token=…"
              required
            />
          </label>
          <p className="quiet">
            <code>assay up</code> prints one; <code>assay link</code> makes more. Each works once.
          </p>
          <Button kind="primary" type="submit" busy={busy}>
            Sign in
          </Button>
        </form>
      )}
      {error !== null && <ErrorMessage error={error} />}
      {ways.error !== null && <ErrorMessage error={ways.error} retry={ways.refetch} />}
    </div>
  );
};

/** The page `/sign-in`, optionally `?to=PATH` and `#token=…`. */
export const SignIn = () => {
  const to = safePath(new URLSearchParams(location.search).get('to'));
  const [token] = useState(() => tokenOf(location.hash));
  useEffect(() => {
    document.title = 'Sign in · Assay';
    // A token has no business in the history.
    if (location.hash !== '') history.replaceState(null, '', `${location.pathname}${location.search}`);
  }, []);
  return (
    <main className="narrow card">
      <p className="brand">Assay</p>
      <h1>Sign in</h1>
      <SignInWays token={token} to={to} onSession={() => location.assign(to)} />
    </main>
  );
};

/** Over a page whose session has ended. Signing in elsewhere, in another tab, is noticed when this one is looked at again. */
export const SignInAgain = ({ name, onSession }: { name: string; onSession: (found: Session) => void }) => {
  useEffect(() => {
    const look = () =>
      void get('/api/session', Session).then(onSession, (error: unknown) => {
        // Still signed out, or no connection: looked at again next time.
        if (!(error instanceof ApiError || error instanceof OfflineError)) throw error;
      });
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  });
  return (
    <Dialog title="Your session has ended" open>
      <p>
        Sign in again as {name}. What you have written is kept on this page, and answers that wait are sent afterwards.
      </p>
      <SignInWays token={null} to={`${location.pathname}${location.search}`} onSession={onSession} />
    </Dialog>
  );
};
