/** The console's pages and who sees which. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ComponentType, lazy, Suspense } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import type { Role, Session } from '../schemas/session.ts';
import { ApiError } from './client.ts';
import { Empty } from './parts/empty.tsx';
import { ErrorBoundary } from './parts/error.tsx';
import { Loading } from './parts/loading.tsx';
import { Toasts } from './parts/toast.tsx';
import { SessionProvider, useSession } from './session.tsx';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only a lost connection or a fault of the server is worth another try.
      retry: (count, error) => count < 3 && !(error instanceof ApiError && error.status < 500),
      staleTime: 5_000,
    },
  },
});

interface PageRoute {
  readonly path: string;
  readonly roles: readonly Role[];
  readonly page: ComponentType;
}

const PAGES: readonly PageRoute[] = [
  { path: '/work', roles: ['annotator'], page: lazy(() => import('./work/index.tsx')) },
  { path: '/work/own', roles: ['annotator'], page: lazy(() => import('./work/own.tsx')) },
  { path: '/work/preferences', roles: ['annotator'], page: lazy(() => import('./work/preferences.tsx')) },
  { path: '/review/*?', roles: ['reviewer', 'admin', 'auditor'], page: lazy(() => import('./review/index.tsx')) },
  {
    path: '/manage/*?',
    roles: ['reviewer', 'curator', 'admin', 'auditor'],
    page: lazy(() => import('./manage/index.tsx')),
  },
  { path: '/evalgen/*?', roles: ['reviewer', 'curator', 'admin'], page: lazy(() => import('./evalgen/index.tsx')) },
];

/** Where somebody begins: with the work that their roles are for. */
const homeOf = ({ roles }: Session): string =>
  roles.includes('annotator') ? '/work' : roles.includes('reviewer') ? '/review' : '/manage';

const Pages = () => {
  const session = useSession();
  return (
    <Switch>
      <Route path="/">
        <Redirect to={homeOf(session)} replace />
      </Route>
      {PAGES.map(({ path, roles, page: Page }) => (
        <Route key={path} path={path}>
          {roles.some((role) => session.roles.includes(role)) ? (
            <Page />
          ) : (
            <Empty title="This page is for other roles">
              You are signed in as {session.roles.join(', ')}. It needs one of: {roles.join(', ')}.
            </Empty>
          )}
        </Route>
      ))}
      <Route>
        <Empty title="No such page">The address may be old. Choose a page above.</Empty>
      </Route>
    </Switch>
  );
};

export const App = () => (
  <QueryClientProvider client={queries}>
    <Router base="/console">
      <Toasts>
        <Switch>
          <Route path="/sign-in">
            <SignIn />
          </Route>
          <Route>
            <SessionProvider>
              <Shell>
                <ErrorBoundary>
                  <Suspense fallback={<Loading />}>
                    <Pages />
                  </Suspense>
                </ErrorBoundary>
              </Shell>
            </SessionProvider>
          </Route>
        </Switch>
      </Toasts>
    </Router>
  </QueryClientProvider>
);
