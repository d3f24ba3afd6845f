/** Proportional odds (McCullagh 1980): P(level ≤ k) = σ(θ_k − x·w), for aspects rated on an ordered scale. */
import { AssayError } from '../../schemas/errors.ts';
import { softplus } from '../metrics/calibration.ts';
import { openSession } from '../runtime.ts';
import { checkExamples, curvatureOf, minimiseBlocks, rowBlocks } from './objective.ts';
import { ordinalGraph } from './ordinal-graph.ts';

export interface OrdinalInput {
  /** n × dims, row-major. */
  readonly features: Float32Array;
  /** 0 … classes − 1, higher is better. */
  readonly levels: Int32Array;
  /** K, at least 2. */
  readonly classes: number;
  readonly n: number;
  readonly dims: number;
  /** Weight per row; default 1. */
  readonly weights?: Float32Array | undefined;
  /** λ of λ/2·‖w‖²; thresholds are not penalised. */
  readonly l2: number;
  readonly signal?: AbortSignal | undefined;
}

export interface OrdinalFit {
  readonly weights: Float32Array;
  /** K − 1, rising. */
  readonly thresholds: Float64Array;
  /** Penalised mean loss. */
  readonly loss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** The cuts that are right for weights of 0, each level counted half a row more than it has (an empty one is then no infinity). */
const startOf = (levels: Int32Array, weights: Float32Array, classes: number, total: number): Float64Array => {
  const counts = new Float64Array(classes).fill(0.5);
  levels.forEach((level, i) => (counts[level] = (counts[level] ?? 0) + (weights[i] ?? 0)));
  const all = total + classes / 2;
  const cuts = new Float64Array(classes - 1);
  let below = 0;
  let previous = 0;
  for (let k = 0; k < cuts.length; k++) {
    below += counts[k] ?? 0;
    const threshold = Math.log(below / (all - below));
    cuts[k] = k === 0 ? threshold : Math.log(Math.expm1(threshold - previous));
    previous = threshold;
  }
  return cuts;
};

const thresholdsOf = (cuts: Float64Array): Float64Array => {
  let threshold = 0;
  return cuts.map((cut, k) => (threshold = k === 0 ? cut : threshold + softplus(cut)));
};

const checkLevels = ({ levels, classes, n }: OrdinalInput, weights: Float32Array): void => {
  if (!Number.isInteger(classes) || classes < 2) throw new RangeError(`${classes} classes; at least 2 are needed`);
  if (levels.length !== n) throw new RangeError(`${levels.length} levels for ${n} rows`);
  const wrong = levels.findIndex((level) => level < 0 || level >= classes);
  if (wrong >= 0)
    throw new AssayError('ASY-5007', {
      what: `level of row ${wrong}`,
      value: levels[wrong],
      range: `0 … ${classes - 1}`,
    });
  const heard = new Set(levels.filter((_, i) => (weights[i] ?? 0) > 0));
  if (heard.size < 2) throw new AssayError('ASY-5008', { what: `level ${[...heard][0]}` });
};

/**
 * Minimises mean_i weight_i·−log P(level_i) + λ/2·‖w‖² by L-BFGS (the mean is over Σ weight). Thresholds rise by construction;
 * those about a level that no row has come as close, or go as far out, as the tolerance allows. Throws ASY-5004 for fewer than
 * two rows, ASY-5007 for a level off the scale, ASY-5008 where all rows have one level, ASY-5005 for NaN.
 */
export const fitOrdinal = async (input: OrdinalInput): Promise<OrdinalFit> => {
  const { features, levels, classes, n, dims, l2, signal } = input;
  const { weights, total } = checkExamples(features, input);
  checkLevels(input, weights);
  const start = new Float64Array(dims + classes - 1);
  start.set(startOf(levels, weights, classes, total), dims);
  const curvature = new Float64Array(start.length).fill(1 / 4);
  curvature.set(curvatureOf(features, { ...input, weights }, 1 / 4));
  const loss = {
    session: await openSession(ordinalGraph(classes), { name: 'ordinal' }),
    blocks: rowBlocks(n, {
      features: { type: 'float32', data: features, width: dims },
      level: { type: 'int32', data: levels },
      weight: { type: 'float64', data: new Float64Array(weights) },
    }),
    parameters: [
      { name: 'w', dims: [dims, 1], type: 'float32', penalised: true },
      { name: 'cuts', dims: [classes - 1], type: 'float64', penalised: false },
    ],
    total,
    l2,
    data: { features },
  } as const;
  const { x, value, iterations, converged } = await minimiseBlocks(loss, start, { signal, curvature });
  const thresholds = thresholdsOf(x.subarray(dims));
  return { weights: Float32Array.from(x.subarray(0, dims)), thresholds, loss: value, iterations, converged };
};
