import fc from 'fast-check';
import { expect, test } from 'vitest';
import { curriculum } from '../../../models/selection/curriculum.ts';
import { paretoSelect } from '../../../models/selection/pareto-front.ts';
import { atLeast, inBand, mostDifferent, topK } from '../../../models/selection/ranking.ts';
import { mostVaried, rewardVariance } from '../../../models/selection/variance.ts';
import { decay, vintageMix, vintageWeight } from '../../../models/selection/vintage.ts';

const rows = [
  { id: 'b', score: 2 },
  { id: 'c', score: 3 },
  { id: 'a', score: 2 },
  { id: 'd', score: 0.5 },
];
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).join('');

test('top k, threshold and margin band: best first, ties by id', () => {
  expect(ids(topK(rows, 2))).toBe('ca');
  expect(ids(atLeast(rows, 2))).toBe('cab');
  expect(ids(inBand(rows, [0.5, 2]))).toBe('abd');
  expect(() => topK([{ id: 'x', score: Number.NaN }], 1)).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
});

test('S188: exactly 40 % of pairs stay, those that differ most on some item of the checklist', () => {
  const pairs = Array.from({ length: 10 }, (_, i) => ({ id: `p${i}`, differences: [0.1, i % 2 === 0 ? -i : i, 0] }));
  expect(ids(mostDifferent(pairs))).toBe('p9p8p7p6');
  expect(mostDifferent(pairs.slice(0, 5), 0.6)).toHaveLength(3);
});

test('S183: examples go by the variance of their rewards, which is numpy’s', () => {
  expect(rewardVariance([0, 1, 1, 0, 1])).toBeCloseTo(0.24, 12);
  const examples = [
    { id: 'always', rewards: [1, 1, 1] },
    { id: 'half', rewards: [0, 1, 0, 1] },
    { id: 'rare', rewards: [0, 0, 0, 1] },
  ];
  expect(mostVaried(examples, 2).map(({ id }) => id)).toEqual(['half', 'rare']);
});

test('a curriculum goes from easy to hard in equal stages, each in an order of the seed alone', () => {
  const graded = Array.from({ length: 11 }, (_, i) => ({ id: `g${i}`, difficulty: i }));
  const stages = curriculum(graded, 3, 5);
  expect(stages.map((stage) => stage.map(({ difficulty }) => difficulty).sort((a, b) => a - b))).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9, 10],
  ]);
  expect(curriculum(graded.toReversed(), 3, 5)).toEqual(stages);
  expect(curriculum(graded, 3, 6)).not.toEqual(stages);
  expect(() => curriculum([{ id: 'x', difficulty: Number.NaN }], 1)).toThrow(
    expect.objectContaining({ code: 'ASY-5005' }),
  );
});

test('S116: whole fronts while they fit, then the ends and what stands apart', () => {
  const line = [
    { id: 'a', objectives: [0, 4] },
    { id: 'b', objectives: [1, 3] },
    { id: 'c', objectives: [1.1, 2.9] },
    { id: 'd', objectives: [4, 0] },
    { id: 'e', objectives: [0, 0] },
  ];
  expect(ids(paretoSelect(line, 5))).toBe('adcbe');
  expect(ids(paretoSelect(line, 3))).toBe('adc');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 12 }), fc.nat(12), (cloud, size) => {
      const cloudRows = cloud.map((objectives, i) => ({ id: `i${i}`, objectives }));
      const selected = paretoSelect(cloudRows, size);
      expect(selected).toHaveLength(Math.min(size, cloud.length));
      expect(paretoSelect(cloudRows.toReversed(), size)).toEqual(selected);
    }),
  );
});

test('S075, S385: a label loses half its weight in each half-life; the mix of years sums to 1', () => {
  expect([0, 30, 60, -5].map((age) => decay(age, 30))).toEqual([1, 0.5, 0.25, 1]);
  const now = Date.UTC(2026, 0, 31);
  expect(vintageWeight(Date.UTC(2026, 0, 1), now, 30)).toBe(0.5);
  expect(vintageMix([now, Date.UTC(2024, 5, 1), now, now])).toEqual([
    { year: 2024, share: 0.25 },
    { year: 2026, share: 0.75 },
  ]);
});
