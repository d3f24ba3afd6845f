import type { Value } from '../onnx/graph.ts';
import { createGraph, elementCode } from '../onnx/graph.ts';
import { softplusNodes } from './softplus.ts';

/** Stands for infinity at the ends of the scale: its exponentials are 0, and no difference of two is NaN. */
const FAR = 1e300;

/**
 * features [n, d], w [d, 1], cuts [K − 1], level [n] and weight [n] → Σ weight·−log P(level) and its slopes. Thresholds
 * are θ_0 = cuts_0, θ_k = θ_{k−1} + softplus(cuts_k). With a = θ_level − x·w, b = θ_{level−1} − x·w:
 * −log(σ(a) − σ(b)) = softplus(−a) + softplus(b) − log(1 − e^{b − a}), which does not cancel where both tails are far.
 */
export const ordinalGraph = (classes: number): Uint8Array => {
  const graph = createGraph('ordinal');
  const x = graph.input('features', 'float32', ['n', 'd']);
  const w = graph.input('w', 'float32', ['d', 1]);
  const cuts = graph.input('cuts', 'float64', [classes - 1]);
  const level = graph.input('level', 'int32', ['n']);
  const weight = graph.input('weight', 'float64', ['n']);
  const one = graph.constant('float64', [], Float64Array.of(1));
  const first = graph.node('Slice', [cuts, graph.ints(0), graph.ints(1)]);
  const rest = softplusNodes(graph, graph.node('Slice', [cuts, graph.ints(1), graph.ints(classes)]));
  const steps = graph.node('Concat', [first, rest.value], { axis: 0 });
  const axis = graph.constant('int64', [], BigInt64Array.of(0n));
  const ends = [-FAR, FAR].map((end) => graph.constant('float64', [1], Float64Array.of(end)));
  const thresholds = graph.node('CumSum', [steps, axis]);
  const padded = graph.node('Concat', [ends[0] ?? '', thresholds, ends[1] ?? ''], { axis: 0 });
  const product = graph.node('Reshape', [graph.node('MatMul', [x, w]), graph.ints(-1)]);
  const s = graph.node('Cast', [product], { to: elementCode('float64') });
  const next = graph.node('Add', [level, graph.constant('int32', [], Int32Array.of(1))]);
  const upper = graph.node('Gather', [padded, next]);
  const lower = graph.node('Gather', [padded, level]);
  const above = softplusNodes(graph, graph.node('Sub', [s, upper]));
  const below = softplusNodes(graph, graph.node('Sub', [lower, s]));
  const shrunk = graph.node('Exp', [graph.node('Sub', [lower, upper])]);
  const inside = graph.node('Sub', [one, shrunk]);
  const tails = graph.node('Add', [above.value, below.value]);
  const losses = graph.node('Sub', [tails, graph.node('Log', [inside])]);
  graph.output('loss', graph.node('ReduceSum', [graph.node('Mul', [weight, losses])], { keepdims: 0 }), 'float64', []);
  const pull = graph.node('Mul', [weight, graph.node('Sub', [above.slope, below.slope])]);
  const row = graph.node('Reshape', [graph.node('Cast', [pull], { to: elementCode('float32') }), graph.ints(1, -1)]);
  graph.output('d_w', graph.node('MatMul', [row, x]), 'float32', [1, 'd']);
  const squeeze = graph.node('Div', [shrunk, inside]);
  const onUpper = graph.node('Mul', [weight, graph.node('Neg', [graph.node('Add', [above.slope, squeeze])])]);
  const onLower = graph.node('Mul', [weight, graph.node('Add', [below.slope, squeeze])]);
  const places = graph.constant(
    'int32',
    [1, classes + 1],
    Int32Array.from({ length: classes + 1 }, (_, k) => k),
  );
  const byPlace = (slope: Value, at: Value): Value => {
    const hot = graph.node('Cast', [graph.node('Equal', [graph.node('Unsqueeze', [at, graph.ints(1)]), places])], {
      to: elementCode('float64'),
    });
    return graph.node('MatMul', [graph.node('Reshape', [slope, graph.ints(1, -1)]), hot]);
  };
  const both = graph.node('Add', [byPlace(onUpper, next), byPlace(onLower, level)]);
  const onThresholds = graph.node('Slice', [
    graph.node('Reshape', [both, graph.ints(-1)]),
    graph.ints(1),
    graph.ints(classes),
  ]);
  const onSteps = graph.node('CumSum', [onThresholds, axis], { reverse: 1 });
  const unit = graph.constant('float64', [1], Float64Array.of(1));
  const chain = graph.node('Concat', [unit, rest.slope], { axis: 0 });
  graph.output('d_cuts', graph.node('Mul', [onSteps, chain]), 'float64', [classes - 1]);
  return graph.bytes();
};
