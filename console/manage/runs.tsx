import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { z } from 'zod';
import { RunLine } from '../../schemas/scorecard.ts';
import { moment } from '../charts/words.ts';
import { get } from '../client.ts';
import { Empty } from '../parts/empty.tsx';
import { Pending } from '../parts/pending.tsx';
import { Table } from '../parts/table.tsx';
import { StageChip } from './stage.tsx';

/** How often a page that follows runs asks again, in milliseconds. */
const LIVE = 3_000;

/** All runs, the newest first. */
export const Runs = () => {
  const runs = useQuery({
    queryKey: ['runs'],
    queryFn: () => get('/api/runs', z.array(RunLine)),
    refetchInterval: LIVE,
  });
  if (runs.data === undefined) return <Pending query={runs} />;
  const sorted = runs.data.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  return (
    <>
      <h1>Runs</h1>
      {sorted.length === 0 ? (
        <Empty title="No runs yet">
          A run starts when a drop is complete: <code>assay drop push FILES --name NAME</code>.
        </Empty>
      ) : (
        <Table
          caption="Runs of drops, the newest first"
          rows={sorted}
          keyOf={({ drop }) => drop}
          columns={[
            { name: 'Run', cell: ({ drop }) => <Link to={`/manage/runs/${drop}`}>{drop}</Link> },
            { name: 'Stage', cell: ({ stage, status }) => <StageChip stage={stage} status={status} /> },
            { name: 'Started', cell: ({ startedAt }) => moment(Date.parse(startedAt)) },
          ]}
        />
      )}
    </>
  );
};
