import type { Graph, Value } from '../onnx/graph.ts';

/**
 * Emits softplus(v) = log(1 + e^v) = max(v, 0) + log(1 + e^−|v|) of float64 values, which never overflows, and its slope σ(v).
 * By hand and in float64, because ONNX Runtime's float32 Sigmoid is off by 1e-5, which shows in fitted weights.
 */
export const softplusNodes = (graph: Graph, v: Value): { readonly value: Value; readonly slope: Value } => {
  const one = graph.constant('float64', [], Float64Array.of(1));
  const zero = graph.constant('float64', [], Float64Array.of(0));
  const e = graph.node('Exp', [graph.node('Neg', [graph.node('Abs', [v])])]);
  const whole = graph.node('Add', [e, one]);
  return {
    value: graph.node('Add', [graph.node('Max', [v, zero]), graph.node('Log', [whole])]),
    slope: graph.node('Div', [graph.node('Where', [graph.node('Greater', [v, zero]), one, e]), whole]),
  };
};
