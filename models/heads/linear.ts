/** The linear part of an exported head: features → the members' rewards and aspects. */
import type { Graph, Value } from '../onnx/graph.ts';
import { assertFinite } from '../runtime.ts';
import type { Scaler } from '../training/scaler.ts';
import type { Column, HeadParameters, OrdinalScale } from './parameters.ts';
import { rowSum } from './row-sum.ts';

/** σ by Exp: ONNX Runtime's float32 Sigmoid is off by 1e-5. */
export const sigmoidNode = (graph: Graph, x: Value): Value => {
  const one = graph.scalar(1);
  return graph.node('Div', [one, graph.node('Add', [one, graph.node('Exp', [graph.node('Neg', [x])])])]);
};

/** Weights on standardised features as weights and a bias on raw ones: w_j = weight_j / scale_j, 0 where the scale is 0. */
export const foldScaler = (
  weights: ArrayLike<number>,
  bias: number,
  { mean, scale }: Scaler,
): { weights: Float32Array; bias: number } => {
  const folded = new Float32Array(weights.length);
  let offset = bias;
  for (let j = 0; j < folded.length; j++) {
    const s = scale[j] ?? 0;
    const slope = s === 0 ? 0 : (weights[j] ?? 0) / s;
    folded[j] = slope;
    offset -= slope * (mean[j] ?? 0);
  }
  return { weights: folded, bias: offset };
};

/** features [n, dims] times columns on standardised features, plus their biases → [n, columns]. */
const affine = (
  graph: Graph,
  features: Value,
  columns: readonly { readonly weights: ArrayLike<number>; readonly bias: number }[],
  scaler: Scaler,
): Value => {
  const dims = scaler.scale.length;
  const matrix = new Float32Array(dims * columns.length);
  const biases = new Float32Array(columns.length);
  columns.forEach(({ weights, bias }, c) => {
    const folded = foldScaler(weights, bias, scaler);
    for (let j = 0; j < dims; j++) matrix[j * columns.length + c] = folded.weights[j] ?? 0;
    biases[c] = folded.bias;
  });
  assertFinite(matrix, 'head weights');
  assertFinite(biases, 'head biases');
  const product = graph.node('MatMul', [features, graph.constant('float32', [dims, columns.length], matrix)]);
  return graph.node('Add', [product, graph.constant('float32', [columns.length], biases)]);
};

/** Expected level of scores [n, members]: level_0 + Σ_j (level_{j+1} − level_j)·σ(s − θ_j). */
const expectedLevel = (graph: Graph, scores: Value, scales: readonly OrdinalScale[]): Value => {
  const levels = scales[0]?.levels ?? [];
  const steps = levels.length - 1;
  const thresholds = Float32Array.from(scales.flatMap((scale) => Array.from(scale.thresholds)));
  const gaps = Float32Array.from({ length: steps }, (_, j) => (levels[j + 1] ?? 0) - (levels[j] ?? 0));
  const deep = graph.node('Unsqueeze', [scores, graph.ints(2)]);
  const above = sigmoidNode(
    graph,
    graph.node('Sub', [deep, graph.constant('float32', [1, scales.length, steps], thresholds)]),
  );
  const sum = rowSum(graph, above, steps, gaps);
  return graph.node('Add', [sum, graph.scalar(levels[0] ?? 0)]);
};

/** Σ over languages of [language = l]·(x·v_l) → [n, members]; language 0 adds nothing. */
const languageOffsets = (graph: Graph, features: Value, head: HeadParameters): Value => {
  const { members, languages, scaler } = head;
  const dims = scaler.scale.length;
  const columns = languages.flatMap((_, l) =>
    members.map(({ offsets }) => ({
      weights: (offsets ?? new Float32Array(languages.length * dims)).subarray(l * dims, (l + 1) * dims),
      bias: 0,
    })),
  );
  const all = graph.node('Reshape', [
    affine(graph, features, columns, scaler),
    graph.ints(-1, languages.length, members.length),
  ]);
  const language = graph.node('Reshape', [graph.input('language', 'int64', ['n']), graph.ints(-1, 1, 1)]);
  const known = graph.constant(
    'int64',
    [1, languages.length, 1],
    BigInt64Array.from(languages, (_, l) => BigInt(l + 1)),
  );
  const mine = graph.node('Where', [graph.node('Equal', [language, known]), all, graph.scalar(0)]);
  return graph.node('ReduceSum', [mine, graph.ints(1)], { keepdims: 0 });
};

export interface MemberValues {
  /** [n, members], before calibration. */
  readonly rewards: Value;
  /** [n, members, aspects] in the aspects' own scales; null where the head has none. */
  readonly aspects: Value | null;
}

/** Σ_k weight_k·(value_k − centre_k) / spread_k per member. */
const weighted = (graph: Graph, values: Value, head: HeadParameters): Value => {
  const shape = [1, head.members.length, head.aspects.length];
  const per = (of: (column: Column, k: number) => number) =>
    graph.constant(
      'float32',
      shape,
      Float32Array.from(head.members.flatMap(({ columns }) => columns.map((column, k) => of(column, k)))),
    );
  const centred = graph.node('Sub', [values, per(({ centre }) => centre)]);
  // An aspect that never varied says nothing: its z-score is 0.
  const slopes = per(({ spread }, k) => (spread > 0 ? (head.aspectWeights[k] ?? 0) / spread : 0));
  return rowSum(graph, graph.node('Mul', [centred, slopes]), head.aspects.length);
};

/** Emits every member's columns as one product. */
export const linearMembers = (graph: Graph, features: Value, head: HeadParameters): MemberValues => {
  const { members, aspects, languages, scaler } = head;
  const scores = affine(
    graph,
    features,
    members.flatMap(({ columns }) => columns),
    scaler,
  );
  if (aspects.length === 0) {
    const rewards =
      languages.length === 0 ? scores : graph.node('Add', [scores, languageOffsets(graph, features, head)]);
    return { rewards, aspects: null };
  }
  const cube = graph.node('Reshape', [scores, graph.ints(-1, members.length, aspects.length)]);
  const values = aspects.map((_, k) => {
    const mine = graph.node('Gather', [cube, graph.constant('int64', [], BigInt64Array.of(BigInt(k)))], { axis: 2 });
    const scales = members.flatMap(({ columns }) => columns[k]?.ordinal ?? []);
    const value = scales.length === members.length ? expectedLevel(graph, mine, scales) : mine;
    return graph.node('Unsqueeze', [value, graph.ints(2)]);
  });
  const stacked = graph.node('Concat', values, { axis: 2 });
  return { rewards: weighted(graph, stacked, head), aspects: stacked };
};
