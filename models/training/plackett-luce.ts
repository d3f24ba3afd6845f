/** Plackett–Luce reward models (S166; Plackett 1975, Luce 1959): the listwise likelihood of rankings of responses. */
import { AssayError } from '../../schemas/errors.ts';
import { createGraph, elementCode } from '../onnx/graph.ts';
import type { Feeds } from '../runtime.ts';
import { openSession } from '../runtime.ts';
import { checkExamples, curvatureOf, minimiseBlocks } from './objective.ts';

/** One ranking, whole or partial: rows of the features, best first, at least two. */
export interface RankedList {
  readonly rows: readonly number[];
  /** Default 1. */
  readonly weight?: number;
}

export interface PlackettLuceInput {
  /** n × dims, row-major. */
  readonly features: Float32Array;
  readonly n: number;
  readonly dims: number;
  /** A tie is told as several lists that share a weight. */
  readonly lists: readonly RankedList[];
  /** λ of λ/2·‖w‖². */
  readonly l2: number;
  readonly signal?: AbortSignal | undefined;
}

export interface PlackettLuceFit {
  readonly weights: Float32Array;
  /** Penalised mean loss per list. */
  readonly loss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * features [b, l, d] of b lists in order, best first; w [d, 1]; weight [b, 1]; mask [l, l], −∞ below the diagonal →
 * Σ_b weight·Σ_i log Σ_{j ≥ i} e^{s_j − s_i} with s = x·w, and its slope d_w [1, d]. Products are float32, the rest float64.
 */
export const plackettLuceGraph = (dims: number): Uint8Array => {
  const graph = createGraph('plackett-luce');
  const x = graph.input('features', 'float32', ['b', 'l', dims]);
  const w = graph.input('w', 'float32', [dims, 1]);
  const weight = graph.input('weight', 'float64', ['b', 1]);
  const mask = graph.input('mask', 'float64', ['l', 'l']);
  const wide = graph.node('Cast', [graph.node('MatMul', [x, w])], { to: elementCode('float64') });
  const s = graph.node('Squeeze', [wide, graph.ints(2)]);
  const leads = graph.node('Sub', [graph.node('Unsqueeze', [s, graph.ints(1)]), wide]);
  const left = graph.node('Add', [leads, mask]);
  const most = graph.node('ReduceMax', [left], { axes: [2], keepdims: 1 });
  const e = graph.node('Exp', [graph.node('Sub', [left, most])]);
  const mass = graph.node('ReduceSum', [e, graph.ints(2)], { keepdims: 1 });
  const surprise = graph.node('Squeeze', [graph.node('Add', [most, graph.node('Log', [mass])]), graph.ints(2)]);
  graph.output(
    'loss',
    graph.node('ReduceSum', [graph.node('Mul', [weight, surprise])], { keepdims: 0 }),
    'float64',
    [],
  );
  // P(j is taken at place i), summed over the places at which j was still there; minus 1 for the place it took.
  const taken = graph.node('ReduceSum', [graph.node('Div', [e, mass]), graph.ints(1)], { keepdims: 0 });
  const one = graph.constant('float64', [], Float64Array.of(1));
  const pull = graph.node('Mul', [weight, graph.node('Sub', [taken, one])]);
  const row = graph.node('Reshape', [graph.node('Cast', [pull], { to: elementCode('float32') }), graph.ints(1, -1)]);
  const flat = graph.node('Reshape', [x, graph.ints(-1, dims)]);
  graph.output('d_w', graph.node('MatMul', [row, flat]), 'float32', [1, dims]);
  return graph.bytes();
};

/** Rows of features that one run takes, in lists of one length. */
const BLOCK = 1024;

const maskOf = (length: number): Float64Array =>
  Float64Array.from({ length: length * length }, (_, at) =>
    at % length < Math.floor(at / length) ? Number.NEGATIVE_INFINITY : 0,
  );

const block = (lists: readonly RankedList[], length: number, { features, dims }: PlackettLuceInput): Feeds => {
  const data = new Float32Array(lists.length * length * dims);
  lists.forEach(({ rows }, b) =>
    rows.forEach((row, i) => data.set(features.subarray(row * dims, (row + 1) * dims), (b * length + i) * dims)),
  );
  const weight = Float64Array.from(lists, (list) => list.weight ?? 1);
  return {
    features: { type: 'float32', dims: [lists.length, length, dims], data },
    weight: { type: 'float64', dims: [lists.length, 1], data: weight },
    mask: { type: 'float64', dims: [length, length], data: maskOf(length) },
  };
};

/** Lists of one length together, shortest first, so that no list is padded. */
const blocksOf = (input: PlackettLuceInput): Feeds[] => {
  const groups = Map.groupBy(input.lists, ({ rows }) => rows.length);
  return [...groups]
    .sort(([a], [b]) => a - b)
    .flatMap(([length, lists]) => {
      const size = Math.max(1, Math.floor(BLOCK / length));
      const starts = Array.from({ length: Math.ceil(lists.length / size) }, (_, i) => i * size);
      return starts.map((from) => block(lists.slice(from, from + size), length, input));
    });
};

/** A list of l rows takes l² numbers. */
const LONGEST = 1024;

const checkLists = ({ lists, n }: PlackettLuceInput): number => {
  let total = 0;
  for (const [at, { rows, weight = 1 }] of lists.entries()) {
    if (rows.length < 2 || rows.length > LONGEST || new Set(rows).size < rows.length)
      throw new AssayError('ASY-5007', {
        what: `list ${at}`,
        value: `[${rows.slice(0, 8).join(', ')}${rows.length > 8 ? ', …' : ''}]`,
        range: `two to ${LONGEST} different rows`,
      });
    const outside = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= n);
    if (outside !== undefined) throw new RangeError(`list ${at} names row ${outside} of ${n}`);
    if (!Number.isFinite(weight)) throw new AssayError('ASY-5005', { what: `weight of list ${at}` });
    if (weight < 0) throw new RangeError(`weight ${weight} of list ${at} is below 0`);
    total += weight;
  }
  if (!(total > 0)) throw new AssayError('ASY-5004', { pairs: 0, needed: 1 });
  return total;
};

/**
 * Minimises mean_list weight·−log P(ranking) + λ/2·‖w‖², P(σ) = Π_i e^{s_σi} / Σ_{j ≥ i} e^{s_σj} with s = x·w, by L-BFGS from
 * w = 0 (the mean is over Σ weight). Throws ASY-5004 where no list has weight, ASY-5005 for NaN, ASY-5007 for a list of fewer
 * than two rows, of more than 1,024, or with a row twice.
 */
export const fitPlackettLuce = async (input: PlackettLuceInput): Promise<PlackettLuceFit> => {
  const { features, n, dims, l2, signal } = input;
  const { weights } = checkExamples(features, { n, dims, l2 });
  const total = checkLists(input);
  const loss = {
    session: await openSession(plackettLuceGraph(dims), { name: 'plackett-luce' }),
    blocks: blocksOf(input),
    parameters: [{ name: 'w', dims: [dims, 1], type: 'float32', penalised: true }],
    total,
    l2,
    data: { features },
  } as const;
  const curvature = curvatureOf(features, { n, dims, weights, l2 }, 1 / 4);
  const { x, value, iterations, converged } = await minimiseBlocks(loss, new Float64Array(dims), { signal, curvature });
  return { weights: Float32Array.from(x), loss: value, iterations, converged };
};
