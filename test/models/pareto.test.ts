import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dominates, paretoFronts } from '../../models/pareto.ts';

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
    }),
  );
});

test('bad input is refused', () => {
  expect(() => paretoFronts([[1, Number.NaN]])).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
  expect(() => paretoFronts([[1, 2], [1]])).toThrow(RangeError);
  expect(paretoFronts([])).toEqual([]);
});
