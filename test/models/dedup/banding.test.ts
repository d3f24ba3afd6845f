import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bandBuckets, linkBucket } from '../../../models/dedup/banding.ts';
import { createForest, mergeClusters } from '../../../models/dedup/forest.ts';

const BANDS = 3;
const keysOf = fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: BANDS, maxLength: BANDS }), {
  minLength: 1,
  maxLength: 30,
});

/** Shards of `size` rows, the last one first. */
const shardsOf = (rows: readonly (readonly number[])[], size: number) =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, s) => {
    const own = rows.slice(s * size, (s + 1) * size);
    const keys = Array.from({ length: BANDS }, (_, band) => own.map((row) => row[band] ?? 0));
    return { first: s * size, rows: own.length, keys: Int32Array.from(keys.flat()) };
  }).reverse();

it('puts rows of equal keys into one bucket of one partition', () => {
  fc.assert(
    fc.property(keysOf, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 5 }), (rows, size, of) => {
      const expected = Array.from({ length: BANDS }, (_, band) => [
        ...Map.groupBy(rows.keys(), (row) => rows[row]?.[band]).values(),
      ]).flatMap((buckets) => buckets.filter(({ length }) => length > 1).map(String));
      const found = Array.from({ length: of }, (_, index) => [
        ...bandBuckets(shardsOf(rows, size), BANDS, { index, of }),
      ]);
      expect(found.flat().map(String).sort()).toEqual(expected.sort());
    }),
  );
});

it('joins the rows of a bucket as brute force does, in any order and beside what is joined already', () => {
  const edge = fc.tuple(fc.nat(11), fc.nat(11));
  const rows = Array.from({ length: 12 }, (_, i) => i);
  fc.assert(
    fc.property(
      fc.array(edge),
      fc.array(edge, { maxLength: 3 }),
      fc.shuffledSubarray(rows, { minLength: 12 }),
      (like, before, bucket) => {
        const forest = createForest(12);
        for (const [a, b] of before) forest.union(a, b);
        linkBucket(bucket, forest, (a, b) => like.some(([x, y]) => (x === a && y === b) || (x === b && y === a)));
        expect(mergeClusters(12, [forest.edges()])).toEqual(
          mergeClusters(12, [Int32Array.from([...like, ...before].flat())]),
        );
      },
    ),
  );
});

it('compares the rows of a bucket of copies once each', () => {
  let compared = 0;
  linkBucket(
    Int32Array.from({ length: 1000 }, (_, i) => i),
    createForest(1000),
    () => {
      compared++;
      return true;
    },
  );
  expect(compared).toBe(999);
});

it('orders clusters and their rows as asked, the first being kept', () => {
  const edges = [Int32Array.from([5, 1, 4, 2]), Int32Array.from([1, 3])];
  expect(mergeClusters(6, edges)).toEqual([
    [1, 3, 5],
    [2, 4],
  ]);
  expect(mergeClusters(6, edges, (a, b) => b - a)).toEqual([
    [5, 3, 1],
    [4, 2],
  ]);
  expect(mergeClusters(3, [])).toEqual([]);
});
