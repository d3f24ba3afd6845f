/** Where the votes of a run lie: with its drop, in closed rounds, in batches that have ended in the open round, and in open batches. */
import type { CastVote } from '../../schemas/batch.ts';
import type { Shard, TableRef } from '../../schemas/table.ts';
import { batchOf, findChecks, findPlan, keptShards } from '../annotation/round.ts';
import { mapped } from '../pace.ts';
import type { ObjectStore, TableStore } from '../ports.ts';

/** Open batches of a run and the votes they count; the server asks the workflows. */
export interface OpenBatches {
  list(run: string): Promise<readonly { readonly id: string }[]>;
  votes(batch: string): Promise<readonly CastVote[]>;
}

export interface Stored {
  readonly round: number;
  readonly shards: readonly Shard[];
}

export interface LiveVotes {
  readonly round: number;
  readonly votes: readonly CastVote[];
}

/** The votes of a run, by where they are; digests of all of it make the key under which figures are kept. */
export interface RunVotes {
  readonly items: TableRef;
  /** Round 0 is the drop's own. */
  readonly stored: readonly Stored[];
  readonly live: readonly LiveVotes[];
  /** Known answers of checks, by item: one a task of the run, null where none is known. */
  readonly known: ReadonlyMap<string, readonly (string | null)[]>;
}

/** Rounds looked for; a run is not sent back more often. */
const MOST_ROUNDS = 1000;
/** Batches asked at a time. */
const AT_ONCE = 8;

const liveVotes = async (batches: OpenBatches, run: string): Promise<LiveVotes[]> =>
  mapped(await batches.list(run), AT_ONCE, async ({ id }) => ({
    round: batchOf(id)?.round ?? 1,
    votes: await batches.votes(id),
  }));

/** Where a run's votes are now. Null for a run without items. */
export const findVotes = async (
  { objects, tables, batches }: { objects: ObjectStore; tables: TableStore; batches: OpenBatches },
  run: string,
): Promise<RunVotes | null> => {
  const items = await tables.find('items', run);
  if (items === null) return null;
  // Asked first: a batch that ends meanwhile is then found twice, which is seen by the ids, and not missed.
  const live = await liveVotes(batches, run);
  const stored: Stored[] = [];
  const known = new Map<string, readonly (string | null)[]>();
  const own = await tables.find('annotations', run);
  if (own !== null) stored.push({ round: 0, shards: await tables.shards(own) });
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const committed = await tables.find('annotations', `${run}-r${round}`);
    const plan = await findPlan(objects, run, round);
    let shards: readonly Shard[];
    if (committed !== null) shards = await tables.shards(committed);
    else if (plan !== null) shards = await keptShards(objects, run, round, plan);
    else break;
    stored.push({ round, shards: shards.filter(({ rows }) => rows > 0) });
    const checks = plan === null ? null : await findChecks(objects, run, round, plan);
    for (const check of checks?.checks ?? []) known.set(check.id, check.known);
  }
  return { items, stored, live, known };
};
