/** What changed from one dataset version to another: rows, labels, decisions, rules and what they were made from. */
import { type Change, jsonChanges } from '../../models/json-changes.ts';
import { byText } from '../../models/order.ts';
import type { DatasetManifest, DatasetRef } from '../../schemas/dataset.ts';
import type { Shard } from '../../schemas/table.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { openDataset } from './catalog.ts';
import { refOf } from './manifest.ts';

/** Entries of each list that are named; counts are of all. */
const MOST = 1000;

/** How an item's way ended, with the figures that were looked at. */
interface End {
  readonly step: string;
  readonly reason: string;
  readonly values: Readonly<Record<string, unknown>>;
}

interface Side {
  readonly chosen: number | null;
  readonly rejected: number | null;
  readonly good: boolean | null;
}

export interface DatasetDiff {
  readonly a: DatasetRef;
  readonly b: DatasetRef;
  readonly rows: { readonly same: number; readonly added: number; readonly removed: number; readonly changed: number };
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Items in both, and the columns in which their rows differ. */
  readonly changed: readonly { readonly item: string; readonly columns: readonly string[] }[];
  /** Items in both whose preference or verdict is another one now. */
  readonly flipped: number;
  readonly flips: readonly { readonly item: string; readonly a: Side; readonly b: Side }[];
  /** How many items ended otherwise, by how they did before and do now; null: the other version never saw them. */
  readonly moves: readonly { readonly a: string | null; readonly b: string | null; readonly items: number }[];
  readonly decisions: readonly { readonly item: string; readonly a: End | null; readonly b: End | null }[];
  readonly config: readonly Change[];
  /** Tables and model that differ: digests, versions. */
  readonly inputs: readonly Change[];
  readonly languages: readonly Count[];
  readonly sources: readonly Count[];
  readonly splits: readonly Count[];
}

interface Count {
  readonly value: string;
  readonly a: number;
  readonly b: number;
}

/** `NAME`, the version that stands for it, or `NAME@VERSION`. Throws ASY-6001. */
export const openNamed = (objects: ObjectStore, reference: string): Promise<DatasetManifest> => {
  const [name = '', version] = reference.split('@');
  return openDataset(objects, name, version);
};

const countsOf = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Count[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .sort(byText)
    .map((value) => ({ value, a: a[value] ?? 0, b: b[value] ?? 0 }));

const sourceCounts = ({ sources }: DatasetManifest): Record<string, number> =>
  Object.fromEntries(sources.map(({ drop, license, rows }) => [`${drop} (${license})`, rows]));

const inputsOf = ({ inputs: { items, labels, scores }, model, modality }: DatasetManifest) => ({
  modality,
  items: items.digest,
  labels: labels.digest,
  scores: scores?.digest ?? null,
  model: model === null ? null : `${model.name} ${model.version}`,
});

const all = <T>(rows: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(rows);

/** Shards of both sides as `{a}` and `{b}`; a side without rows has no file, and takes the other's columns. */
const sourcesOf = (a: readonly Shard[], b: readonly Shard[]) => ({
  shards: { a: a.length === 0 ? b : a, b: b.length === 0 ? a : b },
  a: a.length === 0 ? '(SELECT * FROM {a} LIMIT 0)' : '{a}',
  b: b.length === 0 ? '(SELECT * FROM {b} LIMIT 0)' : '{b}',
});

type Sources = ReturnType<typeof sourcesOf>;

/** Both versions' rows side by side, as structs without values where a version has no such item; columns that one had not yet are null. */
const paired = ({
  a,
  b,
}: Sources) => `(WITH both_sides AS MATERIALIZED (SELECT 1 AS side, * FROM ${a} UNION ALL BY NAME SELECT 2 AS side, * FROM ${b})
  SELECT coalesce(a.item, b.item) AS item, a, b FROM (SELECT * FROM both_sides WHERE side = 1) a
  FULL JOIN (SELECT * FROM both_sides WHERE side = 2) b ON a.item = b.item) AS paired`;

const changedRows = async (tables: TableStore, sources: Sources) => {
  const { shards } = sources;
  const sql = 'SELECT column_name AS name FROM (DESCRIBE SELECT * FROM {a} UNION ALL BY NAME SELECT * FROM {b})';
  const columns = (await all(tables.query<{ name: string }>(sql, shards)))
    .map(({ name }) => name)
    .filter((name) => name !== 'item');
  const differing = columns.map((name) => `CASE WHEN a."${name}" IS DISTINCT FROM b."${name}" THEN '${name}' END`);
  const lists = `SELECT item, a.item IS NULL AS added, b.item IS NULL AS removed,
      CASE WHEN a.item IS NULL OR b.item IS NULL THEN [] ELSE list_filter([${differing.join(', ')}], lambda c: c IS NOT NULL) END AS columns
    FROM ${paired(sources)}`;
  const counted = await all(
    tables.query<{ added: boolean; removed: boolean; changed: boolean; n: number }>(
      `SELECT added, removed, len(columns) > 0 AS changed, count(*) AS n FROM (${lists}) GROUP BY ALL`,
      shards,
    ),
  );
  const count = (wanted: (row: (typeof counted)[number]) => boolean) =>
    counted.filter(wanted).reduce((sum, { n }) => sum + n, 0);
  const listed = (where: string) =>
    all(
      tables.query<{ item: string; columns: string[] }>(
        `SELECT item, columns FROM (${lists}) WHERE ${where} ORDER BY item LIMIT ${MOST}`,
        shards,
      ),
    );
  const items = async (where: string) => (await listed(where)).map(({ item }) => item);
  return {
    rows: {
      same: count(({ added, removed, changed }) => !added && !removed && !changed),
      added: count(({ added }) => added),
      removed: count(({ removed }) => removed),
      changed: count(({ changed }) => changed),
    },
    added: await items('added'),
    removed: await items('removed'),
    changed: await listed('len(columns) > 0'),
  };
};

/** Another response is preferred, or what was good is bad. */
const FLIPPED = 'a.chosen <> b.chosen OR a.good <> b.good';

const flippedRows = async (tables: TableStore, { shards, a, b }: Sources) => {
  const side = (name: string) =>
    `struct_pack(chosen := ${name}.chosen, rejected := ${name}.rejected, good := ${name}.good)`;
  const from = `FROM ${a} a JOIN ${b} b ON a.item = b.item WHERE ${FLIPPED}`;
  const [count] = await all(tables.query<{ n: number }>(`SELECT count(*) AS n ${from}`, shards));
  const flips = await all(
    tables.query<DatasetDiff['flips'][number]>(
      `SELECT a.item AS item, ${side('a')} AS a, ${side('b')} AS b ${from} ORDER BY a.item LIMIT ${MOST}`,
      shards,
    ),
  );
  return { flipped: count?.n ?? 0, flips };
};

const changedDecisions = async (tables: TableStore, sources: Sources) => {
  const { shards } = sources;
  const end = (name: string) =>
    `CASE WHEN ${name}.item IS NULL THEN NULL ELSE ${name}.step || ': ' || ${name}.reason END`;
  const from = `FROM ${paired(sources)} WHERE ${end('a')} IS DISTINCT FROM ${end('b')}`;
  const moves = await all(
    tables.query<DatasetDiff['moves'][number]>(
      `SELECT ${end('a')} AS a, ${end('b')} AS b, count(*) AS items ${from} GROUP BY ALL ORDER BY items DESC, 1, 2`,
      shards,
    ),
  );
  const of = (name: string) =>
    `CASE WHEN ${name}.item IS NULL THEN NULL ELSE struct_pack(step := ${name}.step, reason := ${name}.reason, "values" := ${name}."values") END`;
  const decisions = await all(
    tables.query<DatasetDiff['decisions'][number]>(
      `SELECT item, ${of('a')} AS a, ${of('b')} AS b ${from} ORDER BY item LIMIT ${MOST}`,
      shards,
    ),
  );
  return { moves, decisions };
};

const NO_ROWS = {
  rows: { same: 0, added: 0, removed: 0, changed: 0 },
  added: [],
  removed: [],
  changed: [],
  flipped: 0,
  flips: [],
};

/** What changed from version A to version B, of one name or two. Throws ASY-6001. */
export const diffDatasets = async (
  { objects, tables }: { readonly objects: ObjectStore; readonly tables: TableStore },
  first: string,
  second: string,
): Promise<DatasetDiff> => {
  const [a, b] = [await openNamed(objects, first), await openNamed(objects, second)];
  const data = sourcesOf(a.data, b.data);
  return {
    a: refOf(a),
    b: refOf(b),
    ...(a.rows + b.rows === 0
      ? NO_ROWS
      : { ...(await changedRows(tables, data)), ...(await flippedRows(tables, data)) }),
    ...(await changedDecisions(tables, sourcesOf(a.decisions, b.decisions))),
    config: jsonChanges(a.config, b.config),
    inputs: jsonChanges(inputsOf(a), inputsOf(b)),
    languages: countsOf(a.languages, b.languages),
    sources: countsOf(sourceCounts(a), sourceCounts(b)),
    splits: countsOf(a.splits, b.splits),
  };
};
