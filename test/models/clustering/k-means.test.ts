import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawCenters,
  moveCenters,
  nearestCenter,
  nearestCenters,
  type Points,
} from '../../../models/clustering/k-means.ts';
import { createRandom } from '../../../models/random.ts';
import golden from './k-means.expected.json' with { type: 'json' };

const at = async (): Promise<void> => undefined;
const pointsOf = (values: readonly number[], dims: number): Points => ({
  values: Float32Array.from(values),
  dims,
  rows: values.length / dims,
});

describe('against scikit-learn, from the same centres', () => {
  it.each(golden.cases)('of $dims dimensions', async ({ dims, points, start, inertia, labels }) => {
    const given = pointsOf(points, dims);
    const fit = await moveCenters(given, { values: Float64Array.from(start), dims }, 300, at);
    expect(Math.abs(fit.inertia / inertia - 1)).toBeLessThan(1e-6);
    expect(labels.map((_, row) => nearestCenter(given, row, fit).center)).toEqual(labels);
  });
});

const some = fc
  .record({ dims: fc.integer({ min: 1, max: 5 }), seed: fc.integer(), rows: fc.integer({ min: 1, max: 40 }) })
  .map(({ dims, seed, rows }) => {
    const random = createRandom(seed);
    return pointsOf(
      Array.from({ length: rows * dims }, () => random() - 0.5),
      dims,
    );
  });

it('never raises the sum of squares, and each centre is the mean of its rows in the end', async () => {
  await fc.assert(
    fc.asyncProperty(some, fc.integer({ min: 1, max: 6 }), async (points, k) => {
      const start = await drawCenters(points, k, 3, at);
      const [none, one, all] = [
        await moveCenters(points, start, 0, at),
        await moveCenters(points, start, 1, at),
        await moveCenters(points, start, 100, at),
      ];
      expect(one.inertia).toBeLessThanOrEqual(none.inertia + 1e-9);
      expect(all.inertia).toBeLessThanOrEqual(one.inertia + 1e-9);
      const { dims } = points;
      for (let c = 0; c * dims < all.values.length; c++) {
        const own = Array.from({ length: points.rows }, (_, row) => row).filter(
          (row) => nearestCenter(points, row, all).center === c,
        );
        for (let i = 0; i < dims; i++) {
          const mean = own.reduce((sum, row) => sum + (points.values[row * dims + i] ?? 0), 0) / own.length;
          if (own.length > 0) expect(all.values[c * dims + i]).toBeCloseTo(mean, 9);
        }
      }
    }),
    { numRuns: 60 },
  );
});

it('draws different rows, as many as there are, and the same for one seed', async () => {
  const points = pointsOf([0, 0, 0, 0, 1, 1, 9, 9, 0, 0], 2);
  const drawn = await drawCenters(points, 5, 11, at);
  const rows = [0, 1, 2].map((c) => [...drawn.values.subarray(2 * c, 2 * c + 2)].join());
  expect(rows.toSorted()).toEqual(['0,0', '1,1', '9,9']);
  expect(drawn.values).toHaveLength(6);
  expect(await drawCenters(points, 5, 11, at)).toEqual(drawn);
});

it('draws far rows more often than near ones', async () => {
  const points = pointsOf([0, 1, 100], 1);
  const second = await Promise.all(
    Array.from({ length: 200 }, async (_, seed) => (await drawCenters(points, 2, seed, at)).values),
  );
  const far = second.filter((pair) => pair.includes(100)).length;
  // From 0 or 1 the far row is drawn 9,999 times in 10,000; from the far row anything is.
  expect(far).toBe(200);
});

it('finds the nearest centres in order', async () => {
  await fc.assert(
    fc.asyncProperty(some, fc.integer({ min: 1, max: 4 }), async (points, most) => {
      const centers = await drawCenters(points, 6, 1, at);
      const { dims } = points;
      const squares = Array.from({ length: centers.values.length / dims }, (_, c) =>
        Array.from(
          { length: dims },
          (__, i) => ((points.values[i] ?? 0) - (centers.values[c * dims + i] ?? 0)) ** 2,
        ).reduce((sum, square) => sum + square, 0),
      );
      const order = squares.map((_, c) => c).sort((a, b) => (squares[a] ?? 0) - (squares[b] ?? 0) || a - b);
      expect(nearestCenters(points, 0, centers, most)).toEqual(order.slice(0, most));
      expect(nearestCenter(points, 0, centers).center).toBe(order[0]);
    }),
    { numRuns: 60 },
  );
});

it('has no centre for no rows', async () => {
  const points = pointsOf([], 3);
  const fit = await moveCenters(points, await drawCenters(points, 4, 0, at), 5, at);
  expect(fit.values).toHaveLength(0);
  expect(nearestCenter(pointsOf([1, 2, 3], 3), 0, fit).center).toBe(-1);
});
