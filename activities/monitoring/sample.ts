/** Samples by hash, in SQL: the same rows whatever the order of shards, and as many as asked for. */
import type { Shard, TableName } from '../../schemas/table.ts';
import type { TableStore } from '../ports.ts';
import { literal } from '../shards.ts';
import { type Arrival, currentDrops, shardsOfDrops } from './drops.ts';
import type { MonitorSources } from './sources.ts';

export interface Sampling {
  readonly sample: number;
  readonly seed: number;
}

/**
 * One row of each group (a prompt and its versions), and so many of the groups: rows of one prompt are not independent. `rows` is a
 * query with columns `group` and `unit`, what its rows are told apart by.
 */
export const drawn = (rows: string, { sample, seed }: Sampling): string =>
  `SELECT * FROM (SELECT DISTINCT ON ("group") * FROM (${rows}) ORDER BY "group", md5(concat(${seed}, ':', unit)))
   ORDER BY md5(concat(${seed}, ':', "group")) LIMIT ${sample}`;

/** Items of the drops that a query reads; DuckDB's memory holds what is made of them. */
const MOST_ITEMS = 200_000;

/** The share of the drops' items that is read: all, or of more than fit some prompts, by hash. */
export const shareRead = (items: readonly Shard[], most = MOST_ITEMS): number =>
  Math.min(1, most / items.reduce((sum, { rows }) => sum + rows, 0));

/** Hashes are hex: those below this are the share. */
const edgeOf = (share: number): string =>
  Math.floor(share * 2 ** 32)
    .toString(16)
    .padStart(8, '0');

/**
 * Rows of a query over tables of the drops; none where one of the tables has none. What the query calls {items} are the items of
 * `shareRead`.
 */
export async function* queryDrops<T>(
  tables: TableStore,
  drops: readonly Arrival[],
  names: readonly TableName[],
  sql: string,
  most = MOST_ITEMS,
): AsyncGenerator<T> {
  const shards: Partial<Record<TableName, readonly Shard[]>> = {};
  for (const name of names) {
    const own = await shardsOfDrops(tables, name, drops);
    if (own.length === 0) return;
    shards[name] = own;
  }
  const share = shareRead(shards.items ?? [], most);
  const some = `(SELECT * FROM {items} WHERE md5("group") < '${edgeOf(share)}')`;
  const text = share < 1 ? sql.replaceAll('{items}', some) : sql;
  yield* tables.query<T>(text, shards as Record<TableName, readonly Shard[]>);
}

/** The stored rewards of a model in one version, under one aspect, as a query. */
export const rewardRows = (model: string, version: string, aspect: string): string =>
  `SELECT item, response, value, ood FROM {scores}
   WHERE model = ${literal(model)} AND version = ${literal(version)} AND aspect = ${literal(aspect)}`;

/** What labels say of single responses, as a query of item, response, value: the higher the better. Several aspects are averaged. */
export const goldRows = ({ task, aspect }: { readonly task: string; readonly aspect?: string | undefined }): string => {
  const value =
    task === 'binary'
      ? `CASE category WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`
      : task === 'safety'
        ? '-value'
        : 'value';
  const only = task === 'safety' ? (aspect ?? 'severity') : aspect;
  return `SELECT item, response, avg(${value}) AS value FROM {labels} SEMI JOIN {items} i ON item = i.id
    WHERE task = ${literal(task)} AND response IS NOT NULL${only === undefined ? '' : ` AND aspect = ${literal(only)}`}
    GROUP BY item, response HAVING avg(${value}) IS NOT NULL`;
};

/** A model as stored rewards name it. */
export interface Rewarder {
  readonly model: string;
  readonly version: string;
}

/**
 * The model in the version named, else in that of which the drops hold most rewards: rewards of two versions are not compared. Null
 * where they hold none.
 */
export const rewarderOf = async (
  tables: TableStore,
  choice: string,
  drops: readonly Arrival[],
): Promise<Rewarder | null> => {
  const [model = '', version] = choice.split('@');
  if (version !== undefined) return { model, version };
  const sql = `SELECT version FROM {scores} WHERE model = ${literal(model)}
    GROUP BY version ORDER BY count(*) DESC, version LIMIT 1`;
  for await (const row of queryDrops<{ version: string }>(tables, drops, ['scores'], sql)) return { model, ...row };
  return null;
};

/** The current drops, and the model that is watched as their rewards name it; null where they have none of it. */
export const rewarded = async (
  { objects, tables }: MonitorSources,
  watch: Parameters<typeof currentDrops>[1] & { readonly model: string },
  now: number,
): Promise<{ readonly drops: readonly Arrival[]; readonly rewarder: Rewarder | null }> => {
  const drops = await currentDrops(objects, watch, now);
  return { drops, rewarder: await rewarderOf(tables, watch.model, drops) };
};

/** How a reading without enough rows says so. */
export const tooFew = (what: string, n: number, least: number): string => `${n} ${what}; ${least} are needed`;
