import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { atLeast, fairCoinTest } from '../../../../models/aggregation/annotators/binomial.ts';
import { acceptance, planFor, sampleSize } from '../../../../models/aggregation/annotators/sampling.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../fixtures/aggregation/coefficients.json', import.meta.url), 'utf8'),
) as {
  readonly sampleSizes: [p: number, halfWidth: number, n: number][];
  readonly binomialTails: [k: number, n: number, p: number, tail: number][];
  readonly twoSided: [k: number, n: number, p: number][];
};

test('tails and the test of a fair coin are SciPy’s', () => {
  for (const [k, n, p, tail] of golden.binomialTails) expect(atLeast(k, n, p)).toBeCloseTo(tail, 9);
  for (const [k, n, p] of golden.twoSided) expect(fairCoinTest(k, n)).toBeCloseTo(p, 9);
  expect(fairCoinTest(0, 0)).toBe(1);
});

test('S111: sizes of samples are statsmodels’', () => {
  for (const [p, halfWidth, n] of golden.sampleSizes) expect(sampleSize(halfWidth, p)).toBeCloseTo(n, 6);
});

test('S328: a plan’s chance of acceptance is the binomial tail, and good work is seldom sent back', () => {
  expect(acceptance({ sample: 20, accept: 1 }, 0.05)).toBeCloseTo(0.95 ** 20 + 20 * 0.05 * 0.95 ** 19, 12);
  const plan = planFor(80, 0.025);
  expect(acceptance(plan, 0.025)).toBeGreaterThanOrEqual(0.95);
  expect(acceptance({ ...plan, accept: plan.accept - 1 }, 0.025)).toBeLessThan(0.95);
  expect(acceptance(plan, 0.2)).toBeLessThan(0.01);
  expect(acceptance(plan, 0)).toBe(1);
  expect(acceptance(plan, 1)).toBe(0);
});
