/** People's votes over several drops, item by item. */
import type { Task } from '../../schemas/annotation.ts';
import type { MeasurementLevel } from '../../schemas/label.ts';
import { readManifest } from '../drop-plan.ts';
import { extentOf, type ItemVotes, readVotes } from '../figures/read.ts';
import type { KnownAnswers } from '../figures/records.ts';
import { findVotes, type OpenBatches, type RunVotes } from '../figures/rounds.ts';
import { breathe } from '../pace.ts';
import { readPipeline } from '../pipeline-file.ts';
import type { Arrival } from './drops.ts';
import type { MonitorSources } from './sources.ts';

export interface DropVotes {
  readonly drop: string;
  readonly item: ItemVotes;
  readonly answers: KnownAnswers;
  readonly levels: Partial<Record<Task, MeasurementLevel>>;
}

/** Votes of batches that are open count once their batch has ended. */
const STORED: OpenBatches = { list: async () => [], votes: async () => [] };

/** The votes of the drops, oldest drop first; of more than `most` some items of each, with all their votes. */
export async function* votesOfDrops(
  { objects, tables }: MonitorSources,
  drops: readonly Arrival[],
  most: number,
): AsyncGenerator<DropVotes> {
  const voted: { readonly drop: string; readonly votes: RunVotes; readonly of: number }[] = [];
  for (const { name: drop } of drops) {
    const votes = await findVotes({ objects, tables, batches: STORED }, drop);
    if (votes !== null) voted.push({ drop, votes, of: extentOf(votes).of });
  }
  const all = voted.reduce((sum, { of }) => sum + of, 0);
  for (const { drop, votes, of } of voted) {
    const { annotate, aggregate } = await readPipeline(objects, await readManifest(objects, drop));
    const answers = { tasks: annotate.tasks, tolerance: annotate.checks?.tolerance ?? 0, known: votes.known };
    const extent = extentOf(votes, Math.ceil((of * most) / Math.max(most, all)));
    for await (const item of readVotes({ objects, tables }, drop, votes, extent))
      yield { drop, item, answers, levels: aggregate.levels };
    await breathe();
  }
}
