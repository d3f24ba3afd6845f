/** Where the votes of a run lie: with its drop, in closed rounds, in batches that have ended in the open round, and in open batches. */
import type { CastVote } from '../../schemas/batch.ts';
import { keys } from '../../schemas/keys.ts';
import type { Shard, TableRef } from '../../schemas/table.ts';
import type { CheckLine } from '../contract.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { readReceipt } from '../receipts.ts';

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

/** The round of a batch, as workflows/ids.ts names batches: `batch/<run>/<n>` or `batch/<run>/r<round>-<n>`. */
export const roundOfBatch = (id: string): number => Number(/\/r(\d+)-\d+$/.exec(id)?.[1] ?? 1);

const stageOf = (round: number): string => `annotate-${round}`;

/** Shards of batches that have ended, in a round that is not committed yet. */
const endedBatches = async (objects: ObjectStore, run: string, round: number): Promise<Shard[] | null> => {
  const plan = await readReceipt<{ digest: string }>(objects, keys.receipt(run, stageOf(round), 'plan'));
  if (plan === null) return null;
  const found: string[] = [];
  for (const kind of ['votes', 'checks'])
    for await (const { key } of objects.list(keys.receipts(run, `${kind}-${round}-${plan.digest}`))) found.push(key);
  const shards: Shard[] = [];
  for (let at = 0; at < found.length; at += AT_ONCE)
    shards.push(
      ...(await Promise.all(
        found
          .slice(at, at + AT_ONCE)
          .map(async (key) => JSON.parse((await objects.get(key)).toString('utf8')) as Shard),
      )),
    );
  return shards;
};

const liveVotes = async (batches: OpenBatches, run: string): Promise<LiveVotes[]> => {
  const open = await batches.list(run);
  const live: LiveVotes[] = [];
  for (let at = 0; at < open.length; at += AT_ONCE)
    live.push(
      ...(await Promise.all(
        open
          .slice(at, at + AT_ONCE)
          .map(async ({ id }) => ({ round: roundOfBatch(id), votes: await batches.votes(id) })),
      )),
    );
  return live;
};

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
    const shards = committed === null ? await endedBatches(objects, run, round) : await tables.shards(committed);
    if (shards === null) break;
    stored.push({ round, shards: shards.filter(({ rows }) => rows > 0) });
    const plan = await readReceipt<{ checks: CheckLine[] }>(objects, keys.receipt(run, stageOf(round), 'checks'));
    for (const check of plan?.checks ?? []) known.set(check.id, check.known);
  }
  return { items, stored, live, known };
};
