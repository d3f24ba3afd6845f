import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY, grown, numberOf, type Scales, zScore } from '../../../models/aggregation/numbers.ts';

const scalesOf = (rows: readonly (readonly [annotator: string, value: number])[]): Scales => {
  const annotators = new Map<string, ReturnType<typeof grown>>();
  for (const [annotator, value] of rows) annotators.set(annotator, grown(annotators.get(annotator) ?? EMPTY, value));
  return { all: rows.reduce((spread, [, value]) => grown(spread, value), EMPTY), annotators };
};

test('S127: an annotator’s z-scores have mean 0 and deviation 1', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 30 }), (values) => {
      const scales = scalesOf(values.map((value) => ['ann', value] as const));
      const z = values.map((value) => zScore(value, 'ann', scales));
      const mean = z.reduce((sum, x) => sum + x, 0) / z.length;
      const square = z.reduce((sum, x) => sum + x * x, 0) / z.length;
      expect(mean).toBeCloseTo(0, 9);
      expect(square).toBeCloseTo(new Set(values).size === 1 ? 0 : 1, 9);
    }),
  );
});

test('a severe and a mild annotator who rank alike say the same; the label stays on everyone’s scale', () => {
  const rows = [1, 2, 3].flatMap((value) => [['mild', value + 2] as const, ['severe', value] as const]);
  const scales = scalesOf(rows);
  const label = (value: number) =>
    numberOf(
      [
        { source: 'mild', value: value + 2 },
        { source: 'severe', value },
      ],
      'z-mean',
      scales,
    );
  expect(label(2)).toBeCloseTo(3, 12);
  expect(numberOf([{ source: 'severe', value: 3 }], 'z-mean', scales)).toBeCloseTo(
    numberOf([{ source: 'mild', value: 5 }], 'z-mean', scales),
    12,
  );
  // Nothing is known of the scale of who answered once: everyone's stands in.
  expect(zScore(scales.all.mean, 'new', scales)).toBe(0);
});

test('median and mean', () => {
  const votes = [4, 1, 100].map((value, i) => ({ source: `p${i}`, value }));
  expect(numberOf(votes, 'median')).toBe(4);
  expect(numberOf(votes, 'mean')).toBe(35);
});
