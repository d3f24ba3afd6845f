/** A penalised mean loss over rows as L-BFGS wants it: an ONNX graph gives loss and gradient of one block, the blocks add up. */
import { AssayError } from '../../schemas/errors.ts';
import type { Feeds, Session, TensorValue } from '../runtime.ts';
import { assertFinite, run } from '../runtime.ts';
import type { Minimum, Objective } from './lbfgs.ts';
import { lbfgs } from './lbfgs.ts';

/** A block of unknowns: the graph has an input of this name and type, and a slope of the same size, the output `d_<name>`. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: 'float32' | 'float64';
  /** Whether λ/2·‖·‖² counts it. */
  readonly penalised: boolean;
}

export interface BlockLoss {
  /** The graph; its output `loss` (float64) is a weighted sum over the rows of a block. */
  readonly session: Session;
  readonly blocks: readonly Feeds[];
  readonly parameters: readonly Parameter[];
  /** Sum of all weights: losses and slopes are divided by it. */
  readonly total: number;
  readonly l2: number;
  /** What is looked through, by name, when a slope turns out not finite. */
  readonly data: Readonly<Record<string, Float32Array>>;
}

/**
 * A value per row, which the graph gets as [rows], or with `width` a row-major matrix. Vectors, because ONNX Runtime adds a
 * scalar to [rows, 1] one row at a time, ten times slower.
 */
export type Column = { readonly width?: number } & (
  | { readonly type: 'float32'; readonly data: Float32Array }
  | { readonly type: 'float64'; readonly data: Float64Array }
  | { readonly type: 'int32'; readonly data: Int32Array }
);

/** Rows a run takes: features of a block stay in the processor's cache between the loss and the gradient. */
const BLOCK = 2048;

const rowsOf = (column: Column, from: number, to: number): TensorValue => {
  const { width = 1 } = column;
  const dims = column.width === undefined ? [to - from] : [to - from, width];
  const [start, end] = [from * width, to * width];
  if (column.type === 'float32') return { type: 'float32', dims, data: column.data.subarray(start, end) };
  if (column.type === 'float64') return { type: 'float64', dims, data: column.data.subarray(start, end) };
  return { type: 'int32', dims, data: column.data.subarray(start, end) };
};

/** The columns of n rows cut into blocks of tensors, without copying. */
export const rowBlocks = (n: number, columns: Readonly<Record<string, Column>>): Feeds[] => {
  const blocks: Feeds[] = [];
  for (let from = 0; from < n; from += BLOCK) {
    const to = Math.min(n, from + BLOCK);
    blocks.push(Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, rowsOf(column, from, to)])));
  }
  return blocks;
};

interface Examples {
  readonly n: number;
  readonly dims: number;
  readonly weights?: Float32Array | undefined;
  readonly l2: number;
}

/**
 * Weights of n examples (1 by default) and their sum, once their sizes are checked. Throws ASY-5004 for fewer than two rows or no
 * weight, ASY-5005 for weights that are not finite, RangeError for sizes that do not fit or a negative weight or penalty.
 */
export const checkExamples = (
  features: Float32Array,
  { n, dims, weights = new Float32Array(n).fill(1), l2 }: Examples,
): { readonly weights: Float32Array; readonly total: number } => {
  if (n < 2) throw new AssayError('ASY-5004', { pairs: n, needed: 2 });
  if (features.length !== n * dims) throw new RangeError(`${features.length} features for ${n} × ${dims}`);
  if (weights.length !== n) throw new RangeError(`${weights.length} weights for ${n} rows`);
  if (!Number.isFinite(l2) || l2 < 0) throw new RangeError(`l2 must be 0 or more, not ${l2}`);
  assertFinite(weights, 'weights');
  if (weights.some((weight) => weight < 0)) throw new RangeError('weights must be 0 or more');
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) throw new AssayError('ASY-5004', { pairs: 0, needed: 2 });
  return { weights, total };
};

/** Throws ASY-5005 for a value that is not finite and ASY-5007 for one that is not `allowed`, naming `what` and the `range`. */
export const checkRange = (
  values: Float32Array,
  n: number,
  what: string,
  allowed: (value: number) => boolean,
  range: string,
): void => {
  if (values.length !== n) throw new RangeError(`${values.length} ${what} for ${n} rows`);
  assertFinite(values, what);
  const wrong = values.findIndex((value) => !allowed(value));
  if (wrong >= 0) throw new AssayError('ASY-5007', { what: `${what} (element ${wrong})`, value: values[wrong], range });
};

const sizeOf = ({ dims }: Parameter): number => dims.reduce((product, dim) => product * dim, 1);

/** The parts of one vector as the graph's inputs. */
const unpack = (x: Float64Array, parameters: readonly Parameter[]): Record<string, TensorValue> => {
  const feeds: Record<string, TensorValue> = {};
  let at = 0;
  for (const parameter of parameters) {
    const { name, dims, type } = parameter;
    const part = x.subarray(at, (at += sizeOf(parameter)));
    feeds[name] = type === 'float32' ? { type, dims, data: Float32Array.from(part) } : { type, dims, data: part };
  }
  return feeds;
};

/** Adds one block's slopes to `gradient`; returns its loss. */
const addBlock = async (loss: BlockLoss, feeds: Feeds, gradient: Float64Array): Promise<number> => {
  const outputs = await run(loss.session, feeds);
  let at = 0;
  for (const { name, type } of loss.parameters) {
    const slope = outputs[`d_${name}`];
    if (slope?.type !== type) throw unusable(loss.session, `output d_${name} is not ${type}`);
    for (const value of slope.data) {
      gradient[at] = (gradient[at] ?? 0) + value;
      at++;
    }
  }
  const value = outputs['loss'];
  if (value?.type !== 'float64') throw unusable(loss.session, 'output loss is not float64');
  return value.data[0] ?? 0;
};

const unusable = (session: Session, reason: string) => new AssayError('ASY-5003', { file: session.name, reason });

/** Mean loss over all blocks + λ/2·‖penalised parameters‖², and its gradient. Throws ASY-5005, naming the data, on NaN. */
export const blockObjective = (loss: BlockLoss): Objective => {
  const { blocks, parameters, total, l2, data } = loss;
  return async (x) => {
    const feeds = unpack(x, parameters);
    const gradient = new Float64Array(x.length);
    let value = 0;
    for (const block of blocks) value += await addBlock(loss, { ...block, ...feeds }, gradient);
    // At the start every row is in the gradient, so a NaN anywhere shows here: no pass over the data of its own.
    if (!gradient.every(Number.isFinite)) {
      for (const [name, values] of Object.entries(data)) assertFinite(values, name);
      assertFinite(gradient, 'gradient');
    }
    value /= total;
    let at = 0;
    for (const { name, penalised } of parameters)
      for (const entry of feeds[name]?.data ?? []) {
        const ridge = penalised ? l2 * Number(entry) : 0;
        gradient[at] = (gradient[at] ?? 0) / total + ridge;
        value += (ridge / 2) * Number(entry);
        at++;
      }
    return { value, gradient };
  };
};

/** Rows looked at for the curvature: enough to tell large features from small ones. */
const SAMPLED = 512;

/** A guess at the Hessian's diagonal in the weights, `factor`·mean weight·x² + λ, from evenly spaced rows; all positive. */
export const curvatureOf = (
  features: Float32Array,
  { n, dims, weights, l2 }: Examples & { readonly weights: Float32Array },
  factor: number,
): Float64Array => {
  const curvature = new Float64Array(dims);
  const step = Math.ceil(n / SAMPLED);
  let total = 0;
  for (let i = 0; i < n; i += step) {
    const weight = weights[i] ?? 0;
    total += weight;
    for (let j = 0; j < dims; j++)
      curvature[j] = (curvature[j] ?? 0) + weight * (features[i * dims + j] ?? 0) ** 2 * factor;
  }
  const mean = curvature.map((value) => (total > 0 ? value / total : 0) + l2);
  // A feature that is 0 in the sample may not be 0 elsewhere: no step is a thousand times the usual one.
  const usual = mean.reduce((sum, value) => sum + value, 0) / dims;
  return mean.map((value) => Math.max(value, usual / 1000, Number.MIN_VALUE));
};

/**
 * The minimum of a block loss from `start` by L-BFGS, with tolerances that float32 products can reach: no slope above 1e-5, a tenth
 * of scikit-learn's default, for features of order 1, as `fitScaler` makes them. On 50,000 × 384 differences the loss is then within
 * 1e-8 of the least and no weight 1e-4 off (bench/train.py). Throws ASY-5005 as above.
 */
export const minimiseBlocks = async (
  loss: BlockLoss,
  start: Float64Array,
  options: { readonly curvature?: Float64Array; readonly signal?: AbortSignal | undefined },
): Promise<Minimum> => {
  const tolerances = { gradientTolerance: 1e-5, valueTolerance: 1e-9, valueNoise: 1e-8 };
  const minimum = await lbfgs(blockObjective(loss), start, { ...tolerances, ...options });
  assertFinite(minimum.x, 'fitted weights');
  return minimum;
};
