import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleBy, splitByGroup, splitPairs } from '../../models/split.ts';

const groups = Array.from({ length: 100 }, (_, i) => `g${i}`);

test('the share asked for, at least one and never all', () => {
  expect(splitByGroup(groups, 0.2, 0).size).toBe(20);
  expect(splitByGroup(['a', 'b', 'c'], 0.01, 0).size).toBe(1);
  expect(splitByGroup(['a', 'b'], 1, 0).size).toBe(1);
  expect(splitByGroup(['a'], 0.5, 0).size).toBe(0);
  expect(splitByGroup(groups, 0, 0).size).toBe(0);
});

test('the split depends on the set of groups and the seed only', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(groups, { minLength: groups.length }), (shuffled) => {
      expect([...splitByGroup([...shuffled, ...shuffled], 0.3, 4)]).toEqual([...splitByGroup(groups, 0.3, 4)]);
    }),
    { numRuns: 10 },
  );
  expect([...splitByGroup(groups, 0.3, 4)]).not.toEqual([...splitByGroup(groups, 0.3, 5)]);
});

test('a pair is used where both its groups are, and counted where they are not', () => {
  const pair = (group: string, loserGroup = group) => ({ group, loserGroup });
  const split = splitPairs([pair('v'), pair('t'), pair('v', 't'), pair('t', 'v')], new Set(['v']));
  expect(split).toEqual({ train: [pair('t')], validation: [pair('v')], straddling: 2 });
});

test('a sample of units keeps their rows together and in order, and depends on the seed only', () => {
  const rows = groups.flatMap((unit) => [`${unit}/0`, `${unit}/1`]);
  const unitOf = (row: string) => row.split('/')[0] ?? '';
  const sample = sampleBy(rows, unitOf, 10, 1);
  expect(sample).toHaveLength(20);
  expect(rows.filter((row) => sample.includes(row))).toEqual(sample);
  expect(new Set(sample.map(unitOf)).size).toBe(10);
  expect([...sampleBy(rows.toReversed(), unitOf, 10, 1)].reverse()).toEqual(sample);
  expect(sampleBy(rows, unitOf, 10, 2)).not.toEqual(sample);
  expect(sampleBy(rows, unitOf, 100, 1)).toEqual(rows);
});
