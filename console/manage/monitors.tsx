import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { whenText } from '../../schemas/when.ts';
import { counted, moment } from '../charts/words.ts';
import { get } from '../client.ts';
import { Empty } from '../parts/empty.tsx';
import { Pending } from '../parts/pending.tsx';
import { Table } from '../parts/table.tsx';
import { alertWord, ReadingChip } from './monitor-state.tsx';
import { MonitorsAnswer } from './monitors-client.ts';

/** How often the page asks again, in milliseconds. */
const LIVE = 10_000;

/** All monitors: first those with an alert that nobody took note of. */
export const Monitors = () => {
  const answer = useQuery({
    queryKey: ['monitors'],
    queryFn: () => get('/api/monitors', MonitorsAnswer),
    refetchInterval: LIVE,
  });
  if (answer.data === undefined) return <Pending query={answer} />;
  const open = answer.data.monitors.filter(({ alert }) => alert?.acknowledged === null);
  const others = answer.data.monitors.filter(({ alert }) => alert?.acknowledged !== null);
  return (
    <>
      <h1>Monitors</h1>
      {answer.data.monitors.length === 0 ? (
        <Empty title="Nothing is watched yet">
          Say what is in a file: <code>assay monitor put monitors.yaml</code>.
        </Empty>
      ) : (
        <>
          <p role="status" className={open.length > 0 ? 'notice' : 'quiet'}>
            {open.length > 0
              ? `${counted(open.length, 'alert')} that nobody took note of.`
              : 'No alert waits for anybody.'}
          </p>
          <Table
            caption="Monitors, alerts first"
            rows={[...open, ...others]}
            keyOf={({ name }) => name}
            columns={[
              {
                name: 'Monitor',
                cell: ({ name }) => <Link to={`/manage/monitors/${encodeURIComponent(name)}`}>{name}</Link>,
              },
              { name: 'State', cell: ({ newest }) => <ReadingChip state={newest?.reading.state ?? null} /> },
              { name: 'Alert', cell: ({ alert }) => alertWord(alert) },
              { name: 'What it found', cell: ({ newest }) => newest?.reading.reason ?? '–' },
              { name: 'Looked', cell: ({ newest }) => (newest === null ? '–' : moment(Date.parse(newest.at))) },
              { name: 'Watches', cell: ({ watch }) => watch.kind },
              { name: 'When', cell: ({ when }) => whenText(when) },
            ]}
          />
        </>
      )}
    </>
  );
};
