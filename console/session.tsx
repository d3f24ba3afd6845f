/** Who is signed in. Where a session ends under an open page, the page stays and signing in again happens over it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { Redirect } from 'wouter';
import { Session } from '../schemas/session.ts';
import { ApiError, get, onSignedOut } from './client.ts';
import { Pending } from './parts/pending.tsx';
import { SignInAgain } from './sign-in.tsx';

const Current = createContext<Session | null>(null);

/** The session of a page below SessionProvider. */
export const useSession = (): Session => {
  const session = use(Current);
  if (session === null) throw new Error('no session here');
  return session;
};

const here = (): string => `${location.pathname}${location.search}`;

export const SessionProvider = ({ children }: { children: ReactNode }) => {
  const queries = useQueryClient();
  const [lapsed, setLapsed] = useState(false);
  const session = useQuery({ queryKey: ['session'], queryFn: () => get('/api/session', Session), staleTime: 60_000 });
  useEffect(() => onSignedOut(() => setLapsed(true)), []);
  if (session.data !== undefined) {
    const again = async (found: Session) => {
      // Somebody else must not go on with this person's page.
      if (found.subject !== session.data.subject) return location.reload();
      queries.setQueryData(['session'], found);
      setLapsed(false);
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    };
    return (
      <Current value={session.data}>
        {children}
        {lapsed && <SignInAgain name={session.data.name} onSession={(found) => void again(found)} />}
      </Current>
    );
  }
  if (session.error instanceof ApiError && session.error.status === 401)
    return <Redirect to={`/sign-in?to=${encodeURIComponent(here())}`} replace />;
  return <Pending query={session} />;
};
