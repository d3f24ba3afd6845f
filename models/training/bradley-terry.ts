/** Bradley–Terry reward models (S104; Ouyang et al. 2022, eq. 1): loss and gradient are one ONNX graph. */
import { AssayError } from '../../schemas/errors.ts';
import type { Value } from '../onnx/graph.ts';
import { createGraph, elementCode } from '../onnx/graph.ts';
import type { Session } from '../runtime.ts';
import { assertFinite, openSession, run } from '../runtime.ts';
import { lbfgs } from './lbfgs.ts';

export interface BradleyTerryInput {
  /** x_winner − x_loser, n × dims, row-major. */
  readonly differences: Float32Array;
  readonly n: number;
  readonly dims: number;
  /** Weight per pair; default 1. */
  readonly weights?: Float32Array;
  /** Reward difference asked for per pair (subtracted inside the sigmoid); default 0. */
  readonly margins?: Float32Array;
  /** λ of λ/2·‖w‖². */
  readonly l2: number;
  readonly signal?: AbortSignal | undefined;
}

export interface BradleyTerryFit {
  readonly weights: Float32Array;
  /** Penalised mean loss at the weights. */
  readonly loss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Rows a run takes: differences of a block stay in the processor's cache between the loss and the gradient. */
const BLOCK = 1024;

/**
 * x [n, d], w [d, 1], weight [n, 1], margin [n, 1] → Σ weight·softplus(m) (float64) and its gradient [1, d] in w, with
 * m = margin − x·w. softplus(m) = max(m, 0) + log(1 + e^−|m|) never overflows; its slope in x·w is −σ(m). The products are
 * float32, what is worked out per pair float64: ONNX Runtime's float32 Sigmoid is off by 1e-5, which shows in the weights.
 */
export const bradleyTerryGraph = (): Uint8Array => {
  const graph = createGraph('bradley-terry');
  const wide = (value: Value) => graph.node('Cast', [value], { to: elementCode('float64') });
  const x = graph.input('differences', 'float32', ['n', 'd']);
  const w = graph.input('w', 'float32', ['d', 1]);
  const weight = wide(graph.input('weight', 'float32', ['n', 1]));
  const margin = wide(graph.input('margin', 'float32', ['n', 1]));
  const one = graph.constant('float64', [], Float64Array.of(1));
  const zero = graph.constant('float64', [], Float64Array.of(0));
  const m = graph.node('Sub', [margin, wide(graph.node('MatMul', [x, w]))]);
  const e = graph.node('Exp', [graph.node('Neg', [graph.node('Abs', [m])])]);
  const whole = graph.node('Add', [e, one]);
  const losses = graph.node('Add', [graph.node('Max', [m, zero]), graph.node('Log', [whole])]);
  graph.output('loss', graph.node('ReduceSum', [graph.node('Mul', [weight, losses])], { keepdims: 0 }), 'float64', []);
  const sigmoid = graph.node('Div', [graph.node('Where', [graph.node('Greater', [m, zero]), one, e]), whole]);
  const pull = graph.node('Neg', [graph.node('Mul', [weight, sigmoid])]);
  const row = graph.node('Reshape', [graph.node('Cast', [pull], { to: elementCode('float32') }), graph.ints(1, -1)]);
  graph.output('gradient', graph.node('MatMul', [row, x]), 'float32', [1, 'd']);
  return graph.bytes();
};

interface Block {
  readonly rows: number;
  readonly differences: Float32Array;
  readonly weight: Float32Array;
  readonly margin: Float32Array;
}

const blocksOf = (input: BradleyTerryInput, weights: Float32Array): Block[] => {
  const { differences, n, dims } = input;
  const margins = input.margins ?? new Float32Array(n);
  const blocks: Block[] = [];
  for (let from = 0; from < n; from += BLOCK) {
    const to = Math.min(n, from + BLOCK);
    blocks.push({
      rows: to - from,
      differences: differences.subarray(from * dims, to * dims),
      weight: weights.subarray(from, to),
      margin: margins.subarray(from, to),
    });
  }
  return blocks;
};

/** Adds one block's loss and gradient at `w`; returns its loss. */
const addBlock = async (session: Session, block: Block, w: Float32Array, gradient: Float64Array): Promise<number> => {
  const column = [block.rows, 1];
  const { loss, gradient: slope } = await run(session, {
    differences: { type: 'float32', dims: [block.rows, w.length], data: block.differences },
    w: { type: 'float32', dims: [w.length, 1], data: w },
    weight: { type: 'float32', dims: column, data: block.weight },
    margin: { type: 'float32', dims: column, data: block.margin },
  });
  if (loss?.type !== 'float64' || slope?.type !== 'float32')
    throw new AssayError('ASY-5003', { file: session.name, reason: 'its outputs are not a loss and a gradient' });
  for (let j = 0; j < gradient.length; j++) gradient[j] = (gradient[j] ?? 0) + (slope.data[j] ?? 0);
  return loss.data[0] ?? 0;
};

/** Rows looked at for the curvature: enough to tell large features from small ones. */
const SAMPLED = 512;

/** The Hessian's diagonal at w = 0, mean weight·d²/4 + λ, from evenly spaced pairs. */
const curvatureOf = ({ differences, n, dims, l2 }: BradleyTerryInput, weights: Float32Array): Float64Array => {
  const curvature = new Float64Array(dims);
  const step = Math.ceil(n / SAMPLED);
  let total = 0;
  for (let i = 0; i < n; i += step) {
    const weight = weights[i] ?? 0;
    total += weight;
    for (let j = 0; j < dims; j++)
      curvature[j] = (curvature[j] ?? 0) + (weight * (differences[i * dims + j] ?? 0) ** 2) / 4;
  }
  const mean = curvature.map((value) => (total > 0 ? value / total : 0) + l2);
  // A feature that is 0 in the sample may not be 0 elsewhere: no step is a thousand times the usual one.
  const usual = mean.reduce((sum, value) => sum + value, 0) / dims;
  return mean.map((value) => Math.max(value, usual / 1000, Number.MIN_VALUE));
};

const check = ({ differences, n, dims, weights, margins, l2 }: BradleyTerryInput): void => {
  if (n < 2) throw new AssayError('ASY-5004', { pairs: n, needed: 2 });
  if (differences.length !== n * dims) throw new RangeError(`${differences.length} differences for ${n} × ${dims}`);
  if (weights !== undefined) assertFinite(weights, 'weights');
  if (margins !== undefined) assertFinite(margins, 'margins');
  if (!Number.isFinite(l2) || l2 < 0) throw new RangeError(`l2 must be 0 or more, not ${l2}`);
};

/**
 * Minimises mean_i weight_i·softplus(margin_i − w·d_i) + λ/2·‖w‖² by L-BFGS from w = 0 (the mean is over Σ weight).
 * A feature that is 0 in every pair keeps weight 0. Throws ASY-5004 for fewer than two pairs or no weight, ASY-5005 for NaN.
 */
export const fitBradleyTerry = async (input: BradleyTerryInput): Promise<BradleyTerryFit> => {
  check(input);
  const { n, dims, l2, signal } = input;
  const given = input.weights ?? new Float32Array(n).fill(1);
  const total = given.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) throw new AssayError('ASY-5004', { pairs: 0, needed: 2 });
  const session = await openSession(bradleyTerryGraph(), { name: 'bradley-terry' });
  const blocks = blocksOf(input, given);
  const minimum = await lbfgs(
    async (x) => {
      const w = Float32Array.from(x);
      const gradient = new Float64Array(dims);
      let value = 0;
      for (const block of blocks) value += await addBlock(session, block, w, gradient);
      // At w = 0 every difference is in the gradient, so a NaN anywhere shows here: no pass over the data of its own.
      if (!gradient.every(Number.isFinite)) {
        assertFinite(input.differences, 'differences');
        assertFinite(gradient, 'gradient');
      }
      value /= total;
      for (let j = 0; j < dims; j++) {
        const entry = w[j] ?? 0;
        gradient[j] = (gradient[j] ?? 0) / total + l2 * entry;
        value += (l2 / 2) * entry * entry;
      }
      return { value, gradient };
    },
    new Float64Array(dims),
    { signal, gradientTolerance: 2e-6, valueTolerance: 1e-9, valueNoise: 1e-8, curvature: curvatureOf(input, given) },
  );
  const weights = Float32Array.from(minimum.x);
  assertFinite(weights, 'fitted weights');
  return { weights, loss: minimum.value, iterations: minimum.iterations, converged: minimum.converged };
};
