/** Tables as they stand without what has to go: of runs that were not done again, or that made no new partition. */
import type { Annotation } from '../../schemas/annotation.ts';
import type { Item } from '../../schemas/item.ts';
import type { QuarantineRow } from '../../schemas/quarantine.ts';
import { type Shard, TABLES, type TableName } from '../../schemas/table.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import type { ErasurePlan } from './plan.ts';
import { isGone } from './rounds.ts';
import { newestPartitions, placeName, ROWS } from './tables.ts';

interface Stores {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
}

/** Tells, for each table, whether a row has to go. */
const goneFrom = ({ subject, items: ids, drops }: ErasurePlan): Record<TableName, (row: never) => boolean> => {
  const items = new Set(ids);
  const places = new Set(
    drops.flatMap(({ drop, files }) =>
      files.flatMap(({ path, emptied, cut }) => [...emptied, ...cut].map((row) => placeName(drop, path, row))),
    ),
  );
  const derived = ({ item }: { readonly item: string }): boolean => items.has(item);
  return {
    items: ({ id, origin }: Item) => items.has(id) || origin.subject === subject,
    annotations: (row: Annotation) => isGone(row, { subject, items }),
    quarantine: ({ drop, file, row, code }: QuarantineRow) =>
      // What ingest says of the rewritten row is not theirs.
      code !== 'ASY-6403' && places.has(placeName(drop, file, row)),
    labels: derived,
    scores: derived,
    features: derived,
    heatmaps: derived,
  };
};

/** The shard without the rows, or as it is where it has none of them. */
const rewriteShard = async (
  tables: TableStore,
  table: TableName,
  shard: Shard,
  gone: (row: never) => boolean,
): Promise<Shard> => {
  async function* rest() {
    for await (const row of tables.readShard(shard, ROWS[table])) if (!gone(row as never)) yield row;
  }
  return tables.writeShard(table, ROWS[table], rest());
};

/** Commits every partition that still names a reached shard anew, without the rows that go. */
export const rewriteTables = async (
  { objects, tables }: Stores,
  plan: ErasurePlan,
  beat: () => void,
): Promise<void> => {
  const gone = goneFrom(plan);
  const reached = new Set(plan.shards.map(({ shard }) => shard.sha256));
  for (const table of TABLES)
    for (const { partition, shards } of await newestPartitions(objects, table)) {
      if (!shards.some(({ sha256 }) => reached.has(sha256))) continue;
      const rest: Shard[] = [];
      for (const shard of shards) {
        beat();
        rest.push(reached.has(shard.sha256) ? await rewriteShard(tables, table, shard, gone[table]) : shard);
      }
      await tables.commit(table, partition, rest);
    }
};
