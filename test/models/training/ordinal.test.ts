import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fitLogistic } from '../../../models/training/logistic.ts';
import { fitOrdinal } from '../../../models/training/ordinal.ts';

interface Peer {
  coef: number[];
  thresholds: number[];
  loss: number;
}
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/models/heads-ordinal.json', import.meta.url), 'utf8'),
) as {
  n: number;
  dims: number;
  classes: number;
  l2: number;
  features: number[][];
  levels: number[];
  statsmodels: Peer;
  scipyRidge: Peer;
};
const { n, dims, classes, l2 } = golden;
const features = Float32Array.from(golden.features.flat());
const levels = Int32Array.from(golden.levels);

test.each([
  ['statsmodels’ OrderedModel', 0, golden.statsmodels],
  ['scipy’s on the same penalised loss', l2, golden.scipyRidge],
])('coefficients, thresholds and loss are those of %s', async (_, penalty, peer) => {
  const fit = await fitOrdinal({ features, levels, classes, n, dims, l2: penalty });
  expect(fit.converged).toBe(true);
  peer.coef.forEach((value, j) => expect(Math.abs((fit.weights[j] ?? 0) - value)).toBeLessThan(1e-3));
  peer.thresholds.forEach((value, k) => expect(Math.abs((fit.thresholds[k] ?? 0) - value)).toBeLessThan(1e-3));
  expect(Math.abs(fit.loss - peer.loss)).toBeLessThan(1e-6);
});

test('two levels are logistic regression, with the threshold as the bias turned round', async () => {
  const upper = levels.map((level) => (level > 1 ? 1 : 0));
  const ordinal = await fitOrdinal({ features, levels: upper, classes: 2, n, dims, l2 });
  const logistic = await fitLogistic({ features, labels: Float32Array.from(upper), n, dims, l2 });
  logistic.weights.forEach((value, j) => expect(ordinal.weights[j]).toBeCloseTo(value, 4));
  expect(ordinal.thresholds[0]).toBeCloseTo(-logistic.bias, 4);
  expect(ordinal.loss).toBeCloseTo(logistic.loss, 7);
});

test('turning the scale round turns weights and thresholds round', async () => {
  const there = await fitOrdinal({ features, levels, classes, n, dims, l2 });
  const turned = levels.map((level) => classes - 1 - level);
  const back = await fitOrdinal({ features, levels: turned, classes, n, dims, l2 });
  there.weights.forEach((value, j) => expect(back.weights[j]).toBeCloseTo(-value, 3));
  there.thresholds.forEach((value, k) => expect(back.thresholds[classes - 2 - k]).toBeCloseTo(-value, 3));
});

test('levels that no row has leave thresholds finite and in order, in the middle and at the ends', async () => {
  for (const move of [(level: number) => 2 * level, (level: number) => level + 3]) {
    const { thresholds, weights } = await fitOrdinal({ features, levels: levels.map(move), classes: 8, n, dims, l2 });
    expect(thresholds.every(Number.isFinite)).toBe(true);
    expect([...thresholds].sort((a, b) => a - b)).toEqual([...thresholds]);
    expect(weights[0]).toBeGreaterThan(0.5);
  }
});

test('features so large that every tail is far give no NaN', async () => {
  const large = features.map((value) => value * 500);
  const fit = await fitOrdinal({ features: large, levels, classes, n, dims, l2: 0 });
  expect(Number.isFinite(fit.loss)).toBe(true);
  expect(Math.abs((fit.weights[0] ?? 0) * 500 - (golden.statsmodels.coef[0] ?? 0))).toBeLessThan(1e-2);
});

test('bad input is refused with a code', async () => {
  const fit = (change: object) => fitOrdinal({ features, levels, classes, n, dims, l2, ...change });
  await expect(fit({ classes: 3 })).rejects.toMatchObject({ code: 'ASY-5007' });
  await expect(fit({ levels: new Int32Array(n).fill(2) })).rejects.toMatchObject({ code: 'ASY-5008' });
  await expect(fit({ features: features.map((v, i) => (i === 9 ? Number.NaN : v)) })).rejects.toMatchObject({
    code: 'ASY-5005',
  });
  await expect(fit({ classes: 1 })).rejects.toThrow(RangeError);
  await expect(fit({ levels: levels.subarray(1) })).rejects.toThrow(RangeError);
});
