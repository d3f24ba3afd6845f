import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capShares, type ShareCap } from '../../../models/selection/caps.ts';
import type { Attributed } from '../../../models/selection/quotas.ts';

const shareOf = (rows: readonly Attributed[], attribute: string, value: string) =>
  rows.filter(({ attributes }) => attributes[attribute]?.includes(value)).length / rows.length;

const labelled = (id: string, score: number, by: string): Attributed => ({ id, score, attributes: { by: [by] } });

test('at most 30 % labelled by models: of 7 by people and 93 by models exactly the best 3 of those stay', () => {
  const rows = Array.from({ length: 100 }, (_, i) => labelled(`r${i}`, i, i < 7 ? 'people' : 'model'));
  const kept = capShares(rows, [{ attribute: 'by', value: 'model', most: 0.3 }]);
  expect(kept.map(({ id }) => id)).toEqual(['r99', 'r98', 'r97', 'r6', 'r5', 'r4', 'r3', 'r2', 'r1', 'r0']);
  expect(shareOf(kept, 'by', 'model')).toBe(0.3);
});

test('a cap on every annotator that nobody can keep leaves nothing', () => {
  const rows = [labelled('1', 1, 'a'), labelled('2', 2, 'b'), labelled('3', 3, 'b')];
  expect(capShares(rows, [{ attribute: 'by', value: null, most: 0.3 }])).toEqual([]);
  expect(capShares(rows, [{ attribute: 'by', value: null, most: 0.5 }]).map(({ id }) => id)).toEqual(['3', '1']);
  expect(capShares([], [{ attribute: 'by', value: null, most: 0.5 }])).toEqual([]);
});

const annotated = fc.array(
  fc.record({
    score: fc.integer({ min: 0, max: 5 }),
    by: fc.uniqueArray(fc.constantFrom('p', 'q', 'r'), { minLength: 1, maxLength: 2 }),
    vendor: fc.constantFrom('v', 'w'),
  }),
  { minLength: 1, maxLength: 9 },
);
const shares = fc.record({ by: fc.constantFrom(0.3, 0.5, 0.6), vendor: fc.constantFrom(0.5, 0.7, 1) });
const within = (rows: readonly Attributed[], caps: readonly ShareCap[]) =>
  rows.length === 0 ||
  caps.every(({ attribute, most }) => {
    const values = new Set(rows.flatMap(({ attributes }) => attributes[attribute] ?? []));
    return [...values].every((value) => shareOf(rows, attribute, value) <= most + 1e-9);
  });

test('caps hold exactly, in any order of rows, and no row that went could come back', () => {
  fc.assert(
    fc.property(annotated, shares, (drawn, { by, vendor }) => {
      const rows = drawn.map(
        (one, i): Attributed => ({ id: `r${i}`, score: one.score, attributes: { by: one.by, vendor: [one.vendor] } }),
      );
      const caps: ShareCap[] = [
        { attribute: 'by', value: null, most: by },
        { attribute: 'vendor', value: null, most: vendor },
      ];
      const kept = capShares(rows, caps);
      expect(within(kept, caps)).toBe(true);
      expect(capShares(rows.toReversed(), caps)).toEqual(kept);
      for (const gone of rows.filter((row) => !kept.includes(row))) expect(within([...kept, gone], caps)).toBe(false);
    }),
  );
});

test('where no row counts towards two caps, brute force finds no larger set', () => {
  fc.assert(
    fc.property(annotated, shares, (drawn, { by }) => {
      const rows = drawn.map((one, i) => labelled(`r${i}`, one.score, one.by[0] ?? 'p'));
      const caps: ShareCap[] = [{ attribute: 'by', value: null, most: by }];
      const sizes = Array.from({ length: 2 ** rows.length }, (_, mask) => rows.filter((_row, i) => (mask >> i) & 1))
        .filter((choice) => within(choice, caps))
        .map((choice) => choice.length);
      expect(capShares(rows, caps)).toHaveLength(Math.max(...sizes));
    }),
    { numRuns: 60 },
  );
});
