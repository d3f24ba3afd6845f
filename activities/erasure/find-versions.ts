/** Versions of datasets and heads that were made from certain items. */
import { z } from 'zod';
import { keys } from '../../schemas/keys.ts';
import type { Shard } from '../../schemas/table.ts';
import { hashFile } from '../file-hash.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { readReceipt } from '../receipts.ts';
import { among } from './tables.ts';

interface Version {
  readonly name: string;
  readonly version: string;
}

interface Stores {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
}

/** Parquet files below a prefix that the pattern picks, by the version they belong to; unfinished versions among them. */
const filesByVersion = async (objects: ObjectStore, prefix: string, wanted: RegExp) => {
  const found = new Map<string, { of: Version; files: string[] }>();
  for await (const { key } of objects.list(prefix)) {
    const [, name = '', version = '', file = ''] = /^[^/]+\/([^/]+)\/([^/]+)\/(.+)$/.exec(key) ?? [];
    if (!wanted.test(file)) continue;
    const standing = found.get(`${name}/${version}`) ?? { of: { name, version }, files: [] };
    found.set(`${name}/${version}`, standing);
    standing.files.push(key);
  }
  return [...found.values()];
};

const shardAt = async (objects: ObjectStore, key: string): Promise<Shard> => ({
  key,
  sha256: await hashFile(await objects.local(key)),
  rows: 0,
  bytes: 0,
});

const holds = async ({ objects, tables }: Stores, key: string, condition: string): Promise<boolean> => {
  const rows = [await shardAt(objects, key)];
  for await (const _ of tables.query(`SELECT 1 FROM {rows} WHERE ${condition} LIMIT 1`, { rows })) return true;
  return false;
};

const anyOf = async <T>(values: readonly T[], test: (value: T) => Promise<boolean>): Promise<boolean> => {
  for (const value of values) if (await test(value)) return true;
  return false;
};

/** Datasets that looked at one of the items, whether they took it or not. */
export const datasetsWith = async (stores: Stores, items: readonly string[]): Promise<Version[]> => {
  const found: Version[] = [];
  const condition = among('item', items);
  for (const { of, files } of await filesByVersion(
    stores.objects,
    keys.datasetsPrefix(),
    /^(data|decisions)\/[^/]+\.parquet$/,
  ))
    if (await anyOf(files, (key) => holds(stores, key, condition))) found.push(of);
  return found;
};

/** Heads that learned from one of the items, or were measured on it. */
export const headsWith = async (stores: Stores, items: readonly string[]): Promise<Version[]> => {
  const found: Version[] = [];
  const pairs = `${among('winner', items)} OR ${among('loser', items)}`;
  for (const { of, files } of await filesByVersion(stores.objects, keys.modelsPrefix(), /^(pairs|examples)\.parquet$/))
    if (await anyOf(files, (key) => holds(stores, key, key.endsWith('/pairs.parquet') ? pairs : among('item', items))))
      found.push(of);
  return found;
};

const Scored = z.object({
  name: z.string(),
  version: z.string(),
  model: z.object({ name: z.string(), version: z.string() }).nullish(),
});

/** Published datasets whose scores are of one of the heads. */
export const scoredBy = async (objects: ObjectStore, heads: readonly Version[]): Promise<Version[]> => {
  const found: Version[] = [];
  if (heads.length === 0) return found;
  for await (const { key } of objects.list(keys.datasetsPrefix())) {
    if (!/^datasets\/[^/]+\/[^/]+\/manifest\.json$/.test(key)) continue;
    const { name, version, model } = Scored.parse(await readReceipt(objects, key));
    if (heads.some((head) => head.name === model?.name && head.version === model.version))
      found.push({ name, version });
  }
  return found;
};
