/** The drops of a monitor's sides, and where their rows lie. */

import { dropOfManifestKey, keys } from '../../schemas/keys.ts';
import type { Side } from '../../schemas/monitor-kinds.ts';
import type { Shard, TableName } from '../../schemas/table.ts';
import { mapped } from '../pace.ts';
import type { ObjectStore, TableStore } from '../ports.ts';

/** A drop, and when its `drop.json` was written, in milliseconds since epoch. */
export interface Arrival {
  readonly name: string;
  readonly at: number;
}

const DAY_MS = 86_400_000;
/** Drops of a side; of more, those that came last. */
const MOST_DROPS = 500;
/** Partitions looked up at a time. */
const AT_ONCE = 8;

const arrivals = async (objects: ObjectStore): Promise<Arrival[]> => {
  const found: Arrival[] = [];
  for await (const { key, modified } of objects.list(keys.dropsPrefix())) {
    const name = dropOfManifestKey(key);
    if (name !== null) found.push({ name, at: modified });
  }
  return found.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
};

/** Drops of a side among all that have arrived; days are counted back from `end`, exclusive. */
const within = (all: readonly Arrival[], side: Side, end: number, prefix: string | undefined): Arrival[] =>
  'drops' in side
    ? all.filter(({ name }) => side.drops.includes(name))
    : all
        .filter(({ name, at }) => at < end && at >= end - side.days * DAY_MS && name.startsWith(prefix ?? ''))
        .slice(-MOST_DROPS);

interface Sides {
  readonly reference: Side;
  readonly current: Side;
  readonly prefix?: string | undefined;
}

/** The current drops, oldest first. A name of which there is no drop is passed over. */
export const currentDrops = async (
  objects: ObjectStore,
  { current, prefix }: Omit<Sides, 'reference'>,
  now: number,
): Promise<Arrival[]> => within(await arrivals(objects), current, now, prefix);

/** The drops of both sides, oldest first; those of a reference by days came before the first current one, and before its days. */
export const bothSides = async (
  objects: ObjectStore,
  { reference, current, prefix }: Sides,
  now: number,
): Promise<{ readonly reference: readonly Arrival[]; readonly current: readonly Arrival[] }> => {
  const all = await arrivals(objects);
  const own = within(all, current, now, prefix);
  const begin = 'days' in current ? now - current.days * DAY_MS : (own[0]?.at ?? now);
  return { reference: within(all, reference, begin, prefix), current: own };
};

/** The filled shards of the drops in a table; of annotations, those of all rounds. */
export const shardsOfDrops = async (
  tables: TableStore,
  table: TableName,
  drops: readonly Arrival[],
): Promise<readonly Shard[]> => {
  const shardsOf = async (partition: string): Promise<readonly Shard[] | null> => {
    const ref = await tables.find(table, partition);
    return ref === null ? null : tables.shards(ref);
  };
  const found = await mapped(drops, AT_ONCE, async ({ name }) => {
    const own: Shard[] = [...((await shardsOf(name)) ?? [])];
    if (table !== 'annotations') return own;
    for (let round = 1; ; round++) {
      const voted = await shardsOf(`${name}-r${round}`);
      if (voted === null) return own;
      own.push(...voted);
    }
  });
  return found.flat().filter(({ rows }) => rows > 0);
};
