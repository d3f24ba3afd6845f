/** Runs, the people who work on them, and what was decided. */
import '../charts/charts.css';
import './manage.css';
import { Link, Route, Switch, useLocation } from 'wouter';
import { Empty } from '../parts/empty.tsx';
import { useSession } from '../session.tsx';
import { AuditLog } from './audit.tsx';
import { MonitorPage } from './monitor.tsx';
import { OpenAlerts } from './monitor-state.tsx';
import { Monitors } from './monitors.tsx';
import { People } from './people.tsx';
import { Run } from './run.tsx';
import { Runs } from './runs.tsx';

/** `records`: pages for those alone who keep them, or audit them. */
const PLACES = [
  { to: '/manage', name: 'Runs', records: false },
  { to: '/manage/monitors', name: 'Monitors', records: false },
  { to: '/manage/people', name: 'People', records: true },
  { to: '/manage/audit', name: 'Audit log', records: true },
] as const;

export default function Manage() {
  const { roles } = useSession();
  const [place] = useLocation();
  const keeps = roles.includes('admin') || roles.includes('auditor');
  const open = PLACES.filter(({ records }) => !records || keeps);
  const current = (to: string): boolean =>
    to === '/manage' ? place === to || place.startsWith('/manage/runs/') : place.startsWith(to);
  return (
    <div className="stack">
      {open.length > 1 && (
        <nav className="places" aria-label="Manage">
          {open.map(({ to, name }) => (
            <Link key={to} to={to} aria-current={current(to) ? 'page' : undefined}>
              {name}
              {to === '/manage/monitors' && <OpenAlerts />}
            </Link>
          ))}
        </nav>
      )}
      <Switch>
        <Route path="/manage">
          <Runs />
        </Route>
        <Route path="/manage/runs/:run">{({ run }) => <Run key={run} run={run} />}</Route>
        <Route path="/manage/monitors">
          <Monitors />
        </Route>
        <Route path="/manage/monitors/:name">{({ name }) => <MonitorPage key={name} name={name} />}</Route>
        {keeps && (
          <Route path="/manage/people">
            <People />
          </Route>
        )}
        {keeps && (
          <Route path="/manage/audit">
            <AuditLog />
          </Route>
        )}
        <Route>
          <Empty title="No such page">The address may be old, or the page is for other roles.</Empty>
        </Route>
      </Switch>
    </div>
  );
}
