import { gateShares } from '../heads/mixture.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { createGraph, elementCode } from '../onnx/graph.ts';
import { softplusNodes } from './softplus.ts';

export interface MixtureShape {
  /** Inputs, hidden layers, experts. */
  readonly widths: readonly number[];
  readonly temperature: number;
  readonly topK: number | null;
  readonly dropout: boolean;
}

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly w: Value;
  /** What the layer took, and its sum before the ReLU. */
  readonly from: Value;
  readonly sum: Value;
  readonly mask: Value | null;
}

/** The layers from the prompt on, and the last one's sums. */
const forward = (graph: Graph, { widths, dropout }: MixtureShape): { layers: Layer[]; logits: Value } => {
  let value = graph.input('prompt', 'float32', ['b', widths[0] ?? 0]);
  const layers = widths.slice(1).map((outputs, l): Layer => {
    const inputs = widths[l] ?? 0;
    const w = graph.input(`w${l}`, 'float32', [inputs, outputs]);
    const from = value;
    const sum = graph.node('Gemm', [from, w, graph.input(`b${l}`, 'float32', [outputs])]);
    const last = l + 2 === widths.length;
    const mask = dropout && !last ? graph.input(`mask${l}`, 'float32', ['b', outputs]) : null;
    value = last ? sum : graph.node('Relu', [sum]);
    if (mask !== null) value = graph.node('Mul', [value, mask]);
    return { inputs, outputs, w, from, sum, mask };
  });
  return { layers, logits: value };
};

/** The slopes of all layers from that of the last one's sums. */
const backward = (graph: Graph, layers: readonly Layer[], onLogits: Value): void => {
  let slope = onLogits;
  for (let l = layers.length - 1; l >= 0; l--) {
    const [layer, before] = [layers[l], layers[l - 1]];
    if (layer === undefined) continue;
    const { inputs, outputs, w, from } = layer;
    graph.output(`d_w${l}`, graph.node('Gemm', [from, slope], { transA: 1 }), 'float32', [inputs, outputs]);
    const onBias = graph.node('ReduceSum', [slope, graph.ints(0)], { keepdims: 0 });
    graph.output(`d_b${l}`, onBias, 'float32', [outputs]);
    if (before === undefined) continue;
    const back = graph.node('Gemm', [slope, w], { transB: 1 });
    const zero = graph.scalar(0);
    slope = graph.node('Where', [graph.node('Greater', [before.sum, zero]), back, zero]);
    if (before.mask !== null) slope = graph.node('Mul', [slope, before.mask]);
  }
};

/**
 * prompt [b, p], difference [b, k] and weight [b], the layers `w<l>` and `b<l>`, `scale` [1] and with dropout `mask<l>` →
 * Σ weight·softplus(−z), z = scale·Σ_k gate_k·difference_k, and the slopes of all parameters by back-propagation. The layers are
 * float32, what comes after the gate float64.
 */
export const mixtureGraph = (shape: MixtureShape): Uint8Array => {
  const graph = createGraph('mixture');
  const { widths, temperature } = shape;
  const experts = widths.at(-1) ?? 0;
  const weight = graph.input('weight', 'float64', ['b']);
  const difference = graph.input('difference', 'float64', ['b', experts]);
  const scale = graph.input('scale', 'float64', [1]);
  const { layers, logits } = forward(graph, shape);
  const gates = graph.node('Cast', [gateShares(graph, logits, shape, experts)], { to: elementCode('float64') });
  const lead = graph.node('ReduceSum', [graph.node('Mul', [gates, difference]), graph.ints(1)], { keepdims: 0 });
  const against = graph.node('Neg', [graph.node('Mul', [lead, scale])]);
  const { value: losses, slope: sigmoid } = softplusNodes(graph, against);
  graph.output('loss', graph.node('ReduceSum', [graph.node('Mul', [weight, losses])], { keepdims: 0 }), 'float64', []);
  const pull = graph.node('Neg', [graph.node('Mul', [weight, sigmoid])]);
  const onScale = graph.node('ReduceSum', [graph.node('Mul', [pull, lead]), graph.ints(0)], { keepdims: 1 });
  graph.output('d_scale', onScale, 'float64', [1]);
  const column = graph.node('Unsqueeze', [graph.node('Mul', [pull, scale]), graph.ints(1)]);
  const onGates = graph.node('Mul', [column, difference]);
  const shared = graph.node('ReduceSum', [graph.node('Mul', [gates, onGates]), graph.ints(1)], { keepdims: 1 });
  const onShares = graph.node('Mul', [gates, graph.node('Sub', [onGates, shared])]);
  const cooled = graph.node('Div', [onShares, graph.constant('float64', [], Float64Array.of(temperature))]);
  backward(graph, layers, graph.node('Cast', [cooled], { to: elementCode('float32') }));
  return graph.bytes();
};
