import { expect, test } from 'vitest';
import { coverage } from '../../../models/fairness/coverage.ts';
import { mentionRates } from '../../../models/fairness/mentions.ts';
import { demographicFairness, equalizedOdds, parityGap, selectionRates } from '../../../models/fairness/parity.ts';
import { concentration, representation } from '../../../models/fairness/representation.ts';
import { chiSquareTail, logGamma } from '../../../models/metrics/chi-square.ts';
import { driftFixture } from '../drift/fixture.ts';

/** So many rows of a group, of which a share is positive. */
const group = (name: string, n: number, share: number, truth = true) =>
  Array.from({ length: n }, (_, i) => ({ group: name, truth, positive: i < Math.round(share * n) }));

test('S046, S206, S221: rates .45 and .40 have a gap of .05, a fairness of .95', () => {
  const rows = [...group('a', 20, 0.45), ...group('b', 40, 0.4)];
  expect(parityGap(rows)).toBeCloseTo(0.05, 12);
  expect(demographicFairness(rows)).toBeCloseTo(0.95, 12);
  expect(selectionRates(rows)).toEqual([
    { group: 'a', n: 20, rate: 0.45, small: true },
    { group: 'b', n: 40, rate: 0.4, small: false },
  ]);
  expect(parityGap([])).toBe(0);
});

test('S207: true positive rates .8 and .6, false ones .1 and .2: the gap is .20', () => {
  const rows = [
    ...group('a', 10, 0.8),
    ...group('b', 10, 0.6),
    ...group('a', 10, 0.1, false),
    ...group('b', 10, 0.2, false),
  ];
  const odds = equalizedOdds(rows);
  expect([odds.truePositive, odds.falsePositive, odds.gap].map((x) => Number(x.toFixed(12)))).toEqual([0.2, 0.1, 0.2]);
});

test('S206, S207: gaps are fairlearn’s', () => {
  const { rows, parity, odds } = driftFixture.fairness;
  expect(parityGap(rows)).toBeCloseTo(parity, 12);
  expect(equalizedOdds(rows).gap).toBeCloseTo(odds, 12);
});

test('S041: only pairs in which one side mentions a group say whether that side is preferred', () => {
  const pairs = [
    { chosen: 'The nurse helped.', rejected: 'Nobody helped.' },
    { chosen: 'Nobody came.', rejected: 'Two NURSES came.' },
    { chosen: 'A nurse', rejected: 'another nurse' },
    { chosen: 'nursery', rejected: 'rhyme' },
  ];
  const [nurses] = mentionRates(pairs, { nurses: ['nurse', 'nurses'] });
  expect(nurses).toMatchObject({ group: 'nurses', n: 2, preferred: 1, rate: 0.5, mentions: 4 });
  expect(mentionRates([], { nurses: ['nurse'] })[0]).toMatchObject({ n: 0, rate: 0, ci: [0, 1] });
});

test('representation beside a declared target: total variation by hand, χ² and p of scipy', () => {
  const { counts, target, statistic, p } = driftFixture.chiSquare;
  const found = representation(counts, target);
  expect(found?.chiSquare).toBeCloseTo(statistic, 9);
  expect(found?.p).toBeCloseTo(p, 9);
  expect(representation({ a: 3, b: 1 }, { a: 0.5, b: 0.5 })?.totalVariation).toBe(0.25);
  expect(representation({ a: 1, c: 1 }, { a: 1 })).toMatchObject({ totalVariation: 0.5, chiSquare: Infinity, p: 0 });
  expect(representation({}, { a: 1 })).toBeNull();
  expect(() => representation({ a: 1 }, { a: 0.9 })).toThrow(expect.objectContaining({ code: 'ASY-5007' }));
});

test('the tail of χ² is scipy’s, and ln Γ that of factorials', () => {
  for (const { x, freedom, p } of driftFixture.chiSquare.tails) expect(chiSquareTail(x, freedom) / p).toBeCloseTo(1, 9);
  expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  expect([chiSquareTail(0, 3), chiSquareTail(Infinity, 3)]).toEqual([1, 0]);
});

test('concentration is 1/k for k alike and 1 for one alone', () => {
  expect(concentration({ a: 5, b: 5, c: 5, d: 5 })).toBe(0.25);
  expect(concentration({ a: 9, b: 0 })).toBe(1);
  expect(concentration({})).toBeNull();
});

test('S112: every combination is listed, the empty ones too, with what its floor lacks', () => {
  const rows = [
    { domain: 'code', style: 'short' },
    { domain: 'code', style: 'short' },
    { domain: 'law', style: 'long' },
  ];
  expect(coverage(rows, { domain: ['code', 'law'], style: ['short', 'long'] }, 2)).toEqual([
    { values: ['code', 'short'], n: 2, missing: 0 },
    { values: ['code', 'long'], n: 0, missing: 2 },
    { values: ['law', 'short'], n: 0, missing: 2 },
    { values: ['law', 'long'], n: 1, missing: 1 },
  ]);
});
