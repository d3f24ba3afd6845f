import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fitLogistic } from '../../../models/training/logistic.ts';

interface Peer {
  /** Weights, then the bias. */
  coef: number[];
  loss: number;
}
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/models/heads-logistic.json', import.meta.url), 'utf8'),
) as {
  n: number;
  dims: number;
  l2: number;
  features: number[][];
  hard: number[];
  soft: number[];
  sklearn: Peer;
  scipySoft: Peer;
};
const { n, dims, l2 } = golden;
const features = Float32Array.from(golden.features.flat());

test.each([
  ['hard labels, scikit-learn’s', golden.hard, golden.sklearn],
  ['soft labels, scipy’s', golden.soft, golden.scipySoft],
])('coefficients, bias and loss are, with %s', async (_, labels, peer) => {
  const fit = await fitLogistic({ features, labels: Float32Array.from(labels), n, dims, l2 });
  expect(fit.converged).toBe(true);
  [...fit.weights, fit.bias].forEach((value, j) => expect(Math.abs(value - (peer.coef[j] ?? 0))).toBeLessThan(1e-3));
  expect(Math.abs(fit.loss - peer.loss)).toBeLessThan(1e-6);
});

test('turning all labels round turns weights and bias round', async () => {
  const labels = Float32Array.from(golden.soft);
  const there = await fitLogistic({ features, labels, n, dims, l2 });
  const back = await fitLogistic({ features, labels: labels.map((label) => 1 - label), n, dims, l2 });
  there.weights.forEach((value, j) => expect(value).toBeCloseTo(-(back.weights[j] ?? 0), 4));
  expect(there.bias).toBeCloseTo(-back.bias, 4);
});

test('a soft label is two rows with its shares as weights', async () => {
  const rows = 40;
  const part = features.subarray(0, rows * dims);
  const labels = Float32Array.from(golden.soft.slice(0, rows));
  const once = await fitLogistic({ features: part, labels, n: rows, dims, l2 });
  const twice = await fitLogistic({
    features: Float32Array.from([...part, ...part]),
    labels: Float32Array.from({ length: 2 * rows }, (_, i) => (i < rows ? 1 : 0)),
    weights: Float32Array.from([...labels, ...labels.map((label) => 1 - label)]),
    n: 2 * rows,
    dims,
    l2,
  });
  once.weights.forEach((value, j) => expect(value).toBeCloseTo(twice.weights[j] ?? 0, 3));
  expect(once.loss).toBeCloseTo(twice.loss, 6);
});

test('one class is refused, also where rows of the other have no weight; labels outside [0, 1] are too', async () => {
  const fit = (labels: Float32Array, weights?: Float32Array) => fitLogistic({ features, labels, n, dims, l2, weights });
  const hard = Float32Array.from(golden.hard);
  await expect(fit(new Float32Array(n))).rejects.toMatchObject({ code: 'ASY-5008' });
  await expect(fit(new Float32Array(n).fill(1))).rejects.toMatchObject({ code: 'ASY-5008' });
  await expect(fit(hard, hard)).rejects.toMatchObject({ code: 'ASY-5008' });
  await expect(fit(new Float32Array(n).fill(-0.1))).rejects.toMatchObject({ code: 'ASY-5007' });
  await expect(fit(new Float32Array(n).fill(Number.NaN))).rejects.toMatchObject({ code: 'ASY-5005' });
});
