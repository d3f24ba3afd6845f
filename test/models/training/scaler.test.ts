import { expect, test } from 'vitest';
import { fitScaler, gatherScaled } from '../../../models/training/scaler.ts';

const features = Float32Array.of(1, 10, 5, 3, 30, 5, 5, 50, 5);

test('features come out with mean 0 and deviation 1; constant ones switched off', () => {
  const scaler = fitScaler(features, 3, 3);
  expect([...scaler.mean]).toEqual([3, 30, 5]);
  expect(scaler.scale[2]).toBe(0);
  const scaled = gatherScaled(features, [0, 1, 2], scaler);
  expect(scaled[0]).toBeCloseTo(-Math.sqrt(1.5), 6);
  expect(scaled[1]).toBeCloseTo(-Math.sqrt(1.5), 6);
  expect([scaled[2], scaled[5], scaled[8]]).toEqual([0, 0, 0]);
});

test('a shared block has variance 1 as a whole', () => {
  const blocks = [{ name: 'both', from: 0, to: 2, shared: true }];
  const scaler = fitScaler(features, 3, 3, { blocks });
  expect(scaler.scale[0]).toBe(scaler.scale[1]);
  const scaled = gatherScaled(features, [0, 1, 2], scaler);
  const variance = [0, 1, 3, 4, 6, 7].reduce((sum, at) => sum + (scaled[at] ?? 0) ** 2, 0) / 3;
  expect(variance).toBeCloseTo(1, 5);
});

test('only the named rows count, and rows are gathered in the order asked for', () => {
  const scaler = fitScaler(features, 3, 3, { rows: Int32Array.of(0, 1) });
  expect([...scaler.mean]).toEqual([2, 20, 5]);
  expect(gatherScaled(features, [1, 0], scaler)).toEqual(Float32Array.of(1, 1, 0, -1, -1, 0));
});

test('a rounding-size wobble is constant; NaN is refused', () => {
  const wobble = Float32Array.from({ length: 10 }, (_, i) => 1000 + (i % 2) * 1e-4);
  expect(fitScaler(wobble, 10, 1).scale[0]).toBe(0);
  expect(() => fitScaler(Float32Array.of(1, Number.NaN), 2, 1)).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
});
