import { rowSum } from '../heads/row-sum.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import type { OodModel } from './ood.ts';

/** Standardised features x [n, dims] → Mahalanobis distance [n] (see `OodModel`). */
export const emitOod = (graph: Graph, x: Value, model: OodModel): Value => {
  const { basis, whitening, components, residual } = model;
  const dims = basis.length / components;
  const q = graph.constant('float32', [dims, components], basis);
  const projected = graph.node('MatMul', [x, q]);
  const white = graph.node('MatMul', [projected, graph.constant('float32', [components, components], whitening)]);
  // The rest is worked out, not ‖x‖² − ‖projected‖²: that difference of large numbers has no float32 digits left.
  const rest = graph.node('Sub', [x, graph.node('MatMul', [projected, graph.node('Transpose', [q])])]);
  const squares = (value: Value, width: number) => rowSum(graph, graph.node('Mul', [value, value]), width);
  const outside = graph.node('Div', [squares(rest, dims), graph.scalar(residual)]);
  return graph.node('Sqrt', [graph.node('Add', [squares(white, components), outside])]);
};
