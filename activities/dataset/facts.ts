/** What selection needs of each item, merged from sorted streams: figures and hashes, never prompts or responses. */
import { createHash } from 'node:crypto';
import { type Candidate, type LabelFact, shownResponse } from '../../models/selection/candidate.ts';
import { screenedOf } from '../../models/selection/declared.ts';
import { differencesOf } from '../../models/selection/differences.ts';
import { tagsOf } from '../../models/selection/tags.ts';
import { verdictOf } from '../../models/selection/verdict.ts';
import type { RegionKind } from '../../schemas/annotation.ts';
import type { Origin } from '../../schemas/primitives.ts';
import type { TableRef } from '../../schemas/table.ts';
import type { CurateInput } from '../contract.ts';
import type { TableStore } from '../ports.ts';
import { shardsOf } from '../shards.ts';
import { createCursor } from './cursor.ts';
import { type Evidence, openEvidence, type Told } from './evidence.ts';

interface FactRow {
  readonly item: string;
  readonly group: string;
  readonly language: string | null;
  readonly domain: string | null;
  readonly prompt: string;
  readonly hashes: (string | null)[];
  readonly models: (string | null)[];
  readonly file: string;
  readonly line: number;
  readonly drop: string;
  readonly license: string;
  readonly subject: string | null;
}

/** Twenty-four hex digits tell any two texts of a drop apart, and cost a third of a whole hash. */
const SHORT = 24;

/** The beginning of a text's hash as a string of its own: a slice would keep the whole hash in memory. */
const shortHash = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest()
    .toString('hex', 0, SHORT / 2);

/** A table stored before items had them lacks some columns: those are not there to be asked for. */
const itemsQuery = (
  columns: ReadonlySet<string>,
): string => `SELECT id AS item, "group", language, ${columns.has('domain') ? 'domain' : 'NULL'} AS domain, origin.drop AS "drop", origin.file AS file, origin."row" AS line,
    origin.license AS license, origin.subject AS subject,
    left(sha256(to_json(prompt)::VARCHAR${columns.has('promptMedia') ? ` || coalesce(to_json("promptMedia")::VARCHAR, '')` : ''}), ${SHORT}) AS prompt,
    list_transform(responses, lambda r: r.model) AS models,
    list_transform(responses, lambda r: CASE
      WHEN r.media IS NOT NULL THEN left(r.media.sha256, ${SHORT})
      WHEN regexp_matches(r.text, '\\S') THEN left(sha256(r.text), ${SHORT}) END) AS hashes
  FROM {items} ORDER BY id`;

const LABELS = `SELECT item, task, response, aspect, category, value, "pFlip", agreement, n FROM {labels}
  ORDER BY item, task, response, aspect`;

const SCORES = `SELECT item, response, value, std FROM {scores} WHERE aspect = 'preference' ORDER BY item, response`;

const DEMONSTRATED = `SELECT DISTINCT item FROM {annotations}
  WHERE task = 'demonstration' AND regexp_matches(json_extract_string(value, '$.text'), '\\S') ORDER BY item`;

/** Figures of heads with aspects, beside the reward. */
const ASPECTS = `SELECT item, response, aspect, value FROM {scores} WHERE aspect <> 'preference' ORDER BY item, response, aspect`;

const MASSES = 'SELECT item, response, kind, source, mass FROM {heatmaps} ORDER BY item, response, kind, source';

type ValueRow = { readonly item: string; readonly response: number; readonly value: number };
type ScoreRow = ValueRow & { readonly std: number | null };

const UNSCORED = { scores: null, spreads: null };

const scored = ({ hashes }: FactRow, scores: readonly ScoreRow[]): Pick<Candidate, 'scores' | 'spreads'> =>
  scores.length === 0 || scores.length !== hashes.length
    ? UNSCORED
    : { scores: scores.map(({ value }) => value), spreads: scores.map(({ std }) => std) };

/** Equal for the same prompt and responses; the sides of a pair in either order. */
const contentOf = ({ prompt, hashes }: FactRow): string => {
  const sides = hashes.map((hash) => hash ?? '');
  if (sides.length === 2) sides.sort();
  return shortHash([prompt, ...sides].join('\n'));
};

/** A string once in memory however many rows hold it. */
const createInterner = () => {
  const known = new Map<string, string>();
  return (text: string): string => {
    const first = known.get(text) ?? text;
    known.set(text, first);
    return first;
  };
};

type AspectRow = ValueRow & { readonly aspect: string };

interface MassRow {
  readonly item: string;
  readonly response: number;
  readonly kind: RegionKind;
  readonly source: 'merged' | 'predicted';
  readonly mass: number;
}

/** Most items have none: all of those share them. */
const NO_ASPECTS: Candidate['aspects'] = {};
const NO_MASSES: Candidate['masses'] = {};

/** One response's figures by aspect: a model's, and over them people's. */
const aspectsOf = (
  response: number,
  labels: readonly LabelFact[],
  scores: readonly AspectRow[],
  intern: (text: string) => string,
): Candidate['aspects'] => {
  const rated = labels.filter((label) => label.task === 'rating' && (label.response ?? 0) === response);
  if (rated.length === 0 && scores.length === 0) return NO_ASPECTS;
  return Object.fromEntries([
    ...scores
      .filter((score) => score.response === response)
      .map(({ aspect, value }) => [intern(aspect), { value, rated: false }] as const),
    ...rated.flatMap(({ aspect, value }) =>
      value === null ? [] : [[intern(aspect ?? 'rating'), { value, rated: true }] as const],
    ),
  ]);
};

const massesOf = (response: number, maps: readonly MassRow[]): Candidate['masses'] => {
  if (maps.length === 0) return NO_MASSES;
  const own = maps.filter((map) => map.response === response);
  const kinds = [...new Set(own.map(({ kind }) => kind))];
  const massBy = (kind: RegionKind, source: MassRow['source']) =>
    own.find((map) => map.kind === kind && map.source === source)?.mass ?? null;
  return Object.fromEntries(
    kinds.map((kind) => [kind, { merged: massBy(kind, 'merged'), predicted: massBy(kind, 'predicted') }]),
  );
};

/** What the tables say of one item. */
interface Said {
  readonly labels: readonly LabelFact[];
  readonly scores: readonly ScoreRow[];
  readonly aspects: readonly AspectRow[];
  readonly maps: readonly MassRow[];
  readonly demonstrated: boolean;
  readonly evidence: Evidence;
}

const candidateOf = (
  row: FactRow,
  origin: Origin,
  said: Said,
  filters: CurateInput['config']['filters'],
  intern: (text: string) => string,
): Candidate => {
  const verdict = verdictOf(
    said.labels.filter(({ task }) => task !== 'demonstration' || said.demonstrated),
    row.hashes.length,
  );
  const response = shownResponse(verdict);
  const generator = row.models[response] ?? null;
  const { found, overlaps, resemblances, near, votedAt, voices } = said.evidence;
  const { scores, spreads } = scored(row, said.scores);
  // Field by field: an object that others are spread into takes more memory.
  return {
    item: row.item,
    group: row.group,
    origin,
    language: row.language === null ? null : intern(row.language),
    domain: row.domain === null ? null : intern(row.domain),
    labelled: said.labels.length > 0,
    verdict,
    responses: row.hashes,
    content: contentOf(row),
    scores,
    spreads,
    generator: generator === null ? null : intern(generator),
    aspects: aspectsOf(response, said.labels, said.aspects, intern),
    masses: massesOf(response, said.maps),
    screened: screenedOf(filters, found, verdict),
    tags: tagsOf(said.labels),
    overlaps,
    resemblances,
    near,
    differences: differencesOf(verdict, said.labels, said.aspects),
    votedAt,
    voices,
  };
};

/** Whether any label is a demonstration: only then do annotations have to be read again. */
const hasDemonstrations = async (tables: TableStore, labels: TableRef): Promise<boolean> => {
  const sql = `SELECT 1 AS one FROM {labels} WHERE task = 'demonstration' LIMIT 1`;
  for await (const _ of tables.query(sql, { labels })) return true;
  return false;
};

/** The columns that the items' table has. */
const columnsOf = async (tables: TableStore, items: TableRef): Promise<ReadonlySet<string>> => {
  for await (const first of tables.query<object>('SELECT * FROM {items} LIMIT 1', { items }))
    return new Set(Object.keys(first));
  return new Set();
};

type Inputs = Pick<CurateInput, 'items' | 'annotations' | 'labels' | 'scores' | 'heatmaps' | 'config'>;

/** The drop's items as candidates, by item id. Some 700 bytes each is all that anybody needs to keep (bench/selection.ts). */
export async function* readCandidates(tables: TableStore, input: Inputs, told: Told): AsyncGenerator<Candidate> {
  const { items, labels, scores } = input;
  const shards = await shardsOf(tables, input.annotations);
  const demonstrations = shards.length > 0 && (await hasDemonstrations(tables, labels));
  const labelled = createCursor(tables.query<LabelFact & { item: string }>(LABELS, { labels }));
  const rewarded = createCursor(scores === null ? null : tables.query<ScoreRow>(SCORES, { scores }));
  const rated = createCursor(scores === null ? null : tables.query<AspectRow>(ASPECTS, { scores }));
  const heatmaps = await shardsOf(tables, input.heatmaps ?? []);
  const marked = createCursor(heatmaps.length === 0 ? null : tables.query<MassRow>(MASSES, { heatmaps }));
  const shown = createCursor(
    demonstrations ? tables.query<{ item: string }>(DEMONSTRATED, { annotations: shards }) : null,
  );
  const evidence = openEvidence(tables, told);
  const intern = createInterner();
  try {
    const sql = itemsQuery(await columnsOf(tables, items));
    for await (const row of tables.query<FactRow>(sql, { items })) {
      const origin = {
        drop: intern(row.drop),
        file: intern(row.file),
        row: row.line,
        license: intern(row.license),
        subject: row.subject === null ? null : intern(row.subject),
      };
      const { item } = row;
      const said = {
        labels: await labelled.of(item),
        scores: await rewarded.of(item),
        aspects: await rated.of(item),
        maps: await marked.of(item),
        demonstrated: (await shown.of(item)).length > 0,
        evidence: await evidence.of(item),
      };
      yield candidateOf(row, origin, said, input.config.filters, intern);
    }
  } finally {
    await Promise.all([labelled, rewarded, rated, marked, shown, evidence].map((cursor) => cursor.close()));
  }
}
