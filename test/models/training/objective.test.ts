import { expect, test } from 'vitest';
import { createGraph } from '../../../models/onnx/graph.ts';
import { openSession } from '../../../models/runtime.ts';
import { blockObjective, checkExamples, curvatureOf, rowBlocks } from '../../../models/training/objective.ts';

test('rows are cut into blocks that together hold every value once, without copying', () => {
  const [n, width] = [5000, 3];
  const data = Float32Array.from({ length: n * width }, (_, i) => i);
  const level = Int32Array.from({ length: n }, (_, i) => i);
  const blocks = rowBlocks(n, { x: { type: 'float32', data, width }, level: { type: 'int32', data: level } });
  expect(blocks.map(({ x, level: own }) => [x?.dims, own?.dims])).toEqual([
    [[2048, 3], [2048]],
    [[2048, 3], [2048]],
    [[904, 3], [904]],
  ]);
  expect(blocks.flatMap(({ x }) => Array.from(x?.data ?? [], Number))).toEqual([...data]);
  expect(blocks.every(({ x }) => x?.data.buffer === data.buffer)).toBe(true);
});

test('curvature is half of what a change of 1 in a weight adds, and positive for features never seen', () => {
  const features = Float32Array.of(2, 0, 4, 0);
  const weights = Float32Array.of(1, 3);
  const [first, second] = curvatureOf(features, { n: 2, dims: 2, weights, l2: 0.5 }, 1 / 4);
  expect(first).toBeCloseTo((1 * 4 + 3 * 16) / 4 / 4 + 0.5, 12);
  expect(second).toBe(0.5);
  expect(curvatureOf(features, { n: 2, dims: 2, weights, l2: 0 }, 1)[1]).toBeGreaterThan(0);
});

test('a graph without a loss or a slope of the stated type is named', async () => {
  const graph = createGraph('odd');
  const w = graph.input('w', 'float32', [1]);
  graph.output('d_w', w, 'float32', [1]);
  const session = await openSession(graph.bytes(), { name: 'odd' });
  const shared = { session, blocks: [{}], total: 1, l2: 0, data: {} };
  const of = (type: 'float32' | 'float64') =>
    blockObjective({ ...shared, parameters: [{ name: 'w', dims: [1], type, penalised: true }] });
  await expect(of('float32')(Float64Array.of(1))).rejects.toMatchObject({ code: 'ASY-5003', message: /output loss/ });
  await expect(of('float64')(Float64Array.of(1))).rejects.toMatchObject({ code: 'ASY-5003' });
});

test('sizes that do not fit, too few rows and weights that are none are refused', () => {
  const features = new Float32Array(6);
  const check = (change: object) => () => checkExamples(features, { n: 3, dims: 2, l2: 0, ...change });
  expect(check({})()).toEqual({ weights: Float32Array.of(1, 1, 1), total: 3 });
  expect(check({ n: 2 })).toThrow(RangeError);
  expect(check({ weights: Float32Array.of(1) })).toThrow(RangeError);
  expect(check({ l2: Number.NaN })).toThrow(RangeError);
  expect(check({ n: 1 })).toThrow(expect.objectContaining({ code: 'ASY-5004' }));
  expect(check({ weights: new Float32Array(3) })).toThrow(expect.objectContaining({ code: 'ASY-5004' }));
  expect(check({ weights: Float32Array.of(1, Number.NaN, 1) })).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
});
