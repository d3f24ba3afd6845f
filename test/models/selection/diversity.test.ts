import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { determinantal } from '../../../models/selection/determinant.ts';
import { facilityLocation } from '../../../models/selection/facility-location.ts';
import { kCenter } from '../../../models/selection/k-center.ts';

interface Row {
  id: string;
  vector: number[];
  score: number;
}
const { points } = JSON.parse(
  readFileSync(new URL('../../fixtures/models/selection.json', import.meta.url), 'utf8'),
) as {
  points: {
    rows: Row[];
    facility: { chosen: number[]; value: number };
    determinant: { chosen: number[]; logDet: number };
  };
};

const cloud = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 })), {
  minLength: 2,
  maxLength: 9,
});
const rowsOf = (vectors: readonly (readonly number[])[]): Row[] =>
  vectors.map((vector, i) => ({ id: `p${i}`, vector: [...vector], score: 0 }));
const choices = (n: number, k: number): number[][] =>
  Array.from({ length: 2 ** n }, (_, mask) =>
    Array.from({ length: n }, (_i, i) => i).filter((i) => (mask >> i) & 1),
  ).filter((choice) => choice.length === k);

test('facility location: the lazy greedy choice is that of looking at every row each time', () => {
  const { rows, value } = facilityLocation(points.rows, points.facility.chosen.length);
  expect(rows.map(({ id }) => id)).toEqual(points.facility.chosen.map((i) => points.rows[i]?.id));
  expect(value).toBeCloseTo(points.facility.value, 9);
  expect(facilityLocation(points.rows.toReversed(), 6)).toEqual(facilityLocation(points.rows, 6));
});

test('facility location reaches 1 − 1/e of the best value there is', () => {
  fc.assert(
    fc.property(cloud, fc.integer({ min: 1, max: 3 }), (vectors, k) => {
      const rows = rowsOf(vectors);
      const size = Math.min(k, rows.length);
      const unit = vectors.map((v) => v.map((x) => x / (Math.hypot(...v) || 1)));
      const cosine = (a: number, b: number) => (unit[a] ?? []).reduce((sum, x, d) => sum + x * (unit[b]?.[d] ?? 0), 0);
      const valueOf = (choice: readonly number[]) =>
        unit.reduce((sum, _, i) => sum + Math.max(0, ...choice.map((j) => cosine(i, j))), 0);
      const best = Math.max(...choices(rows.length, size).map(valueOf));
      const { value } = facilityLocation(rows, size);
      expect(value).toBeGreaterThanOrEqual((1 - 1 / Math.E) * best - 1e-9);
    }),
    { numRuns: 60 },
  );
});

test('determinantal: the incremental choice is that of computing every determinant, and so is log det', () => {
  const { rows, logDet } = determinantal(points.rows, points.determinant.chosen.length);
  expect(rows.map(({ id }) => id)).toEqual(points.determinant.chosen.map((i) => points.rows[i]?.id));
  expect(logDet).toBeCloseTo(points.determinant.logDet, 9);
  expect(determinantal(points.rows.toReversed(), 4)).toEqual(determinantal(points.rows, 4));
});

test('determinantal: twins and what lies in the span are not chosen; scores decide between equals', () => {
  const rows: Row[] = [
    { id: 'a', vector: [1, 0], score: 1 },
    { id: 'b', vector: [2, 0], score: 5 },
    { id: 'c', vector: [0, 1], score: 0 },
    { id: 'd', vector: [1, 1], score: -900 },
  ];
  expect(determinantal(rows, 4).rows.map(({ id }) => id)).toEqual(['b', 'c']);
  expect(() => determinantal([{ id: 'a', vector: [1], score: Number.NaN }], 1)).toThrow(
    expect.objectContaining({ code: 'ASY-5005' }),
  );
});

test('k-center: the radius is at most twice the smallest there is, whatever the order of rows', () => {
  fc.assert(
    fc.property(cloud, fc.integer({ min: 1, max: 3 }), fc.integer(), (vectors, k, seed) => {
      const rows = rowsOf(vectors);
      const size = Math.min(k, rows.length);
      const apart = (a: number, b: number) =>
        Math.hypot(...(vectors[a] ?? []).map((x, d) => x - (vectors[b]?.[d] ?? 0)));
      const radiusOf = (choice: readonly number[]) =>
        Math.max(...rows.map((_, i) => Math.min(...choice.map((j) => apart(i, j)))));
      const best = Math.min(...choices(rows.length, size).map(radiusOf));
      const found = kCenter(rows, size, seed);
      expect(new Set(found.rows.map(({ id }) => id)).size).toBe(size);
      expect(found.radius).toBeCloseTo(radiusOf(found.rows.map(({ id }) => Number(id.slice(1)))), 9);
      expect(found.radius).toBeLessThanOrEqual(2 * best + 1e-9);
      expect(kCenter(rows.toReversed(), size, seed)).toEqual(found);
    }),
    { numRuns: 60 },
  );
});

test('vectors of another length, or with infinity, are refused', () => {
  expect(() => kCenter(rowsOf([[1], [1, 2]]), 1)).toThrow(RangeError);
  expect(() => facilityLocation(rowsOf([[Infinity]]), 1)).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
  expect(kCenter([], 3)).toEqual({ rows: [], radius: 0 });
});
