import { expect, test } from 'vitest';
import { createGraph, elementCode, readMetadata } from '../../../models/onnx/graph.ts';
import { openSession, run } from '../../../models/runtime.ts';

const build = (metadata: Record<string, string>): Uint8Array => {
  const graph = createGraph('test');
  const x = graph.input('x', 'float32', ['n', 3]);
  const sum = graph.node('ReduceSum', [x, graph.ints(1)], { keepdims: 0 });
  const leaky = graph.node('LeakyRelu', [graph.node('Add', [sum, graph.scalar(0.5)])], { alpha: { float: 0.25 } });
  graph.output('y', graph.node('Cast', [leaky], { to: elementCode('float64') }), 'float64', ['n']);
  return graph.bytes(metadata);
};

test('a graph with float, int and tensor attributes runs as written', async () => {
  const session = await openSession(build({}));
  expect(session.inputs).toEqual(['x']);
  expect(session.outputs).toEqual(['y']);
  const { y } = await run(session, {
    x: { type: 'float32', dims: [2, 3], data: Float32Array.of(1, 2, 3, -1, -2, -1.5) },
  });
  expect(y).toMatchObject({ type: 'float64', dims: [2] });
  expect([...(y?.data ?? [])]).toEqual([6.5, -1]);
});

test('equal graphs are equal bytes, whatever the order of metadata keys', () => {
  expect(build({ a: '1', b: '2' })).toEqual(build({ b: '2', a: '1' }));
  expect(build({ a: '1' })).not.toEqual(build({ a: '2' }));
  expect(readMetadata(build({ b: 'ü', a: '1' }))).toEqual({ a: '1', b: 'ü' });
});

test('constants are stored once per value, and copied from their array', () => {
  const graph = createGraph('constants');
  expect(graph.scalar(1)).toBe(graph.scalar(1));
  expect(graph.ints(1, 2)).toBe(graph.ints(1, 2));
  expect(graph.ints(1, 2)).not.toBe(graph.ints(12));
  const data = Float32Array.of(1);
  const before = createGraph('one');
  before.constant('float32', [1], data);
  const bytes = before.bytes();
  data[0] = 9;
  const after = createGraph('one');
  after.constant('float32', [1], Float32Array.of(1));
  expect(bytes).toEqual(after.bytes());
});
