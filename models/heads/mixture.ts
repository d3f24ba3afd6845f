/** Mixture of experts (S175; Jacobs et al. 1991; ArmoRM, Wang et al. 2024): aspect heads weighed by a gate that sees the prompt. */
import type { Graph, Value } from '../onnx/graph.ts';
import { rowSum } from './row-sum.ts';

/** A dense layer; weights inputs × outputs, row-major. */
export interface GateLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** From a prompt's features to one share per expert: ReLU between the layers, softmax(· / temperature) after the last. */
export interface Gate {
  readonly layers: readonly GateLayer[];
  readonly temperature: number;
  /** What the gated sum is multiplied by. */
  readonly scale: number;
  /** How many experts keep a share (Shazeer et al. 2017); null for all. */
  readonly topK: number | null;
}

/** A linear aspect head on all features, and the moments of its output by which it is z-scored before it is gated. */
export interface Expert {
  readonly weights: Float32Array;
  readonly bias: number;
  readonly mean: number;
  readonly deviation: number;
}

export interface MixtureParameters {
  /** Which features, [from, to), describe the prompt. */
  readonly prompt: { readonly from: number; readonly to: number };
  readonly experts: readonly Expert[];
  /** Expert that measures verbosity, and how much of its z-score is taken off each expert's; null where none is. */
  readonly verbosity: { readonly index: number; readonly penalties: ArrayLike<number> } | null;
  readonly gate: Gate;
}

/** −∞ for all but the k largest of each row [n, experts]; of equal ones the first is kept. */
const keepLargest = (graph: Graph, logits: Value, k: number, experts: number): { logits: Value; kept: Value } => {
  const places = graph.constant(
    'int64',
    [1, experts],
    BigInt64Array.from({ length: experts }, (_, i) => BigInt(i)),
  );
  const none = graph.scalar(Number.NEGATIVE_INFINITY);
  let rest = logits;
  for (let i = 0; i < k; i++) {
    const best = graph.node('ArgMax', [rest], { axis: 1, keepdims: 1 });
    rest = graph.node('Where', [graph.node('Equal', [best, places]), none, rest]);
  }
  const kept = graph.node('Equal', [rest, none]);
  return { logits: graph.node('Where', [kept, logits, none]), kept };
};

/** Shares of the experts [n, experts] from their logits: they add up to 1, and with `topK` all but that many are exactly 0. */
export const gateShares = (
  graph: Graph,
  logits: Value,
  { temperature, topK }: Pick<Gate, 'temperature' | 'topK'>,
  experts: number,
): Value => {
  if (topK !== null && (!Number.isInteger(topK) || topK < 1)) throw new RangeError(`topK ${topK} is not 1 or more`);
  const cooled = graph.node('Div', [logits, graph.scalar(temperature)]);
  if (topK === null || topK >= experts) return graph.node('Softmax', [cooled], { axis: 1 });
  const { logits: sparse, kept } = keepLargest(graph, cooled, topK, experts);
  return graph.node('Where', [kept, graph.node('Softmax', [sparse], { axis: 1 }), graph.scalar(0)]);
};

const gateOf = (graph: Graph, features: Value, { prompt, gate, experts }: MixtureParameters): Value => {
  let value = graph.node('Slice', [features, graph.ints(prompt.from), graph.ints(prompt.to), graph.ints(1)]);
  gate.layers.forEach(({ inputs, outputs, weights, bias }, at) => {
    const matrix = graph.constant('float32', [inputs, outputs], weights);
    const layer = graph.node('Gemm', [value, matrix, graph.constant('float32', [outputs], bias)]);
    value = at + 1 < gate.layers.length ? graph.node('Relu', [layer]) : layer;
  });
  return gateShares(graph, value, gate, experts.length);
};

/** experts² matrix that takes λ_k of the verbosity expert's z-score off expert k's. */
const penaltyMatrix = ({ experts, verbosity }: MixtureParameters): Float32Array => {
  const k = experts.length;
  const matrix = Float32Array.from({ length: k * k }, (_, at) => (at % (k + 1) === 0 ? 1 : 0));
  if (verbosity === null) return matrix;
  for (let j = 0; j < k; j++) {
    const at = verbosity.index * k + j;
    matrix[at] = (matrix[at] ?? 0) - (verbosity.penalties[j] ?? 0);
  }
  return matrix;
};

const check = ({ prompt, experts, verbosity, gate }: MixtureParameters): void => {
  const dims = experts[0]?.weights.length ?? 0;
  if (dims === 0 || experts.some(({ weights }) => weights.length !== dims))
    throw new RangeError('experts need weights of one length');
  if (experts.some(({ deviation }) => !(deviation > 0))) throw new RangeError('deviations must be above 0');
  if (prompt.from < 0 || prompt.to > dims || gate.layers[0]?.inputs !== prompt.to - prompt.from)
    throw new RangeError(`the gate does not fit features ${prompt.from} to ${prompt.to} of ${dims}`);
  if (gate.layers.at(-1)?.outputs !== experts.length) throw new RangeError('the gate needs an output per expert');
  if (verbosity !== null && verbosity.penalties.length !== experts.length)
    throw new RangeError('verbosity needs a penalty per expert');
};

/**
 * Emits features [n, d] float32 → `aspects` [n, k], each expert's own output; `gates` [n, k], shares that add up to 1; `reward`
 * [n] = scale·Σ_k gate_k·(z_k − λ_k·z_verbosity) with z the experts' z-scores. An expert's aspect depends on no other expert
 * (S176), and a row on no other row. Throws RangeError for parameters that do not fit together.
 */
export const mixtureReward = (
  graph: Graph,
  features: Value,
  parameters: MixtureParameters,
): { readonly reward: Value; readonly aspects: Value; readonly gates: Value } => {
  check(parameters);
  const { experts, gate } = parameters;
  const k = experts.length;
  const dims = experts[0]?.weights.length ?? 0;
  const matrix = Float32Array.from({ length: dims * k }, (_, at) => experts[at % k]?.weights[Math.floor(at / k)] ?? 0);
  const row = (of: (expert: Expert) => number) => graph.constant('float32', [k], Float32Array.from(experts, of));
  const product = graph.node('MatMul', [features, graph.constant('float32', [dims, k], matrix)]);
  const aspects = graph.node('Add', [product, row(({ bias }) => bias)]);
  const centred = graph.node('Sub', [aspects, row(({ mean }) => mean)]);
  const scores = graph.node('Div', [centred, row(({ deviation }) => deviation)]);
  const fair = graph.node('MatMul', [scores, graph.constant('float32', [k, k], penaltyMatrix(parameters))]);
  const gates = gateOf(graph, features, parameters);
  const mixed = rowSum(graph, graph.node('Mul', [gates, fair]), k);
  return { reward: graph.node('Mul', [mixed, graph.scalar(gate.scale)]), aspects, gates };
};
