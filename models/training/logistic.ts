/** Logistic regression on soft labels; its graph is also the loss of a preference (a pair's probability is σ of a difference). */
import { AssayError } from '../../schemas/errors.ts';
import { createGraph, elementCode } from '../onnx/graph.ts';
import { openSession } from '../runtime.ts';
import { checkExamples, checkRange, curvatureOf, minimiseBlocks, rowBlocks } from './objective.ts';
import { softplusNodes } from './softplus.ts';

export interface LogisticInput {
  /** n × dims, row-major. */
  readonly features: Float32Array;
  /** P(label 1) of each row, in [0, 1]. */
  readonly labels: Float32Array;
  readonly n: number;
  readonly dims: number;
  /** Weight per row; default 1. */
  readonly weights?: Float32Array | undefined;
  /** λ of λ/2·‖w‖²; the bias is not penalised. */
  readonly l2: number;
  readonly signal?: AbortSignal | undefined;
}

export interface LogisticFit {
  readonly weights: Float32Array;
  readonly bias: number;
  /** Penalised mean loss at the weights. */
  readonly loss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** What a logistic loss may have beside features, weights and w; what it does not have is not in its graph. */
export type LogisticPart = 'bias' | 'margin' | 'scale' | 'slack';

/**
 * features [n, d], w [1, d], bias [1], and per row weight, margin, scale and slack = 1 − P(label 1), all [n] →
 * Σ weight·(softplus(m) − slack·m) with m = margin − (x·w + bias) / scale, and its slopes d_w [1, d], d_bias [1].
 * The products are float32, what is worked out per row float64.
 */
export const logisticGraph = (parts: readonly LogisticPart[]): Uint8Array => {
  const graph = createGraph('logistic');
  const has = new Set(parts);
  const x = graph.input('features', 'float32', ['n', 'd']);
  const w = graph.input('w', 'float32', [1, 'd']);
  const column = (name: string) => graph.input(name, 'float64', ['n']);
  const weight = column('weight');
  const scale = has.has('scale') ? column('scale') : null;
  const slack = has.has('slack') ? column('slack') : null;
  const product = graph.node('Gemm', [w, x], { transB: 1 });
  let z = graph.node('Cast', [product], { to: elementCode('float64') });
  if (has.has('bias')) z = graph.node('Add', [z, graph.input('bias', 'float64', [1])]);
  if (scale !== null) z = graph.node('Div', [z, scale]);
  const m = has.has('margin') ? graph.node('Sub', [column('margin'), z]) : graph.node('Neg', [z]);
  const { value: softplus, slope: sigmoid } = softplusNodes(graph, m);
  const losses = slack === null ? softplus : graph.node('Sub', [softplus, graph.node('Mul', [slack, m])]);
  graph.output('loss', graph.node('ReduceSum', [graph.node('Mul', [weight, losses])], { keepdims: 0 }), 'float64', []);
  const slope = slack === null ? graph.node('Neg', [sigmoid]) : graph.node('Sub', [slack, sigmoid]);
  const pull = graph.node('Mul', [weight, scale === null ? slope : graph.node('Div', [slope, scale])]);
  const row = graph.node('Cast', [pull], { to: elementCode('float32') });
  graph.output('d_w', graph.node('MatMul', [row, x]), 'float32', [1, 'd']);
  if (has.has('bias'))
    graph.output('d_bias', graph.node('ReduceSum', [pull, graph.ints(1)], { keepdims: 0 }), 'float64', [1]);
  return graph.bytes();
};

/** Labels as the graph wants them. */
export const slackOf = (labels: Float32Array): Float64Array => Float64Array.from(labels, (label) => 1 - label);

/**
 * Minimises mean_i weight_i·(softplus(z_i) − label_i·z_i) + λ/2·‖w‖², z = x·w + bias, by L-BFGS (the mean is over Σ weight).
 * Throws ASY-5004 for fewer than two rows, ASY-5007 for labels outside [0, 1], ASY-5008 where all labels are 0 or all are 1,
 * ASY-5005 for NaN.
 */
export const fitLogistic = async (input: LogisticInput): Promise<LogisticFit> => {
  const { features, labels, n, dims, l2, signal } = input;
  const { weights, total } = checkExamples(features, input);
  checkRange(labels, n, 'labels', (label) => label >= 0 && label <= 1, '[0, 1]');
  const heard = labels.filter((_, i) => (weights[i] ?? 0) > 0);
  for (const label of [0, 1])
    if (heard.every((value) => value === label)) throw new AssayError('ASY-5008', { what: `label ${label}` });
  const share = labels.reduce((sum, label, i) => sum + label * (weights[i] ?? 0), 0) / total;
  const spread = share * (1 - share);
  const start = new Float64Array(dims + 1);
  // The bias that is right for weights of 0.
  start[dims] = Math.log(share / (1 - share));
  const curvature = new Float64Array(dims + 1).fill(spread);
  curvature.set(curvatureOf(features, { ...input, weights }, spread));
  const loss = {
    session: await openSession(logisticGraph(['bias', 'slack']), { name: 'logistic' }),
    blocks: rowBlocks(n, {
      features: { type: 'float32', data: features, width: dims },
      weight: { type: 'float64', data: new Float64Array(weights) },
      slack: { type: 'float64', data: slackOf(labels) },
    }),
    parameters: [
      { name: 'w', dims: [1, dims], type: 'float32', penalised: true },
      { name: 'bias', dims: [1], type: 'float64', penalised: false },
    ],
    total,
    l2,
    data: { features },
  } as const;
  const { x, value, iterations, converged } = await minimiseBlocks(loss, start, { signal, curvature });
  return { weights: Float32Array.from(x.subarray(0, dims)), bias: x[dims] ?? 0, loss: value, iterations, converged };
};
