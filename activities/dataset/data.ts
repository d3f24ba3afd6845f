/** The rows of a dataset: items that were selected, with what their labels and scores say. */
import { z } from 'zod';
import type { Candidate, Split } from '../../models/selection/candidate.ts';
import { DatasetRow } from '../../schemas/dataset.ts';
import { Item } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { Score } from '../../schemas/score.ts';
import type { Shard, TableRef } from '../../schemas/table.ts';
import type { CurateInput } from '../contract.ts';
import { chunked, paced } from '../pace.ts';
import type { TableStore } from '../ports.ts';
import { padded, shardsOf, writeShards } from '../shards.ts';
import { NOTHING_STATED, type Stated, statedFor, statesAny } from './stated.ts';

type Input = CurateInput & { readonly version: string };

/** What stays in memory of a selected item while rows are written. */
export type Selected = Pick<Candidate, 'verdict' | 'scores'> & { readonly split: Split };

/** What tables say of a shard's items, by item. */
interface Beside {
  readonly demonstrations: ReadonlyMap<string, string>;
  readonly heatmaps: ReadonlyMap<string, NonNullable<DatasetRow['heatmaps']>>;
  readonly segments: ReadonlyMap<string, NonNullable<DatasetRow['segments']>>;
  readonly stated: ReadonlyMap<string, Stated>;
}

const rowOf = (item: Item, { verdict, scores, split }: Selected, beside: Beside): DatasetRow => {
  const demonstration = beside.demonstrations.get(item.id);
  const shown = verdict?.task === 'demonstration' && demonstration !== undefined;
  return {
    item: item.id,
    split,
    modality: item.modality,
    language: item.language,
    translatedFrom: item.translatedFrom,
    group: item.group,
    task: verdict?.task ?? null,
    prompt: item.prompt,
    promptMedia: item.promptMedia,
    responses: shown ? [...item.responses, { model: null, text: demonstration, media: null }] : item.responses,
    chosen: verdict?.chosen ?? null,
    rejected: verdict?.rejected ?? null,
    rating: verdict?.rating ?? null,
    ratings: verdict?.ratings ?? null,
    good: verdict?.good ?? null,
    agreement: verdict?.agreement ?? null,
    pFlip: verdict?.pFlip ?? null,
    n: verdict?.n ?? 0,
    scores: scores === null ? null : [...scores],
    heatmaps: beside.heatmaps.get(item.id) ?? null,
    segments: beside.segments.get(item.id) ?? null,
    ...(beside.stated.get(item.id) ?? NOTHING_STATED),
    origin: item.origin,
  };
};

/** What people wrote for the items of one shard; of several the one with the smallest annotation id. */
const demonstrationsFor = async (
  tables: TableStore,
  items: Shard,
  annotations: readonly Shard[],
): Promise<Map<string, string>> => {
  const sql = `SELECT a.item, arg_min(json_extract_string(a.value, '$.text'), a.id) AS text
    FROM {annotations} a SEMI JOIN {items} i ON a.item = i.id
    WHERE a.task = 'demonstration' AND regexp_matches(json_extract_string(a.value, '$.text'), '\\S') GROUP BY a.item`;
  const texts = new Map<string, string>();
  for await (const row of tables.query<{ item: string; text: string }>(sql, { annotations, items: [items] }))
    texts.set(row.item, row.text);
  return texts;
};

type MapRow = NonNullable<DatasetRow['heatmaps']>[number];

/** Heatmaps of one shard's items: by response, people's before predicted ones, each by kind. */
const heatmapsFor = async (
  tables: TableStore,
  items: Shard,
  heatmaps: readonly Shard[],
): Promise<Map<string, MapRow[]>> => {
  const sql = `SELECT h.item, h.response, h.kind, h.source, h.width, h.height, h.mass, h.words, h."key", h.sha256
    FROM {heatmaps} h SEMI JOIN {items} i ON h.item = i.id ORDER BY h.item, h.source, h.response, h.kind`;
  const maps = new Map<string, MapRow[]>();
  for await (const { item, ...map } of tables.query<MapRow & { item: string }>(sql, { heatmaps, items: [items] }))
    maps.set(item, [...(maps.get(item) ?? []), map]);
  return maps;
};

/** What the model says of each segment, by response in order; nothing for items of which none was scored so. */
const segmentsFor = async (
  tables: TableStore,
  items: Shard,
  scores: readonly Shard[],
): Promise<Map<string, NonNullable<DatasetRow['segments']>>> => {
  const sql = `SELECT s.item, s.response, s.segments FROM {scores} s SEMI JOIN {items} i ON s.item = i.id
    WHERE s.aspect = 'preference' AND s.segments IS NOT NULL ORDER BY s.item, s.response`;
  const found = new Map<string, NonNullable<DatasetRow['segments']>>();
  const rows = tables.query<Pick<Score, 'item' | 'response'> & { segments: NonNullable<Score['segments']> }>(sql, {
    scores,
    items: [items],
  });
  for await (const { item, response, segments } of rows) {
    const all = found.get(item) ?? [];
    // A response that was not scored has no segments, and keeps its place.
    while (all.length < response) all.push([]);
    found.set(item, [...all, segments]);
  }
  return found;
};

/** Items that are read together, and a file with their ids by which tables are asked about them. */
interface Portion {
  readonly items: AsyncIterable<Item> | Iterable<Item>;
  readonly ids: Shard;
}

/** Shards in the stored order of the items. */
async function* stored(tables: TableStore, items: TableRef): AsyncGenerator<Portion> {
  for (const shard of await tables.shards(items)) yield { items: tables.readShard(shard, Item), ids: shard };
}

const Lesson = z.object({ id: z.string(), position: z.int() });
/** Items of a curriculum in memory at once. */
const LESSONS = 1000;

/** The items of a curriculum in its order: sorted on disk, since they lie in the order of their drop. */
async function* inLessons(
  tables: TableStore,
  { run, items, version }: Input,
  lessons: readonly string[],
): AsyncGenerator<Portion> {
  const keyOf = (sha256: string) => keys.examined(run, `lessons-${version}`, sha256);
  const placed = lessons.map((id, position) => ({ id, position }));
  const order = await tables.writeParquet(keyOf, Lesson, placed);
  const sql = 'SELECT i.* FROM {items} i JOIN {order} o ON o.id = i.id ORDER BY o.position';
  let first = 0;
  for await (const found of chunked(tables.query(sql, { items, order: [order] }), LESSONS)) {
    const ids = await tables.writeParquet(keyOf, Lesson, placed.slice(first, first + found.length));
    first += found.length;
    yield { items: found.map((item) => Item.parse(item)), ids };
  }
}

/** Rows of one split, in the order of the portions. */
async function* rowsOf(
  tables: TableStore,
  input: CurateInput,
  portions: AsyncIterable<Portion>,
  selected: ReadonlyMap<string, Selected>,
  split: Split,
): AsyncGenerator<DatasetRow> {
  const wanted = [...selected.values()].some(({ verdict }) => verdict?.task === 'demonstration');
  const annotations = wanted ? await shardsOf(tables, input.annotations) : [];
  const heatmaps = await shardsOf(tables, input.heatmaps ?? []);
  const scores = input.modality === 'video' && input.scores !== null ? await tables.shards(input.scores) : [];
  const stated = await statesAny(tables, input.labels);
  for await (const { items, ids: shard } of portions) {
    const beside = {
      demonstrations:
        annotations.length === 0 ? new Map<string, string>() : await demonstrationsFor(tables, shard, annotations),
      heatmaps: heatmaps.length === 0 ? new Map<string, MapRow[]>() : await heatmapsFor(tables, shard, heatmaps),
      segments: scores.length === 0 ? new Map<string, never>() : await segmentsFor(tables, shard, scores),
      stated: stated ? await statedFor(tables, shard, input.labels) : new Map<string, Stated>(),
    };
    for await (const item of items) {
      const chosen = selected.get(item.id);
      if (chosen?.split === split) yield rowOf(item, chosen, beside);
    }
  }
}

/** What rows are written from: those selected by item, and the training items in the order of a curriculum, null: of the drop. */
export interface Writing {
  readonly selected: ReadonlyMap<string, Selected>;
  readonly lessons: readonly string[] | null;
  /** Shown every row; what it returns is written. */
  readonly pass: (row: DatasetRow) => DatasetRow;
}

/** Writes `data/<split>-<n>.parquet`. A split without rows has no file. */
export const writeData = async (
  tables: TableStore,
  input: Input,
  { selected, lessons, pass }: Writing,
  beat: (rows: number) => void,
): Promise<{ split: Split; shard: Shard }[]> => {
  const present = new Set([...selected.values()].map(({ split }) => split));
  const written: { split: Split; shard: Shard }[] = [];
  for (const split of ['train', 'validation'] as const) {
    if (!present.has(split)) continue;
    const rows = async function* (): AsyncGenerator<DatasetRow> {
      const portions =
        split === 'train' && lessons !== null ? inLessons(tables, input, lessons) : stored(tables, input.items);
      for await (const row of paced(rowsOf(tables, input, portions, selected, split), beat)) yield pass(row);
    };
    const keyOf = (n: number) => keys.datasetFile(input.name, input.version, `data/${split}-${padded(n)}.parquet`);
    const shards = await writeShards<typeof DatasetRow>(
      (some, n) => tables.writeParquet(() => keyOf(n), DatasetRow, some),
      rows(),
    );
    written.push(...shards.map((shard) => ({ split, shard })));
  }
  return written;
};
