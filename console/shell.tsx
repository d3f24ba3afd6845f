/** What stands around every page: where one can go, who one is, the theme. */
import { type ReactNode, useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { Done, post } from './client.ts';
import { Button } from './parts/button.tsx';
import { useToast } from './parts/toast.tsx';
import { useSession } from './session.tsx';
import { changeSettings, nextTheme, useSettings } from './theme.ts';

const PLACES = [
  { to: '/work', name: 'Work', roles: ['annotator'] },
  { to: '/work/own', name: 'My answers', roles: ['annotator'] },
  { to: '/review', name: 'Review', roles: ['reviewer', 'admin', 'auditor'] },
  { to: '/manage', name: 'Manage', roles: ['reviewer', 'curator', 'admin', 'auditor'] },
  { to: '/evalgen', name: 'Assertions', roles: ['reviewer', 'curator', 'admin'] },
] as const;

const THEME_SIGN = { auto: '◐', light: '☀', dark: '☾' } as const;

export const Shell = ({ children }: { children: ReactNode }) => {
  const session = useSession();
  const [place] = useLocation();
  const { theme } = useSettings();
  const toast = useToast();
  const open = PLACES.filter(({ roles }) => roles.some((role) => session.roles.includes(role)));
  // The longest of those that lead here: /work/own is not /work.
  const current = open
    .filter(({ to }) => place === to || place.startsWith(`${to}/`))
    .sort((a, b) => b.to.length - a.to.length)[0];
  useEffect(() => {
    document.title = `${current?.name ?? 'Assay'} · Assay`;
  }, [current]);
  const signOut = () =>
    post('/api/session/end', {}, Done).then(
      () => location.assign('/console/sign-in'),
      (error: unknown) => toast({ kind: 'bad', text: `Not signed out: ${(error as Error).message}` }),
    );
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <header className="bar">
        <Link to="/" className="brand">
          Assay
        </Link>
        <nav aria-label="Pages">
          {open.map(({ to, name }) => (
            <Link key={to} to={to} aria-current={current?.to === to ? 'page' : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <div className="bar-end">
          {session.roles.includes('annotator') && (
            <Link to="/work/preferences" className="quiet" aria-label="Preferences" title="Preferences">
              ⚙
            </Link>
          )}
          <Button
            kind="quiet"
            onClick={() => changeSettings({ theme: nextTheme(theme) })}
            aria-label={`Theme: ${theme}`}
            title={`Theme: ${theme}`}
          >
            {THEME_SIGN[theme]}
          </Button>
          <span className="who" dir="auto" title={session.roles.join(', ')}>
            {session.name}
          </span>
          <Button kind="quiet" onClick={() => void signOut()}>
            Sign out
          </Button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
};
