import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nearestRows, unitRows, visitSimilar } from '../../../models/dedup/cosine.ts';
import { createRandom } from '../../../models/random.ts';

const cosineOf = (x: readonly number[], y: readonly number[]): number => {
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const length = Math.sqrt(dot(x, x) * dot(y, y));
  return length === 0 ? 0 : dot(x, y) / length;
};

it('finds what comparing all with all finds, in odd and even dimensions and over several blocks', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 2, max: 5 }), fc.integer(), (n, dims, seed) => {
      const random = createRandom(seed);
      const rows = Array.from({ length: n }, () => Array.from({ length: dims }, () => Math.round(4 * random() - 2)));
      // Between the cosines that small integers have, so that rounding decides nothing.
      const threshold = 0.9137;
      const near = rows.flatMap((x, i) =>
        rows.flatMap((y, j) => (i < j && cosineOf(x, y) >= threshold ? [`${i} ${j}`] : [])),
      );
      const embeddings = Float32Array.from(rows.flat());
      const units = unitRows(embeddings, dims);
      const visited: string[] = [];
      visitSimilar(
        units,
        units,
        threshold,
        (i, j) => void visited.push(`${i} ${j}`),
        (i) => i + 1,
      );
      expect(visited.toSorted()).toEqual(near.toSorted());
      const [query] = rows;
      const best = Math.max(...rows.map((row) => cosineOf(query ?? [], row)));
      const [nearest] = nearestRows(embeddings.subarray(0, dims), embeddings, dims, threshold);
      if (best < threshold) expect(nearest).toBeNull();
      else expect(nearest?.cosine).toBeCloseTo(best, 6);
    }),
    { numRuns: 50 },
  );
});

it('names the row and refuses what is no number', () => {
  const rows = Float32Array.from([1, 0, 0, 2, 3, 3]);
  expect(nearestRows(Float32Array.from([0, 5, -1, -1]), rows, 2, 0.95)).toEqual([{ row: 1, cosine: 1 }, null]);
  expect(() => unitRows(Float32Array.from([1, Number.NaN]), 2)).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
});
