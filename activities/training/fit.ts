/** The part of training that reads: pairs and only the feature vectors they need. */
import { resolveEncoder } from '../../models/encoders/index.ts';
import { type TrainedHead, type TrainingPair, trainPreferenceHead } from '../../models/training/preference.ts';
import type { Shard } from '../../schemas/table.ts';
import { breathe } from '../pace.ts';
import type { Progress, TableStore } from '../ports.ts';
import { readVector } from '../vectors.ts';
import { PairRow, type TrainingPlan } from './plan.ts';

const BREATH = 2_000;

interface Matrix {
  readonly pairs: readonly PairRow[];
  /** Row of a response in the matrix. */
  readonly rowOf: ReadonlyMap<string, number>;
  readonly features: Float32Array;
}

const nameOf = (item: string, response: number): string => `${item}/${response}`;

/** Both responses of every pair, as rows in the order in which pairs name them. */
const needed = `SELECT winner AS item, "winnerResponse" AS response FROM {pairs}
  UNION SELECT loser, "loserResponse" FROM {pairs}`;

/** A video's vector is the mean over its segments: a linear head's mean reward is the reward of the mean. */
const meanOver = (features: Float32Array, counts: Int32Array, dims: number): void => {
  for (const [row, count] of counts.entries())
    if (count > 1) for (let j = row * dims; j < (row + 1) * dims; j++) features[j] = (features[j] ?? 0) / count;
};

const loadMatrix = async (
  tables: TableStore,
  { features: table, encoder, modality }: TrainingPlan,
  shard: Shard,
  progress: Progress,
): Promise<Matrix> => {
  const { dims } = encoder;
  const pairs: PairRow[] = [];
  const rowOf = new Map<string, number>();
  for await (const pair of tables.readShard(shard, PairRow)) {
    pairs.push(pair);
    for (const name of [nameOf(pair.winner, pair.winnerResponse), nameOf(pair.loser, pair.loserResponse)])
      if (!rowOf.has(name)) rowOf.set(name, rowOf.size);
  }
  const features = new Float32Array(rowOf.size * dims);
  const counts = new Int32Array(rowOf.size);
  const vector = new Float32Array(dims);
  // Only sums depend on an order; a text or an image has one vector.
  const sql = `SELECT f.item, f.response, base64(f.vector) AS vector FROM {features} f
    SEMI JOIN (${needed}) n ON f.item = n.item AND f.response = n.response
    ${modality === 'video' ? 'ORDER BY f.item, f.response, f.segment' : ''}`;
  const rows = tables.query<{ item: string; response: number; vector: string }>(sql, {
    features: table,
    pairs: [shard],
  });
  let done = 0;
  for await (const { item, response, vector: base64 } of rows) {
    const row = rowOf.get(nameOf(item, response));
    if (row === undefined) continue;
    readVector(base64, vector, 0, dims);
    for (let j = 0; j < dims; j++) features[row * dims + j] = (features[row * dims + j] ?? 0) + (vector[j] ?? 0);
    counts[row] = (counts[row] ?? 0) + 1;
    if (++done % BREATH !== 0) continue;
    progress.heartbeat({ vectors: done });
    await breathe();
  }
  meanOver(features, counts, dims);
  return { pairs, rowOf, features };
};

/** Characters per response, for the baseline that prefers the longer one. */
const loadLengths = async (
  tables: TableStore,
  { items }: TrainingPlan,
  shard: Shard,
  rowOf: Matrix['rowOf'],
): Promise<Float64Array> => {
  const lengths = new Float64Array(rowOf.size);
  const sql = `SELECT i.id AS item, list_transform(i.responses, lambda r: coalesce(length(r.text), 0)) AS lengths
    FROM {items} i SEMI JOIN (${needed}) n ON i.id = n.item`;
  for await (const row of tables.query<{ item: string; lengths: number[] }>(sql, { items, pairs: [shard] }))
    for (const [response, length] of row.lengths.entries()) {
      const at = rowOf.get(nameOf(row.item, response));
      if (at !== undefined) lengths[at] = length;
    }
  return lengths;
};

const trainingPairs = ({ pairs, rowOf }: Matrix, split: PairRow['split']): TrainingPair[] =>
  pairs
    .filter((pair) => pair.split === split)
    .map(({ winner, winnerResponse, loser, loserResponse, group, loserGroup, weight }) => ({
      winner: rowOf.get(nameOf(winner, winnerResponse)) ?? 0,
      loser: rowOf.get(nameOf(loser, loserResponse)) ?? 0,
      group,
      loserGroup,
      weight,
      winnerFirst: winner === loser ? winnerResponse < loserResponse : winner < loser,
    }));

/** Fits, calibrates and measures a head as planned. */
export const fitPlanned = async (
  tables: TableStore,
  plan: TrainingPlan,
  shard: Shard,
  progress: Progress,
): Promise<TrainedHead> => {
  const matrix = await loadMatrix(tables, plan, shard, progress);
  const lengths = plan.modality === 'text' ? await loadLengths(tables, plan, shard, matrix.rowOf) : null;
  const { blocks } = await resolveEncoder(plan.encoder.id, plan.modality);
  progress.heartbeat({ pairs: matrix.pairs.length });
  return trainPreferenceHead({
    encoder: plan.encoder,
    blocks,
    features: matrix.features,
    train: trainingPairs(matrix, 'train'),
    validation: trainingPairs(matrix, 'validation'),
    lengths,
    l2: plan.hyperparameters.l2,
    seed: plan.hyperparameters.seed,
    signal: progress.cancelled,
  });
};
