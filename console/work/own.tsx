/** What somebody did: where it stands, and a word about it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { moment } from '../charts/words.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Pending } from '../parts/pending.tsx';
import { Table } from '../parts/table.tsx';
import { OwnAnswer } from './own-answer.tsx';
import { type OwnLine, ownQuery } from './own-work.ts';

const STATUS: Readonly<Record<OwnLine['status'], string>> = {
  open: 'counted',
  ruled: 'decided by a reviewer',
  withdrawn: 'not counted',
};

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
  const own = useQuery(ownQuery);
  const [opened, setOpened] = useState<OwnLine | null>(null);
  if (own.data === undefined) return <Pending query={own} />;
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
          { name: 'when', cell: ({ at }) => (at === null ? '–' : moment(at)) },
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
