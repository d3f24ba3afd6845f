import { useQuery } from '@tanstack/react-query';
import type { MonitorState, Reading } from '../../schemas/monitor.ts';
import { get } from '../client.ts';
import { AlertsAnswer } from './monitors-client.ts';

/** How often alerts are asked for beside other pages, in milliseconds. */
const LIVE = 30_000;

const CHIPS = { green: 'good', red: 'bad', 'no-data': 'warn' } as const;

/** What a look found, in its colour; the word says the same. */
export const ReadingChip = ({ state }: { state: Reading['state'] | null }) => (
  <span className={`chip ${state === null ? '' : CHIPS[state]}`}>
    {state === null ? 'not looked yet' : state.replace('-', ' ')}
  </span>
);

/** Whether an alert stands, and whether somebody took note of it. */
export const alertWord = (alert: MonitorState['alert']): string => {
  if (alert === null) return '–';
  return alert.acknowledged === null ? 'stands' : 'acknowledged';
};

/** How many alerts nobody took note of; nothing where there are none, or where the session may not know. */
export const OpenAlerts = () => {
  const { data } = useQuery({
    queryKey: ['monitors', 'alerts'],
    queryFn: () => get('/api/alerts', AlertsAnswer),
    refetchInterval: LIVE,
  });
  const open = data?.alerts.filter(({ acknowledged }) => acknowledged === null).length ?? 0;
  return open === 0 ? null : (
    <span className="chip bad" title="Alerts that nobody took note of">
      {open}
    </span>
  );
};
