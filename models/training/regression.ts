/** Ridge regression with a bias (Hoerl & Kennard 1970): a rated aspect as a linear function of the features. */
import { createGraph, elementCode } from '../onnx/graph.ts';
import { assertFinite, openSession } from '../runtime.ts';
import { checkExamples, checkRange, curvatureOf, minimiseBlocks, rowBlocks } from './objective.ts';

export interface RegressionInput {
  /** n × dims, row-major. */
  readonly features: Float32Array;
  readonly targets: Float32Array;
  readonly n: number;
  readonly dims: number;
  /** Weight per row; default 1. A row without a target gets weight 0. */
  readonly weights?: Float32Array | undefined;
  /** λ of λ/2·‖w‖²; the bias is not penalised. scikit-learn's Ridge calls λ·Σ weight `alpha`. */
  readonly l2: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RegressionFit {
  readonly weights: Float32Array;
  readonly bias: number;
  /** Half the weighted mean squared residual, with the penalty. */
  readonly loss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** features [n, d], w [1, d], bias [1], weight and target [n] → Σ weight·r²/2 with r = x·w + bias − target, and its slopes. */
const regressionGraph = (): Uint8Array => {
  const graph = createGraph('regression');
  const x = graph.input('features', 'float32', ['n', 'd']);
  const w = graph.input('w', 'float32', [1, 'd']);
  const bias = graph.input('bias', 'float64', [1]);
  const weight = graph.input('weight', 'float64', ['n']);
  const target = graph.input('target', 'float64', ['n']);
  const product = graph.node('Gemm', [w, x], { transB: 1 });
  const wide = graph.node('Cast', [product], { to: elementCode('float64') });
  const residual = graph.node('Sub', [graph.node('Add', [wide, bias]), target]);
  const pull = graph.node('Mul', [weight, residual]);
  const half = graph.constant('float64', [], Float64Array.of(0.5));
  const square = graph.node('Mul', [graph.node('Mul', [pull, residual]), half]);
  graph.output('loss', graph.node('ReduceSum', [square], { keepdims: 0 }), 'float64', []);
  const row = graph.node('Cast', [pull], { to: elementCode('float32') });
  graph.output('d_w', graph.node('MatMul', [row, x]), 'float32', [1, 'd']);
  graph.output('d_bias', graph.node('ReduceSum', [pull, graph.ints(1)], { keepdims: 0 }), 'float64', [1]);
  return graph.bytes();
};

/** Weighted mean and standard deviation of the targets; a deviation of 0 becomes 1. */
const momentsOf = (targets: Float32Array, weights: Float32Array, total: number) => {
  const mean = targets.reduce((sum, target, i) => sum + target * (weights[i] ?? 0), 0) / total;
  const variance = targets.reduce((sum, target, i) => sum + (target - mean) ** 2 * (weights[i] ?? 0), 0) / total;
  return { mean, deviation: Math.sqrt(variance) || 1 };
};

/**
 * Minimises mean_i weight_i·(x_i·w + bias − target_i)²/2 + λ/2·‖w‖² by L-BFGS (the mean is over Σ weight). It works on targets
 * of mean 0 and deviation 1, so that the tolerances suit any scale; equal targets give weights of 0 and that target as the bias.
 * Throws ASY-5004 for fewer than two rows or no weight, ASY-5005 for NaN.
 */
export const fitRegression = async (input: RegressionInput): Promise<RegressionFit> => {
  const { features, targets, n, dims, l2, signal } = input;
  const { weights, total } = checkExamples(features, input);
  checkRange(targets, n, 'targets', Number.isFinite, '(−∞, ∞)');
  const { mean, deviation } = momentsOf(targets, weights, total);
  const curvature = new Float64Array(dims + 1).fill(1);
  curvature.set(curvatureOf(features, { ...input, weights }, 1));
  const loss = {
    session: await openSession(regressionGraph(), { name: 'regression' }),
    blocks: rowBlocks(n, {
      features: { type: 'float32', data: features, width: dims },
      weight: { type: 'float64', data: new Float64Array(weights) },
      target: { type: 'float64', data: Float64Array.from(targets, (target) => (target - mean) / deviation) },
    }),
    parameters: [
      { name: 'w', dims: [1, dims], type: 'float32', penalised: true },
      { name: 'bias', dims: [1], type: 'float64', penalised: false },
    ],
    total,
    l2,
    data: { features },
  } as const;
  const minimum = await minimiseBlocks(loss, new Float64Array(dims + 1), { signal, curvature });
  const { iterations, converged } = minimum;
  const slopes = Float32Array.from(minimum.x.subarray(0, dims), (value) => value * deviation);
  assertFinite(slopes, 'fitted weights');
  const bias = mean + deviation * (minimum.x[dims] ?? 0);
  return { weights: slopes, bias, loss: minimum.value * deviation ** 2, iterations, converged };
};
