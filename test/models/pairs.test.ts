import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RatedRow } from '../../models/pairs.ts';
import { pairsFromLabels, pairwisePairs, rankingPairs, ratingPairs, samplePairs } from '../../models/pairs.ts';
import { labelWith as label } from '../support/label.ts';

const rated = (item: string, value: number, group = item, response = 0): RatedRow => ({ item, group, response, value });

test('pairwise: the preferred response wins; ties give no pair', () => {
  const bare = { weight: 1, strength: null, pFlip: null };
  expect(
    pairwisePairs([
      { item: 'y', group: 'g', preferred: 'b' },
      { item: 'x', group: 'g', preferred: 'a' },
      { item: 'z', group: 'g', preferred: 'tie' },
    ]),
  ).toEqual([
    { winner: { item: 'x', response: 0 }, loser: { item: 'x', response: 1 }, group: 'g', loserGroup: 'g', ...bare },
    { winner: { item: 'y', response: 1 }, loser: { item: 'y', response: 0 }, group: 'g', loserGroup: 'g', ...bare },
  ]);
});

test('a pairwise label hands on how much better and how sure', () => {
  const [pair] = pairsFromLabels([label({ category: 'b', value: 2.5, pFlip: 0.125 })], (item) => item);
  expect(pair).toMatchObject({ winner: { item: 'i', response: 1 }, strength: 2.5, pFlip: 0.125 });
});

test('S103: the pairs of a full ranking rebuild it, each item weighs 1, and nothing beats itself', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 7 }), (ranks) => {
      const pairs = rankingPairs(ranks.map((rank, response) => rated('i', rank, 'g', response)));
      const wins = ranks.map((_, response) => pairs.filter(({ winner }) => winner.response === response).length);
      expect(wins).toEqual(ranks.map((rank) => ranks.filter((other) => other > rank).length));
      expect(pairs.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
      expect(pairs.every(({ winner, loser }) => winner.response !== loser.response)).toBe(true);
    }),
  );
});

test.each([
  [2, 1],
  [4, 6],
  [9, 36],
])('S164: a ranking of %d holds %d comparisons', (n, comparisons) => {
  const ranks = Array.from({ length: n }, (_, i) => rated('i', i + 1, 'g', i));
  expect(rankingPairs(ranks)).toHaveLength(comparisons);
});

test('ratings: within the group where it has two, across the drop where not, and never within the margin', () => {
  const pairs = ratingPairs([rated('a', 1, 'g'), rated('b', 3, 'g'), rated('c', 2, 'h'), rated('d', 5, 'k')]);
  expect(pairs.map(({ winner, loser }) => [winner.item, loser.item])).toEqual([
    ['b', 'a'],
    ['d', 'c'],
  ]);
  expect(pairs[1]).toMatchObject({ group: 'k', loserGroup: 'h' });
  expect(ratingPairs([rated('a', 1, 'g'), rated('b', 3, 'g')], { margin: 2 })).toEqual([]);
  expect(ratingPairs([rated('a', 1, 'g'), rated('b', 1, 'g'), rated('c', Number.NaN, 'g')])).toEqual([]);
});

test('ratings across prompts: bounded, each row compared, the same whatever the order', () => {
  const rows = Array.from({ length: 200 }, (_, i) => rated(`item${i}`, i));
  const pairs = ratingPairs(rows, { neighbours: 3, seed: 1 });
  expect(pairs).toHaveLength(600);
  const touched = new Set(pairs.flatMap(({ winner, loser }) => [winner.item, loser.item]));
  expect(touched.size).toBe(200);
  expect(new Set(pairs.map(({ winner, loser }) => [winner.item, loser.item].sort().join())).size).toBe(600);
  expect(ratingPairs([...rows].reverse(), { neighbours: 3, seed: 1 })).toEqual(pairs);
  expect(ratingPairs(rows, { neighbours: 3, seed: 2 })).not.toEqual(pairs);
});

test('any ratings: winners are better by more than the margin, and no two responses are paired twice', () => {
  const row = fc.record({
    item: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'),
    group: fc.constantFrom('g', 'h', 'k', 'l'),
    response: fc.integer({ min: 0, max: 2 }),
    value: fc.integer({ min: 0, max: 5 }),
  });
  const unique = fc.uniqueArray(row, { selector: ({ item, response }) => `${item}/${response}`, maxLength: 30 });
  fc.assert(
    fc.property(unique, fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 5 }), (rows, margin, neighbours) => {
      const value = new Map(rows.map((each) => [`${each.item}/${each.response}`, each.value]));
      const seen = new Set<string>();
      for (const { winner, loser } of ratingPairs(rows, { margin, neighbours })) {
        const [w, l] = [`${winner.item}/${winner.response}`, `${loser.item}/${loser.response}`];
        expect((value.get(w) ?? 0) - (value.get(l) ?? 0)).toBeGreaterThan(margin);
        const key = [w, l].sort().join();
        expect(seen.has(key)).toBe(false);
        seen.add(key);
      }
    }),
  );
});

test('labels of all four tasks become pairs, and two responses are paired once', () => {
  const pairs = pairsFromLabels(
    [
      label({ item: 'p', category: 'a' }),
      label({ item: 'p', task: 'rating', response: 0, aspect: 'x', value: 1, method: 'mean' }),
      label({ item: 'p', task: 'rating', response: 1, aspect: 'x', value: 2, method: 'mean' }),
      label({ item: 't', category: 'tie' }),
      label({ item: 'r', task: 'ranking', response: 0, value: 2, method: 'mean' }),
      label({ item: 'r', task: 'ranking', response: 1, value: 1, method: 'mean' }),
      label({ item: 'm', task: 'rating', response: 0, aspect: 'x', value: 5, method: 'mean' }),
      label({ item: 'm', task: 'rating', response: 0, aspect: 'y', value: 1, method: 'mean' }),
      label({ item: 'n', task: 'rating', response: 0, aspect: 'x', value: 4, method: 'mean' }),
      label({ item: 'u', task: 'binary', response: 0, category: 'true' }),
      label({ item: 'v', task: 'binary', response: 0, category: 'false' }),
    ],
    (item) => ({ m: 'mn', n: 'mn', u: 'uv', v: 'uv' })[item] ?? item,
  );
  expect(pairs.map(({ winner, loser }) => `${winner.item}${winner.response}>${loser.item}${loser.response}`)).toEqual([
    'n0>m0',
    'p0>p1',
    'r1>r0',
    'u0>v0',
  ]);
});

test('S115: declared weights of z-scored aspects decide which rating is the better one', () => {
  const rating = (item: string, aspect: string, value: number) =>
    label({ item, task: 'rating', response: 0, aspect, value, method: 'mean' });
  const labels = [
    ...[1, 2, 3].map((value, i) => rating(`i${i}`, 'tone', value)),
    ...[900, 500, 100].map((value, i) => rating(`i${i}`, 'length', value)),
    ...[7, 7, 7].map((value, i) => rating(`i${i}`, 'flat', value)),
  ];
  const winners = (aspects: Record<string, number>) =>
    pairsFromLabels(labels, () => 'g', { aspects }).map(({ winner, loser }) => `${winner.item}>${loser.item}`);
  expect(winners({})).toEqual(['i0>i1', 'i0>i2', 'i1>i2']);
  expect(winners({ tone: 1 })).toEqual(['i1>i0', 'i2>i0', 'i2>i1']);
  expect(winners({ tone: 2, length: 1 })).toEqual(['i1>i0', 'i2>i0', 'i2>i1']);
  expect(winners({ tone: 1, length: 2 })).toEqual(['i0>i1', 'i0>i2', 'i1>i2']);
  expect(winners({ flat: 1 })).toEqual([]);
});

test('a sample keeps the order and depends on the seed only', () => {
  const pairs = pairwisePairs(
    Array.from({ length: 50 }, (_, i) => ({ item: `i${i}`, group: 'g', preferred: 'a' }) as const),
  );
  const sample = samplePairs(pairs, 10, 1);
  expect(sample).toHaveLength(10);
  expect(samplePairs(pairs, 10, 1)).toEqual(sample);
  expect(samplePairs(pairs, 10, 2)).not.toEqual(sample);
  expect(pairs.filter((pair) => sample.includes(pair))).toEqual(sample);
  expect(samplePairs(pairs, 50, 1)).toEqual(pairs);
});

test('a ranking of thousands gives bounded pairs: every response is compared, and the item weighs 1 or less', () => {
  const ranked = Array.from({ length: 3000 }, (_, response) => rated('i', response + 1, 'g', response));
  const pairs = rankingPairs(ranked);
  expect(pairs).toHaveLength(3000 * 32);
  expect(new Set(pairs.flatMap(({ winner, loser }) => [winner.response, loser.response])).size).toBe(3000);
  expect(pairs.every(({ winner, loser }) => winner.response < loser.response)).toBe(true);
  expect(pairs.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
});
