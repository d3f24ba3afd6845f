/** The way between what came in and what went out, in either direction: lines and votes, items, rows of datasets and exports. */
import { type DatasetManifest, DatasetRow, type Decision } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Label } from '../../schemas/label.ts';
import type { Lineage } from '../../schemas/lineage.ts';
import type { Origin } from '../../schemas/primitives.ts';
import type { Score } from '../../schemas/score.ts';
import type { Shard } from '../../schemas/table.ts';
import { literal, shardsOf } from '../shards.ts';
import { listDatasets, openDataset, openLineage } from './catalog.ts';
import { findDecision } from './explain.ts';
import { exportedCount, type TraceDeps } from './exported-items.ts';
import { labelsOf, scoresOf, type Vote, votesOf } from './item-records.ts';
import { itemsOfRow } from './row-place.ts';
import { readSelection } from './selection-file.ts';

/** Where a walk starts. Rows and lines count from 1. */
export type Start =
  | { readonly kind: 'row'; readonly path: string; readonly row: number }
  | { readonly kind: 'item'; readonly item: string }
  | { readonly kind: 'line'; readonly drop: string; readonly file: string; readonly row: number }
  | { readonly kind: 'vote'; readonly vote: string }
  | { readonly kind: 'drop'; readonly drop: string };

/** Items that are told in full; counts are of all. */
const MOST = 20;

/** All that lies between an item's source line and its rows. */
export interface ItemTrace {
  readonly item: string;
  readonly source: Origin;
  readonly votes: readonly Vote[];
  readonly guidelines: readonly string[];
  readonly labels: readonly Label[];
  readonly scores: readonly Score[];
  readonly model: Lineage['model'];
  readonly decision: Omit<Decision, 'item' | 'origin'>;
  /** Its row of the dataset, from 1; null where it was not selected. */
  readonly row: { readonly path: string; readonly row: number } | null;
  /** How many rows it became in each published format by itself; pairs with other items are not counted. */
  readonly exports: readonly { readonly format: string; readonly rows: number }[];
}

export interface Reached {
  readonly name: string;
  readonly version: string;
  /** Items that the start leads to, and how many of them were selected. */
  readonly items: number;
  readonly selected: number;
  /** The first of them, by id. */
  readonly traces: readonly ItemTrace[];
}

interface Opened {
  readonly manifest: DatasetManifest;
  readonly lineage: Lineage;
}

const guidelinesOf = (votes: readonly Vote[]): string[] =>
  [...new Set(votes.flatMap(({ guideline }) => guideline ?? []))].sort();

/** An item's row: in which file of `data/`, and where in it. */
const placeOf = async ({ tables }: TraceDeps, { name, version, data }: DatasetManifest, item: string) => {
  const prefix = `datasets/${name}/${version}/`;
  for (const shard of data) {
    let row = 0;
    for await (const each of tables.query<{ item: string }>('SELECT item FROM {data}', { data: [shard] })) {
      row++;
      if (each.item === item) return { path: shard.key.slice(prefix.length), row };
    }
  }
  return null;
};

const exportsOf = async (deps: TraceDeps, { name, version, data, exports }: DatasetManifest, item: string) => {
  const selection = await readSelection(deps.objects, name, version);
  const counts: { format: string; rows: number }[] = [];
  for await (const found of deps.tables.query(`SELECT * FROM {data} WHERE item = ${literal(item)}`, { data }))
    for (const { format } of exports)
      counts.push({ format, rows: await exportedCount(deps, selection, format, DatasetRow.parse(found)) });
  return counts;
};

const traceItem = async (deps: TraceDeps, { manifest, lineage }: Opened, stored: Decision): Promise<ItemTrace> => {
  const { item, origin, ...decision } = stored;
  const votes = await votesOf(deps.tables, lineage, item);
  return {
    item,
    source: origin,
    votes,
    guidelines: guidelinesOf(votes),
    labels: await labelsOf(deps.tables, lineage, item),
    scores: await scoresOf(deps.tables, lineage, item),
    model: lineage.model,
    decision,
    row: decision.kept ? await placeOf(deps, manifest, item) : null,
    exports: decision.kept ? await exportsOf(deps, manifest, item) : [],
  };
};

/** What of a line, a vote or a drop says where it belongs, in decisions and annotations alike. */
const conditionOf = (start: Exclude<Start, { kind: 'row' | 'item' }>): string => {
  switch (start.kind) {
    case 'line':
      return `origin."drop" = ${literal(start.drop)} AND origin.file = ${literal(start.file)} AND origin."row" = ${start.row}`;
    case 'vote':
      return `id = ${literal(start.vote)}`;
    case 'drop':
      return `origin."drop" = ${literal(start.drop)}`;
  }
};

interface ItemsQuery {
  /** Items as column `item`. */
  readonly sql: string;
  /** What it reads besides decisions. */
  readonly from: Readonly<Record<string, readonly Shard[]>>;
}

/** How the items that a start leads to are found. */
const itemsQuery = async (deps: TraceDeps, opened: Opened, start: Start): Promise<ItemsQuery> => {
  const { manifest, lineage } = opened;
  const listed = (items: readonly string[]) => `SELECT unnest([${items.map(literal).join(', ')}]::VARCHAR[]) AS item`;
  if (start.kind === 'item')
    return { sql: listed([(await findDecision(deps.tables, manifest, start.item)).item]), from: {} };
  if (start.kind === 'row') return { sql: listed(await itemsOfRow(deps, manifest, start)), from: {} };
  const annotations = await shardsOf(deps.tables, lineage.tables.annotations);
  const where = conditionOf(start);
  const voted = annotations.length === 0 ? [] : [`SELECT item FROM {annotations} WHERE ${where}`];
  const decided = start.kind === 'vote' ? [] : [`SELECT item FROM {decisions} WHERE ${where}`];
  const parts = [...decided, ...voted];
  return {
    sql: parts.length === 0 ? listed([]) : parts.join(' UNION '),
    from: annotations.length === 0 ? {} : { annotations },
  };
};

const reachedIn = async (deps: TraceDeps, opened: Opened, start: Start): Promise<Reached> => {
  const { name, version, decisions } = opened.manifest;
  const { sql, from } = await itemsQuery(deps, opened, start);
  const those = `FROM {decisions} WHERE item IN (${sql})`;
  const sources = { decisions, ...from };
  const [counts] = await Array.fromAsync(
    deps.tables.query<{ items: number; selected: number }>(
      `SELECT count(*) AS items, count(*) FILTER (kept) AS selected ${those}`,
      sources,
    ),
  );
  const traces: ItemTrace[] = [];
  for await (const decision of deps.tables.query<Decision>(`SELECT * ${those} ORDER BY item LIMIT ${MOST}`, sources))
    traces.push(await traceItem(deps, opened, decision));
  return { name, version, items: counts?.items ?? 0, selected: counts?.selected ?? 0, traces };
};

/** What a person wrote to start from. */
const shown = (start: Start): string => {
  switch (start.kind) {
    case 'row':
      return `${start.path}:${start.row}`;
    case 'item':
      return start.item;
    case 'line':
      return `${start.drop}:${start.file}:${start.row}`;
    case 'vote':
      return start.vote;
    case 'drop':
      return start.drop;
  }
};

/**
 * What a start leads to in one dataset (by default the version that stands for the name), or without a name in every dataset that
 * was made from it. Throws ASY-6001, ASY-6004, ASY-6303 where nothing leads on.
 */
export const trace = async (
  deps: TraceDeps,
  start: Start,
  { name, version }: { readonly name?: string | undefined; readonly version?: string | undefined } = {},
): Promise<{ readonly start: string; readonly datasets: readonly Reached[] }> => {
  const named = name === undefined ? await listDatasets(deps.objects) : [{ name, version }];
  const datasets: Reached[] = [];
  for (const each of named) {
    const manifest = await openDataset(deps.objects, each.name, each.version);
    const reached = await reachedIn(deps, { manifest, lineage: await openLineage(deps.objects, manifest) }, start);
    if (reached.items > 0) datasets.push(reached);
  }
  if (datasets.length === 0)
    throw new AssayError('ASY-6303', {
      start: shown(start),
      reason: name === undefined ? 'no dataset has an item of it' : `${name} has no item of it`,
    });
  return { start: shown(start), datasets };
};
