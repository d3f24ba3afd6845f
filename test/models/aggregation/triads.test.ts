import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PairwiseVote } from '../../../models/aggregation/triads.ts';
import { circularTriads, maximumTriads } from '../../../models/aggregation/triads.ts';

const votes = (group: string, ...pairs: readonly string[]): PairwiseVote[] =>
  pairs.map((pair) => ({ group, winner: pair[0] ?? '', loser: pair[1] ?? '' }));

/** A tournament of n items from bits: item i beats j > i where the next bit is set. */
const tournament = (n: number, bits: readonly boolean[]): PairwiseVote[] => {
  const names = Array.from({ length: n }, (_, i) => String.fromCharCode(97 + i));
  let at = 0;
  return names.flatMap((a, i) =>
    names.slice(i + 1).map((b) => {
      const [winner, loser] = bits[at++] ? [a, b] : [b, a];
      return { group: 'g', winner, loser };
    }),
  );
};

test('S165: A over B over C over A is one circle, and a ranking none', () => {
  expect(circularTriads(votes('g', 'ab', 'bc', 'ca'))).toEqual([
    { group: 'g', items: 3, circular: 1, example: ['a', 'b', 'c'], maximum: 1, consistency: 0 },
  ]);
  expect(circularTriads(votes('g', 'ab', 'bc', 'ac'))).toEqual([
    { group: 'g', items: 3, circular: 0, example: null, maximum: 1, consistency: 1 },
  ]);
});

test('S165: the maximum is Kendall and Babington Smith’s', () => {
  expect([3, 4, 5, 6, 7, 8].map(maximumTriads)).toEqual([1, 2, 5, 8, 14, 20]);
});

test('S165: a round robin in which everybody wins half their games has the maximum', () => {
  for (const n of [3, 5, 7]) {
    const all = Array.from({ length: n }, (_, i) => i);
    const pairs = all.flatMap((i) =>
      Array.from({ length: (n - 1) / 2 }, (_, d) => ({ group: 'g', winner: `i${i}`, loser: `i${(i + d + 1) % n}` })),
    );
    const [report] = circularTriads(pairs);
    expect(report?.circular).toBe(maximumTriads(n));
    expect(report?.consistency).toBe(0);
  }
});

test('S165: circles are n(n−1)(2n−1)/12 − Σ wins²/2, and never above the maximum', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 8 }), fc.array(fc.boolean(), { minLength: 28, maxLength: 28 }), (n, bits) => {
      const played = tournament(n, bits);
      const wins = new Map<string, number>();
      for (const { winner } of played) wins.set(winner, (wins.get(winner) ?? 0) + 1);
      const squares = [...wins.values()].reduce((sum, count) => sum + count * count, 0);
      const expected = (n * (n - 1) * (2 * n - 1)) / 12 - squares / 2;
      const [report] = circularTriads(played);
      expect(report?.circular).toBe(expected);
      expect(expected).toBeLessThanOrEqual(report?.maximum ?? 0);
    }),
  );
});

test('groups are looked at apart; of several votes on a pair the majority counts, and a draw decides nothing', () => {
  const mixed = [
    ...votes('two', 'ab', 'ab', 'ba', 'bc', 'ca'),
    ...votes('one', 'ab', 'ba', 'bc', 'ca'),
    ...votes('three', 'ab', 'aa'),
  ];
  expect(circularTriads(mixed)).toEqual([
    { group: 'one', items: 3, circular: 0, example: null, maximum: 1, consistency: null },
    { group: 'three', items: 2, circular: 0, example: null, maximum: 0, consistency: null },
    { group: 'two', items: 3, circular: 1, example: ['a', 'b', 'c'], maximum: 1, consistency: 0 },
  ]);
  expect(circularTriads([])).toEqual([]);
});
