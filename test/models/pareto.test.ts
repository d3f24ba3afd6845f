import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dominates, nonDominated, paretoFronts, weightedSum } from '../../models/pareto.ts';

const golden = JSON.parse(readFileSync(new URL('../fixtures/models/heads-pareto.json', import.meta.url), 'utf8')) as {
  cases: { points: number[][]; fronts: number[][] }[];
};

/** Few values, so that ties and equal points are common. */
const clouds = fc
  .integer({ min: 1, max: 4 })
  .chain((k) => fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: k, maxLength: k }), { maxLength: 40 }));

test.each(golden.cases)('S116: fronts are pymoo’s', ({ points, fronts }) => {
  expect(paretoFronts(points)).toEqual(fronts);
});

test('S116: fronts are what looking at every two points finds', () => {
  fc.assert(
    fc.property(clouds, (points) => {
      let left = points.map((_, i) => i);
      const expected: number[][] = [];
      while (left.length > 0) {
        const best = left.filter((i) => !left.some((j) => dominates(points[j] ?? [], points[i] ?? [])));
        expected.push(best);
        left = left.filter((i) => !best.includes(i));
      }
      expect(paretoFronts(points)).toEqual(expected);
      expect(nonDominated(points)).toEqual(expected[0] ?? []);
    }),
  );
});

test('S115: a single weight ranks as its objective does', () => {
  fc.assert(
    fc.property(clouds, fc.nat(3), (points, chosen) => {
      const k = points[0]?.length ?? 1;
      const one = chosen % k;
      const sums = weightedSum(
        points,
        Array.from({ length: k }, (_, j) => (j === one ? 1 : 0)),
      );
      for (const [i, a] of points.entries())
        for (const [j, b] of points.entries())
          if ((a[one] ?? 0) > (b[one] ?? 0)) expect(sums[i]).toBeGreaterThan(sums[j] ?? 0);
    }),
  );
});

test('S115: after z-scoring, the scale and origin of an objective do not matter; one that never varies counts nothing', () => {
  const points = [
    [1, 200, 5],
    [2, 100, 5],
    [4, 400, 5],
  ];
  const moved = points.map(([a = 0, b = 0, c = 0]) => [3 + a / 1000, b * 50, c]);
  const there = weightedSum(points, [0.7, 0.3, 9]);
  weightedSum(moved, [0.7, 0.3, 9]).forEach((value, i) => expect(value).toBeCloseTo(there[i] ?? 0, 9));
  expect(weightedSum(points, [0, 0, 1])).toEqual(new Float64Array(3));
  expect(there.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
});

test('bad input is refused', () => {
  expect(() => paretoFronts([[1, Number.NaN]])).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
  expect(() => paretoFronts([[1, 2], [1]])).toThrow(RangeError);
  expect(() => weightedSum([[1, 2]], [1])).toThrow(RangeError);
  expect(paretoFronts([])).toEqual([]);
  expect(nonDominated([])).toEqual([]);
});
