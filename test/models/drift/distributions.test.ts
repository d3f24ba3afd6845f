import { expect, test } from 'vitest';
import { kolmogorovTail, ksAlarm, ksTest } from '../../../models/drift/kolmogorov-smirnov.ts';
import { mmdAlarm, mmdTest } from '../../../models/drift/mmd.ts';
import { psi, psiAlarm, psiOfCategories, psiOfCounts } from '../../../models/drift/psi.ts';
import { normal, redShare } from '../../support/drawn.ts';
import { driftFixture } from './fixture.ts';

test.each(driftFixture.ks.cases)('S123: KS statistic and exact p are scipy’s', ({ a, b, statistic, p }) => {
  const found = ksTest(a, b);
  expect(found.statistic).toBeCloseTo(statistic, 12);
  expect(found.p).toBeCloseTo(p, 9);
  expect(ksTest(b, a).p).toBeCloseTo(p, 9);
});

test('S123: Kolmogorov’s limiting distribution is scipy’s', () => {
  for (const { x, p } of driftFixture.ks.tail) expect(kolmogorovTail(x)).toBeCloseTo(p, 9);
  // 20,000 rows a side are beyond the exact recursion.
  expect(ksTest(normal(1, 20_000), normal(2, 20_000)).p).toBeGreaterThan(0.01);
  expect(() => ksTest([], [1])).toThrow(RangeError);
  expect(() => ksTest([Number.NaN], [1])).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
});

test('S123: PSI over the reference’s deciles is numpy’s, 0 on the same sample, and grows with the shift', () => {
  const { a, b, psi: expected } = driftFixture.psi;
  expect(psi(a, b)).toBeCloseTo(expected, 9);
  expect(psi(a, a)).toBe(0);
  expect(
    psi(
      a,
      a.map((x) => x + 1),
    ),
  ).toBeGreaterThan(
    psi(
      a,
      a.map((x) => x + 0.5),
    ),
  );
  expect(psiOfCategories(['en', 'fr'], ['fr', 'en'])).toBe(0);
  expect(psiOfCategories(['en', 'en'], ['sw', 'sw'])).toBeGreaterThan(1);
  expect(() => psiOfCounts([1], [1, 2])).toThrow(RangeError);
});

test('S123: MMD² and the median bandwidth are numpy’s and scikit-learn’s', () => {
  const { a, b, bandwidth, statistic } = driftFixture.mmd;
  const found = mmdTest(a, b);
  expect(found.bandwidth).toBeCloseTo(bandwidth, 12);
  expect(found.statistic).toBeCloseTo(statistic, 12);
  expect(mmdTest(a, b)).toEqual(found);
  expect(() => mmdTest([[1]], b)).toThrow(RangeError);
});

test('a shift of one deviation is red under each rule', () => {
  const [reference, shifted] = [normal(1, 400), normal(2, 400, 1)];
  expect(psiAlarm(reference, shifted).state).toBe('red');
  expect(ksAlarm(reference, shifted).state).toBe('red');
  const rows = (values: readonly number[]) => values.slice(0, 60).map((value) => [value]);
  expect(mmdAlarm(rows(reference), rows(shifted)).state).toBe('red');
  expect(psiAlarm(reference, shifted).reason).toMatch(/^PSI 0\.\d+, limit 0\.25$/);
});

test('false alarms without drift: PSI at most 1 % of 200, KS 2 %, MMD 3 of 60', () => {
  expect(redShare(200, (seed) => psiAlarm(normal(seed, 100), normal(seed + 9999, 100)))).toBeLessThanOrEqual(0.01);
  expect(redShare(200, (seed) => ksAlarm(normal(seed, 100), normal(seed + 9999, 100)))).toBeLessThanOrEqual(0.02);
  const rows = (values: readonly number[]) => values.map((value) => [value]);
  const options = { permutations: 120 };
  expect(
    redShare(60, (seed) => mmdAlarm(rows(normal(seed, 20)), rows(normal(seed + 9999, 20)), 0.01, options)),
  ).toBeLessThanOrEqual(0.05);
});
