/** A dataset version as rows of metrics: what its rows, decisions and votes say, at most `MOST` of each kind. */
import { rewardDistance } from '../../models/fairness/individual.ts';
import { ageFilterOf, beginOfWindow } from '../../models/selection/age.ts';
import type { DatasetRow } from '../../schemas/dataset.ts';
import type { MetricRow } from '../../schemas/metrics.ts';
import type { CurateInput } from '../contract.ts';
import { hasColumn } from '../has-column.ts';
import type { TableStore } from '../ports.ts';
import { shardsOf } from '../shards.ts';
import { readVector } from '../vectors.ts';
import type { SelectionFile } from './selection-file.ts';

/** Rows of one kind, the first by id: ids are hashes, so these are a sample that does not depend on the drop's order. */
const MOST = 10_000;

/** Vectors are compared each with each. */
const VECTORS = 128;

type Inputs = Pick<CurateInput, 'items' | 'annotations' | 'labels' | 'features' | 'scores' | 'config'>;

/** Whose answers people compared, where both models are named. */
async function* comparisons(tables: TableStore, { items, annotations }: Inputs): AsyncGenerator<MetricRow> {
  const shards = await shardsOf(tables, annotations);
  if (shards.length === 0) return;
  const sql = `SELECT i."group" AS "cluster", i.responses[1].model AS model_a, i.responses[2].model AS model_b,
      CASE json_extract_string(a.value, '$.preferred') WHEN 'a' THEN 'model_a' WHEN 'b' THEN 'model_b' ELSE 'tie' END AS winner
    FROM {shards} a JOIN {items} i ON a.item = i.id
    WHERE a.task = 'pairwise' AND a.source.kind = 'human' AND len(i.responses) = 2
      AND i.responses[1].model IS NOT NULL AND i.responses[2].model IS NOT NULL
      AND i.responses[1].model <> i.responses[2].model
    ORDER BY a.id LIMIT ${MOST}`;
  yield* tables.query<MetricRow>(sql, { shards, items });
}

/** Who was selected, by language and source file. */
async function* decided(tables: TableStore, { items }: Inputs, selection: SelectionFile): AsyncGenerator<MetricRow> {
  const sql = `SELECT i."group" AS "cluster", d.kept AS selected, i.language AS language, d.origin.file AS file
    FROM {decisions} d JOIN {items} i ON d.item = i.id ORDER BY d.item LIMIT ${MOST}`;
  type Row = { cluster: string; selected: boolean; language: string | null; file: string };
  for await (const { cluster, selected, language, file } of tables.query<Row>(sql, {
    decisions: selection.decisions,
    items,
  }))
    yield { cluster, selected, group: { language: language ?? 'und', file } };
}

/** Names under which rating aspects count for a metric. */
const ASPECTS = {
  relevance: ['relevance'],
  satisfaction: ['satisfaction'],
  helpful: ['helpful', 'helpfulness'],
  honest: ['honest', 'honesty'],
  harmless: ['harmless', 'harmlessness'],
} as const;

/** People's ratings of a row's first response; those that must lie in 0 … 1 as shares of the scale. */
const ratingColumns = (
  ratings: Readonly<Record<string, number>>,
  scale: SelectionFile['scale'],
): Pick<MetricRow, 'dimensions' | keyof typeof ASPECTS> => {
  const of = (column: keyof typeof ASPECTS): number | undefined =>
    ASPECTS[column].map((aspect) => ratings[aspect]).find((value) => value !== undefined);
  const unit = (column: keyof typeof ASPECTS): number | undefined => {
    const value = of(column);
    if (value === undefined || scale === null || scale.max === scale.min) return undefined;
    return Math.min(1, Math.max(0, (value - scale.min) / (scale.max - scale.min)));
  };
  const satisfied = scale?.min === 1 && scale.max === 5 ? of('satisfaction') : undefined;
  return {
    relevance: of('relevance'),
    satisfaction: satisfied,
    helpful: unit('helpful'),
    honest: unit('honest'),
    harmless: unit('harmless'),
    ...(Object.keys(ratings).length < 2 ? {} : { dimensions: ratings }),
  };
};

type DataRow = Pick<DatasetRow, 'group' | 'language' | 'ratings' | 'rating'> & {
  readonly text: string | null;
  readonly reward: number | null;
};

/** The rows themselves: text and reward of the response a trainer would imitate, and how people rated it. */
async function* shown(tables: TableStore, selection: SelectionFile): AsyncGenerator<MetricRow> {
  const data = selection.data.map(({ shard }) => shard);
  if (data.length === 0) return;
  const sql = `SELECT "group", language, ratings, rating, responses[coalesce(chosen, 0) + 1].text AS text,
      scores[coalesce(chosen, 0) + 1] AS reward FROM {data} ORDER BY item LIMIT ${MOST}`;
  for await (const row of tables.query<DataRow>(sql, { data })) {
    const { group, language, ratings, rating, text, reward } = row;
    yield {
      id: group,
      cluster: group,
      language,
      text,
      reward,
      ...(rating === null || reward === null ? {} : { human: rating, metric: reward }),
      ...(ratings === null ? {} : ratingColumns(ratings, selection.scale)),
    };
  }
}

/** Yes-or-no labels of a task on first responses, by item. */
async function* verdicts(
  tables: TableStore,
  { labels }: Inputs,
  tasks: readonly string[],
): AsyncGenerator<Readonly<Record<string, boolean>>> {
  const sql = `SELECT map_from_entries(list((aspect, category = 'true') ORDER BY aspect)) AS said FROM {labels}
    WHERE task IN (${tasks.map((task) => `'${task}'`).join(', ')}) AND coalesce(response, 0) = 0
      AND aspect IS NOT NULL AND category IN ('true', 'false')
    GROUP BY item ORDER BY item LIMIT ${MOST}`;
  for await (const { said } of tables.query<{ said: Record<string, boolean> }>(sql, { labels })) yield said;
}

/** What a scorer says of the toxicity of each item's worst response. */
async function* toxicities(tables: TableStore, { scores }: Inputs): AsyncGenerator<MetricRow> {
  if (scores === null) return;
  const sql = `SELECT list(value ORDER BY response) AS toxicity FROM {scores}
    WHERE aspect = 'toxicity' AND value BETWEEN 0 AND 1 GROUP BY item ORDER BY item LIMIT ${MOST}`;
  yield* tables.query<MetricRow & { toxicity: number[] }>(sql, { scores });
}

/**
 * What most people said of an item before the window of the filter on age begins, and since, where it was asked about in both; of equally
 * many the first by text. Preferences and yes or no.
 */
async function* renewed(tables: TableStore, { annotations, config }: Inputs): AsyncGenerator<MetricRow> {
  const filter = ageFilterOf(config.filters);
  const shards = filter === null ? [] : await shardsOf(tables, annotations);
  if (filter === null || shards.length === 0 || !(await hasColumn(tables, shards, 'at'))) return;
  const sql = `WITH said AS (
      SELECT item, task, json_extract_string(value, '$.response') AS response, "at" >= ${beginOfWindow(filter)} AS recent,
        coalesce(json_extract_string(value, '$.preferred'), json_extract_string(value, '$.good')) AS category, count(*) AS n
      FROM {shards} WHERE task IN ('pairwise', 'binary') AND source.kind = 'human' AND "at" IS NOT NULL GROUP BY ALL),
    most AS (SELECT DISTINCT ON (item, task, response, recent) * FROM said
      ORDER BY item, task, response, recent, n DESC, category)
    SELECT old.task, old.item AS "cluster", old.category AS "before", new.category AS "after"
    FROM most old JOIN most new ON old.item = new.item AND old.task = new.task AND old.response IS NOT DISTINCT FROM new.response
    WHERE NOT old.recent AND new.recent ORDER BY old.item, old.task, old.response LIMIT ${MOST}`;
  yield* tables.query<MetricRow>(sql, { shards });
}

/**
 * Near-duplicates with the item they are measured by: how far apart, and how unlike in reward. That item is like the cluster's first in
 * all that was compared; where a filter took every such one out, the cluster has no pair. Copies tell nothing: one text has one reward.
 */
async function* alike(tables: TableStore, { scores }: Inputs, { clusters }: SelectionFile): AsyncGenerator<MetricRow> {
  if (scores === null || clusters === null) return;
  const sql = `WITH rewarded AS (
      SELECT c.item, c.cluster, c.kind, c.similarity, list(s.value ORDER BY s.response) AS rewards
      FROM {clusters} c JOIN {scores} s ON s.item = c.item WHERE s.aspect = 'preference' GROUP BY ALL),
    firsts AS (SELECT DISTINCT ON (cluster) * FROM rewarded WHERE similarity = 1 ORDER BY cluster, item)
    SELECT r.cluster, 1 - r.similarity AS distance, f.rewards AS a, r.rewards AS b
    FROM rewarded r JOIN firsts f ON r.cluster = f.cluster AND r.item <> f.item
    WHERE r.kind <> 'exact' ORDER BY r.item LIMIT ${MOST}`;
  type Row = { cluster: number; distance: number; a: number[]; b: number[] };
  for await (const { cluster, distance, a, b } of tables.query<Row>(sql, { clusters: [clusters], scores }))
    yield { cluster: `alike ${cluster}`, distance: Math.max(0, distance), difference: rewardDistance(a, b) };
}

/** Features of what was selected. */
async function* vectors(tables: TableStore, { features }: Inputs, selection: SelectionFile): AsyncGenerator<MetricRow> {
  const data = selection.data.map(({ shard }) => shard);
  if (features === null || data.length === 0) return;
  const sql = `SELECT f.dims, f.vector FROM {features} f JOIN {data} d
    ON f.item = d.item AND f.response = coalesce(d.chosen, 0) AND f.segment = 0 ORDER BY f.item LIMIT ${VECTORS}`;
  for await (const { dims, vector } of tables.query<{ dims: number; vector: Uint8Array }>(sql, { features, data })) {
    const numbers = new Float32Array(dims);
    readVector(vector, numbers, 0, dims);
    yield { vector: [...numbers] };
  }
}

/** All that a version's tables let metrics see. */
export async function* metricRows(
  tables: TableStore,
  input: Inputs,
  selection: SelectionFile,
): AsyncGenerator<MetricRow> {
  yield* comparisons(tables, input);
  yield* decided(tables, input, selection);
  yield* shown(tables, selection);
  for await (const policies of verdicts(tables, input, ['safety'])) yield { policies };
  for await (const principles of verdicts(tables, input, ['checklist', 'assertion'])) yield { principles };
  yield* toxicities(tables, input);
  yield* alike(tables, input, selection);
  yield* renewed(tables, input);
  yield* vectors(tables, input, selection);
}
