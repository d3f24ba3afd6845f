import { expect, test } from 'vitest';
import { cronbachAlpha, spearmanBrown, splitHalf, testRetest } from '../../../models/metrics/reliability.ts';
import { driftFixture } from '../drift/fixture.ts';

const { rows, alpha, iccs, r } = driftFixture.reliability;

test('S227: alpha of the worked table is .953125, of another pingouin’s', () => {
  const worked = [
    [3, 4, 3],
    [2, 2, 3],
    [4, 5, 5],
    [1, 2, 1],
    [5, 5, 4],
  ];
  expect(cronbachAlpha(worked)).toBeCloseTo(0.953125, 12);
  expect(cronbachAlpha(rows)).toBeCloseTo(alpha, 9);
  expect(cronbachAlpha([[1, 2]])).toBeNull();
  expect(
    cronbachAlpha([
      [1, 2],
      [2, 1],
    ]),
  ).toBeNull();
  expect(() => cronbachAlpha([[1, 2], [1]])).toThrow(RangeError);
});

test('S226: r = .6 steps up to .75; seeded splits average near alpha, as they must for parts alike', () => {
  expect(spearmanBrown(0.6)).toBeCloseTo(0.75, 12);
  expect(splitHalf(rows)).toBe(splitHalf(rows, { seed: 0 }));
  expect(Math.abs((splitHalf(rows) ?? 0) - alpha)).toBeLessThan(0.02);
  expect(splitHalf([[1], [2]])).toBeNull();
});

test('S225: two occasions correlate as numpy says, and their ICCs are pingouin’s', () => {
  const found = testRetest(
    rows.map((row) => row[0] ?? 0),
    rows.map((row) => row[1] ?? 0),
  );
  expect(found.r).toBeCloseTo(r, 12);
  const order = ['icc-1-1', 'icc-2-1', 'icc-3-1', 'icc-1-k', 'icc-2-k', 'icc-3-k'] as const;
  for (const [i, form] of order.entries()) expect(found.icc[form]).toBeCloseTo(iccs[i] ?? 0, 9);
});
