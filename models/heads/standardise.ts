import type { Graph, Value } from '../onnx/graph.ts';
import type { Scaler } from '../training/scaler.ts';

/** features [n, dims] → (features − mean) / scale, 0 where the scale is 0. */
export const standardise = (graph: Graph, features: Value, { mean, scale }: Scaler): Value => {
  const inverse = Float32Array.from(scale, (value) => (value === 0 ? 0 : 1 / value));
  const centred = graph.node('Sub', [features, graph.constant('float32', [scale.length], mean)]);
  return graph.node('Mul', [centred, graph.constant('float32', [scale.length], inverse)]);
};
