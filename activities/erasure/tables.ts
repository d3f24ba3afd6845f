/** Every stored shard of a table, whichever version names it, and the rows in them that hold something of a person. */
import { basename } from 'node:path';
import { Annotation } from '../../schemas/annotation.ts';
import { HeatmapRow } from '../../schemas/heatmap.ts';
import { Item } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import { Label } from '../../schemas/label.ts';
import { QuarantineRow } from '../../schemas/quarantine.ts';
import { FeatureRow, Score } from '../../schemas/score.ts';
import { type Partition, type Shard, TableManifest, type TableName } from '../../schemas/table.ts';
import type { ObjectStore, RowSchema, TableStore } from '../ports.ts';
import { literal } from '../shards.ts';

/** What the rows of each table are. */
export const ROWS: Readonly<Record<TableName, RowSchema>> = {
  items: Item,
  annotations: Annotation,
  labels: Label,
  scores: Score,
  features: FeatureRow,
  heatmaps: HeatmapRow,
  quarantine: QuarantineRow,
};

/** Shards of one query. */
const AT_ONCE = 256;

const HASH = /([0-9a-f]{64})\.parquet$/;

/** All shards that lie in the bucket, also those that no manifest names any more, or none names yet. */
export const storedShards = async (objects: ObjectStore, table: TableName): Promise<Shard[]> => {
  const found: Shard[] = [];
  for await (const { key, bytes } of objects.list(keys.table(table))) {
    const sha256 = HASH.exec(key)?.[1];
    if (sha256 !== undefined) found.push({ key, sha256, rows: 0, bytes });
  }
  return found;
};

/** The table as it stands: every partition of its newest manifest. */
export const newestPartitions = async (objects: ObjectStore, table: TableName): Promise<readonly Partition[]> => {
  let newest = '';
  for await (const { key } of objects.list(keys.tableManifests(table))) if (key > newest) newest = key;
  if (newest === '') return [];
  return TableManifest.parse(JSON.parse((await objects.get(newest)).toString('utf8'))).partitions;
};

/** Rows of a query over `{rows}`, some shards at a time. */
export async function* rowsIn<T>(tables: TableStore, sql: string, shards: readonly Shard[]): AsyncGenerator<T> {
  for (let at = 0; at < shards.length; at += AT_ONCE)
    yield* tables.query<T>(sql, { rows: shards.slice(at, at + AT_ONCE) });
}

/** The shards that have a row for which the condition holds. */
export const shardsWith = async (tables: TableStore, condition: string, shards: readonly Shard[]): Promise<Shard[]> => {
  const known = new Map(shards.map((shard) => [shard.sha256, shard]));
  const found = new Set<Shard>();
  const sql = `SELECT DISTINCT filename FROM {rows} WHERE ${condition}`;
  for await (const { filename } of rowsIn<{ filename: string }>(tables, sql, shards)) {
    // Local copies are named by the hash of what they hold.
    const shard = known.get(basename(filename));
    if (shard !== undefined) found.add(shard);
  }
  return [...found];
};

/** `column IN (…)`; false for an empty list, which SQL does not know. */
export const among = (column: string, values: Iterable<string>): string => {
  const listed = [...values].map(literal).join(', ');
  return listed === '' ? 'false' : `${column} IN (${listed})`;
};

/** A raw row as one text. */
export const placeName = (drop: string, file: string, row: number): string => `${drop}\n${file}\n${row}`;

/** The same of a row's origin, in SQL. */
export const ORIGIN = `origin.drop || chr(10) || origin.file || chr(10) || origin."row"`;

/** The same of a quarantined row. */
export const QUARANTINED = `"drop" || chr(10) || "file" || chr(10) || "row"`;
