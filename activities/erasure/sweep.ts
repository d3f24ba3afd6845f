/** What is removed when everything that stays has been made anew. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keys } from '../../schemas/keys.ts';
import { TABLES } from '../../schemas/table.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import type { ErasurePlan } from './plan.ts';
import type { Replacement } from './replaced.ts';
import { among, newestPartitions, rowsIn } from './tables.ts';
import { keysUnder } from './versions.ts';

interface Stores {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
}

/** Reached shards that no table names any more. */
const shardKeys = async ({ objects }: Stores, { shards }: ErasurePlan): Promise<string[]> => {
  const standing = new Set<string>();
  for (const table of TABLES)
    for (const partition of await newestPartitions(objects, table))
      for (const { key } of partition.shards) standing.add(key);
  return shards.map(({ shard }) => shard.key).filter((key) => !standing.has(key));
};

/** Indexes of the content of features shards that go. */
const indexKeys = async ({ objects }: Stores, shards: readonly string[]): Promise<string[]> => {
  const gone = new Set(shards.map((key) => /([0-9a-f]{64})\.parquet$/.exec(key)?.[1]));
  const found: string[] = [];
  for await (const { key } of objects.list(keys.encodedIndexes()))
    if (gone.has(/([0-9a-f]{64})-keys$/.exec(key)?.[1])) found.push(key);
  return found;
};

/** Heatmaps of items that go, and of the others those that were made with marks of the person. */
const heatmapKeys = async ({ objects, tables }: Stores, { items, touched }: ErasurePlan): Promise<string[]> => {
  const found: string[] = [];
  for (const item of items) found.push(...(await keysUnder(objects, keys.heatmaps(item))));
  if (touched.length === 0) return found;
  const standing = new Set<string>();
  const marked = new Set<string>();
  const shards = (await newestPartitions(objects, 'heatmaps')).flatMap((partition) => partition.shards);
  const sql = `SELECT item, "key", overlay FROM {rows} WHERE ${among('item', touched)}`;
  for await (const row of rowsIn<{ item: string; key: string; overlay: string | null }>(tables, sql, shards)) {
    marked.add(row.item);
    standing.add(row.key);
    if (row.overlay !== null) standing.add(row.overlay);
  }
  for (const item of touched)
    for (const key of await keysUnder(objects, keys.heatmaps(item))) {
      // `<kind>.png` is written again by every round; with a hash in its name a map is of one round.
      const plain = !/\.[0-9a-f]{16}\.(overlay\.webp|png)$/.test(key);
      if (plain ? !marked.has(item) : !standing.has(key)) found.push(key);
    }
  return found;
};

/** Everything that goes, by key. */
export const goingKeys = async (
  stores: Stores,
  plan: ErasurePlan,
  datasets: readonly Replacement[],
): Promise<string[]> => {
  const { objects } = stores;
  const shards = await shardKeys(stores, plan);
  const found = [...shards, ...(await indexKeys(stores, shards)), ...(await heatmapKeys(stores, plan)), ...plan.own];
  for (const hash of plan.media) found.push(keys.media(hash), ...(await keysUnder(objects, keys.renditions(hash))));
  for (const study of plan.studies) found.push(...(await keysUnder(objects, keys.evalgenResults(study))));
  for (const { name, withdrawn } of datasets) found.push(...(await keysUnder(objects, keys.dataset(name, withdrawn))));
  return found;
};

/** Longer than anything is written: what is older was left by a process that ended in the middle. */
const LEFT_MS = 3_600_000;

/** Removes local copies, and Parquet files that a killed process left half-written. */
export const clearLocal = async (objects: ObjectStore, tempDir: string, now: number): Promise<void> => {
  await objects.forget();
  for (const name of await readdir(tempDir).catch(() => [])) {
    const file = join(tempDir, name);
    const info = await stat(file).catch(() => null);
    if (info?.isFile() === true && name.endsWith('.parquet') && now - info.mtimeMs > LEFT_MS)
      await rm(file, { force: true });
  }
};
