/** The gate of a mixture of experts, fitted on preferences (ArmoRM's second stage, Wang et al. 2024); the experts stay as they are. */
import type { Gate, GateLayer } from '../heads/mixture.ts';
import { createRandom } from '../random.ts';
import type { Feeds, TensorValue } from '../runtime.ts';
import { assertFinite, openSession } from '../runtime.ts';
import { adamw } from './adamw.ts';
import type { MixtureShape } from './mixture-graph.ts';
import { mixtureGraph } from './mixture-graph.ts';
import type { Parameter } from './objective.ts';
import { blockObjective, checkExamples, rowBlocks } from './objective.ts';
import { cosineSchedule } from './schedule.ts';

export interface MixtureInput {
  /** The prompt's features of each pair, n × promptDims, row-major. */
  readonly prompts: Float32Array;
  readonly promptDims: number;
  /** chosen − rejected of each expert's debiased z-score (penalise), n × experts. */
  readonly differences: Float64Array;
  readonly experts: number;
  readonly n: number;
  /** Weight per pair; default 1. */
  readonly weights?: Float32Array | undefined;
  /** Widths of the hidden layers; ArmoRM's are [1024, 1024, 1024]. */
  readonly hidden?: readonly number[];
  /** Share of hidden values put to 0 at each step of training; ArmoRM's is 0.2. */
  readonly dropout?: number;
  readonly temperature?: number;
  /** Experts that keep a share; null for all. */
  readonly topK?: number | null;
  /**
   * 3e-3 and 300 steps of 256 pairs by default: planted gates on 128 features overfit with more or larger steps at 200 and 1,000
   * pairs, and learn too little with smaller ones at 5,000. ArmoRM takes 2,000 steps of 1,024 pairs at 1e-3.
   */
  readonly learningRate?: number;
  readonly steps?: number;
  readonly batch?: number;
  readonly weightDecay?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface MixtureFit {
  readonly gate: Gate;
  /** Weighted mean loss of the gate, as it is, over all pairs. */
  readonly loss: number;
}

const parametersOf = (widths: readonly number[]): Parameter[] => [
  ...widths.slice(1).flatMap((outputs, l): Parameter[] => [
    { name: `w${l}`, dims: [widths[l] ?? 0, outputs], type: 'float32', penalised: false },
    { name: `b${l}`, dims: [outputs], type: 'float32', penalised: false },
  ]),
  { name: 'scale', dims: [1], type: 'float64', penalised: false },
];

/** Weights and biases uniform in ±1/√inputs (LeCun et al. 1998; PyTorch's default), a scale of 1. */
const startOf = (widths: readonly number[], random: () => number): Float64Array => {
  const layers = widths.slice(1).map((outputs, l) => {
    const inputs = widths[l] ?? 1;
    return Float64Array.from({ length: (inputs + 1) * outputs }, () => (2 * random() - 1) / Math.sqrt(inputs));
  });
  const start = new Float64Array(layers.reduce((sum, { length }) => sum + length, 1));
  let at = 0;
  for (const layer of layers) {
    start.set(layer, at);
    at += layer.length;
  }
  start[at] = 1;
  return start;
};

const layersOf = (x: Float64Array, widths: readonly number[]): GateLayer[] => {
  let at = 0;
  return widths.slice(1).map((outputs, l) => {
    const inputs = widths[l] ?? 0;
    const weights = Float32Array.from(x.subarray(at, (at += inputs * outputs)));
    return { inputs, outputs, weights, bias: Float32Array.from(x.subarray(at, (at += outputs))) };
  });
};

/** Rows drawn with replacement, their weight in all, and the masks of one step: 1 / (1 − dropout) where a value stays. */
const batchOf = (
  input: MixtureInput,
  rows: readonly number[],
  shape: MixtureShape,
  random: () => number,
): { readonly feeds: Feeds; readonly mass: number } => {
  const { prompts, promptDims, differences, experts, weights, batch = 256, dropout = 0 } = input;
  const prompt = new Float32Array(batch * promptDims);
  const difference = new Float64Array(batch * experts);
  const weight = new Float64Array(batch);
  for (let b = 0; b < batch; b++) {
    const row = rows[Math.floor(random() * rows.length)] ?? 0;
    prompt.set(prompts.subarray(row * promptDims, (row + 1) * promptDims), b * promptDims);
    difference.set(differences.subarray(row * experts, (row + 1) * experts), b * experts);
    weight[b] = weights?.[row] ?? 1;
  }
  const feeds: Record<string, TensorValue> = {
    prompt: { type: 'float32', dims: [batch, promptDims], data: prompt },
    difference: { type: 'float64', dims: [batch, experts], data: difference },
    weight: { type: 'float64', dims: [batch], data: weight },
  };
  const mass = weight.reduce((sum, value) => sum + value, 0);
  if (!shape.dropout) return { feeds, mass };
  shape.widths.slice(1, -1).forEach((width, l) => {
    const data = Float32Array.from({ length: batch * width }, () => (random() < dropout ? 0 : 1 / (1 - dropout)));
    feeds[`mask${l}`] = { type: 'float32', dims: [batch, width], data };
  });
  return { feeds, mass };
};

/** Keeps the streams of steps apart. */
const STRIDE = 0x9e3779b1;

/**
 * Fits the gate by AdamW on seeded minibatches with a cosine schedule: Bradley–Terry loss of the gated differences. Equal inputs
 * give equal bits. Throws ASY-5004 for fewer than two pairs or no weight, ASY-5005 for NaN.
 */
export const fitMixture = async (input: MixtureInput): Promise<MixtureFit> => {
  const { prompts, promptDims, differences, experts, n, hidden = [64], dropout = 0, temperature = 10 } = input;
  const { topK = null, learningRate = 3e-3, weightDecay = 0, steps = 300, seed = 0, signal } = input;
  const { weights, total } = checkExamples(prompts, { n, dims: promptDims, weights: input.weights, l2: 0 });
  if (differences.length !== n * experts)
    throw new RangeError(`${differences.length} differences for ${n} × ${experts}`);
  if (!(dropout >= 0 && dropout < 1)) throw new RangeError(`dropout ${dropout} is not in [0, 1)`);
  assertFinite(prompts, 'prompts');
  assertFinite(differences, 'differences');
  const shape: MixtureShape = { widths: [promptDims, ...hidden, experts], temperature, topK, dropout: dropout > 0 };
  const parameters = parametersOf(shape.widths);
  const rows = Array.from({ length: n }, (_, i) => i).filter((i) => (weights[i] ?? 0) > 0);
  const shared = { parameters, l2: 0, data: {} };
  // The share of a single expert is 1 whatever its logit, which teaches nothing: such a gate is cut after it has learnt whole.
  const learning = topK === 1 ? { ...shape, topK: null } : shape;
  const session = await openSession(mixtureGraph(learning), { name: 'mixture' });
  const trained = await adamw(
    (x, step) => {
      const { feeds, mass } = batchOf(input, rows, shape, createRandom((seed + Math.imul(step + 1, STRIDE)) | 0));
      return blockObjective({ ...shared, session, blocks: [feeds], total: mass })(x);
    },
    startOf(shape.widths, createRandom(seed)),
    { learningRate, steps, weightDecay, schedule: cosineSchedule(steps), signal },
  );
  const whole = await openSession(mixtureGraph({ ...shape, dropout: false }), { name: 'mixture' });
  const blocks = rowBlocks(n, {
    prompt: { type: 'float32', data: prompts, width: promptDims },
    difference: { type: 'float64', data: differences, width: experts },
    weight: { type: 'float64', data: new Float64Array(weights) },
  });
  const { value } = await blockObjective({ ...shared, session: whole, blocks, total })(trained.x);
  const gate = { layers: layersOf(trained.x, shape.widths), temperature, scale: trained.x.at(-1) ?? 1, topK };
  return { gate, loss: value };
};
