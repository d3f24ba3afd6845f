import type { ManagedRun } from '../../schemas/scorecard.ts';
import { count, percent } from '../charts/words.ts';
import { Empty } from '../parts/empty.tsx';
import { Table } from '../parts/table.tsx';
import { Tiles } from './tiles.tsx';

type Batch = ManagedRun['batches'][number];

const sum = (batches: readonly Batch[], of: (batch: Batch) => number): number =>
  batches.reduce((total, batch) => total + of(batch), 0);

/** Share of wanted votes that are there. */
const progressOf = ({ votes, open }: { votes: number; open: number }): number =>
  votes + open === 0 ? 1 : votes / (votes + open);

/** The open batches of a run and how far they are. */
export const Batches = ({
  run,
  batches,
  annotateUrl,
}: {
  run: string;
  batches: readonly Batch[];
  annotateUrl: string;
}) => {
  if (batches.length === 0)
    return (
      <Empty title="No open batches">
        <p>
          Batches are open while a run asks people. What was asked before is under <a href={annotateUrl}>annotate</a> in
          the Temporal UI.
        </p>
      </Empty>
    );
  const [votes, open] = [sum(batches, (batch) => batch.votes), sum(batches, (batch) => batch.open)];
  const [asked, right] = [sum(batches, ({ checks }) => checks.asked), sum(batches, ({ checks }) => checks.right)];
  return (
    <div className="stack">
      <Tiles
        figures={[
          ['Votes', `${count(votes)} of ${count(votes + open)}`],
          ['In work', count(sum(batches, ({ leased }) => leased))],
          ['Skipped', count(sum(batches, ({ skipped }) => skipped))],
          ['Waiting for review', count(sum(batches, ({ inReview }) => inReview))],
          ['Ruled', count(sum(batches, ({ ruled }) => ruled))],
          ['Checks right', asked === 0 ? '–' : percent(right / asked)],
          ['Paused people', count(Math.max(0, ...batches.map(({ paused }) => paused)))],
        ]}
      />
      <Table
        caption={`Open batches of ${run}; each leads to the Temporal UI`}
        rows={batches}
        keyOf={({ id }) => id}
        columns={[
          { name: 'Batch', cell: ({ id, temporalUrl }) => <a href={temporalUrl}>{id.split('/').at(-1)}</a> },
          { name: 'Tasks', cell: ({ tasks }) => tasks.join(', ') },
          {
            name: 'Progress',
            cell: (batch) => (
              <div className="bar-cell">
                <progress value={progressOf(batch)} aria-label={`Progress of batch ${batch.batch}`} />
                {percent(progressOf(batch))}
              </div>
            ),
          },
          { name: 'Items', number: true, cell: ({ items }) => count(items) },
          { name: 'Votes', number: true, cell: ({ votes }) => count(votes) },
          { name: 'Wanted', number: true, cell: ({ open }) => count(open) },
          { name: 'In work', number: true, cell: ({ leased }) => count(leased) },
          { name: 'To review', number: true, cell: ({ inReview }) => count(inReview) },
          { name: 'Guideline', cell: ({ guideline }) => guideline },
        ]}
      />
    </div>
  );
};
