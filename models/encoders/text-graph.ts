import type { Graph, Value } from '../onnx/graph.ts';
import { createGraph } from '../onnx/graph.ts';
import { BUCKETS } from './ngrams.ts';
import { STYLE } from './style.ts';

/** Cells → rows of signed square roots, each of length 1 (a row without n-grams stays 0). */
const embed = (graph: Graph, cells: Value, index: Value, weight: Value): Value => {
  const zeros = graph.node('Expand', [graph.scalar(0), cells]);
  const sums = graph.node('ScatterElements', [zeros, index, weight], { axis: 0, reduction: 'add' });
  const rows = graph.node('Reshape', [sums, graph.ints(-1, BUCKETS)]);
  const roots = graph.node('Mul', [graph.node('Sign', [rows]), graph.node('Sqrt', [graph.node('Abs', [rows])])]);
  const squares = graph.node('Mul', [roots, roots]);
  const length = graph.node('Sqrt', [graph.node('ReduceSum', [squares, graph.ints(1)], { keepdims: 1 })]);
  return graph.node('Div', [roots, graph.node('Max', [length, graph.scalar(1e-6)])]);
};

/**
 * The graph of `hashed-ngrams`: cells of n responses and m distinct prompts, the prompt's row for each response, and style
 * features → `features` [n, dims] = response ‖ response ⊙ prompt ‖ style ‖ cosine(response, prompt).
 */
export const textGraph = (): Uint8Array => {
  const graph = createGraph('hashed-ngrams');
  const side = (name: string): Value =>
    embed(
      graph,
      graph.input(`${name}_cells`, 'int64', [1]),
      graph.input(`${name}_index`, 'int32', [`${name}_grams`]),
      graph.input(`${name}_weight`, 'float32', [`${name}_grams`]),
    );
  const response = side('response');
  const prompts = side('prompt');
  const promptRow = graph.input('prompt_row', 'int32', ['n']);
  const style = graph.input('style', 'float32', ['n', STYLE.length]);
  const prompt = graph.node('Gather', [prompts, promptRow], { axis: 0 });
  const product = graph.node('Mul', [response, prompt]);
  const cosine = graph.node('ReduceSum', [product, graph.ints(1)], { keepdims: 1 });
  const features = graph.node('Concat', [response, product, style, cosine], { axis: 1 });
  graph.output('features', features, 'float32', ['n', TEXT_DIMS]);
  return graph.bytes();
};

/** Width of a text's feature row. */
export const TEXT_DIMS: number = 2 * BUCKETS + STYLE.length + 1;
