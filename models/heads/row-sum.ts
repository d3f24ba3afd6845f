import type { Graph, Value } from '../onnx/graph.ts';

/**
 * Σ over the last axis (of `width`) of value·weights, all 1 by default; the axis is gone. A product, not ReduceSum: how that adds up
 * a row depends on where in memory the row begins, so a row's score would depend on its place in the batch.
 */
export const rowSum = (graph: Graph, value: Value, width: number, weights = new Float32Array(width).fill(1)): Value =>
  graph.node('Squeeze', [
    graph.node('MatMul', [value, graph.constant('float32', [width, 1], weights)]),
    graph.ints(-1),
  ]);
