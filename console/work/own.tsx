/** What somebody did: where it stands, and a word about it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { Loading } from '../parts/loading.tsx';
import { Table } from '../parts/table.tsx';
import { OwnAnswer } from './own-answer.tsx';
import { type OwnLine, ownWork } from './own-work.ts';

const STATUS: Readonly<Record<OwnLine['status'], string>> = {
  open: 'counted',
  ruled: 'decided by a reviewer',
  withdrawn: 'not counted',
};

const when = (at: number | null): string =>
  at === null ? '–' : new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const Standing = ({ line: { status, right, ruling } }: { line: OwnLine }) => (
  <span className="row">
    <span className={`chip ${status === 'withdrawn' ? 'bad' : ''}`}>{STATUS[status]}</span>
    {ruling !== null && <span className="chip">{ruling}</span>}
    {right !== null && (
      <span className={`chip ${right ? 'good' : 'warn'}`}>{right ? 'check: right' : 'check: not as known'}</span>
    )}
  </span>
);

export default function Own() {
  const own = useQuery({ queryKey: ['own'], queryFn: ownWork });
  const [opened, setOpened] = useState<OwnLine | null>(null);
  if (own.error !== null) return <ErrorMessage error={own.error} retry={own.refetch} />;
  if (own.data === undefined) return <Loading />;
  if (own.data.votes.length === 0)
    return <Empty title="No answers yet">What you answer in open batches stands here.</Empty>;
  return (
    <div className="stack">
      <h1>My answers</h1>
      <Table
        caption="Your answers in open batches, newest first"
        rows={own.data.votes}
        keyOf={({ batch, item }) => `${batch}/${item}`}
        columns={[
          { name: 'item', cell: ({ item }) => <code>{item.slice(-6)}</code> },
          { name: 'run', cell: ({ run }) => run },
          { name: 'when', cell: ({ at }) => when(at) },
          { name: 'stands', cell: (line) => <Standing line={line} /> },
          { name: 'notes', number: true, cell: ({ notes }) => notes },
          {
            name: 'look',
            cell: (line) => (
              <Button className="small" onClick={() => setOpened(line)} aria-label={`Open item ${line.item.slice(-6)}`}>
                Open
              </Button>
            ),
          },
        ]}
      />
      {opened !== null && <OwnAnswer line={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}
