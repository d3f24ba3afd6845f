import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bordaPoints, consensusRanks, KEMENY_MOST, kemeny } from '../../../models/aggregation/rankings.ts';

/** Tennessee (Wikipedia): 42 near Memphis, 26 near Nashville, 15 near Chattanooga, 17 near Knoxville. */
const [MEMPHIS, NASHVILLE, CHATTANOOGA, KNOXVILLE] = [0, 1, 2, 3];
const TENNESSEE = (
  [
    [42, [1, 2, 3, 4]],
    [26, [4, 1, 2, 3]],
    [15, [4, 3, 1, 2]],
    [17, [4, 3, 2, 1]],
  ] as const
).flatMap(([voters, ranks]) => Array.from({ length: voters }, () => ranks));

test('S126: Tennessee by Borda', () => {
  const points = bordaPoints(TENNESSEE);
  expect([NASHVILLE, CHATTANOOGA, MEMPHIS, KNOXVILLE].map((city) => points[city])).toEqual([194, 173, 126, 107]);
});

test('S126: Tennessee by Kemeny', () => {
  expect(kemeny(TENNESSEE)).toEqual({ order: [NASHVILLE, CHATTANOOGA, KNOXVILLE, MEMPHIS], score: 393 });
});

test('Kemeny is the best of all orders', () => {
  const orders = (n: number): number[][] =>
    n === 0
      ? [[]]
      : orders(n - 1).flatMap((order) => Array.from({ length: n }, (_, at) => order.toSpliced(at, 0, n - 1)));
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 5, maxLength: 5 }), {
        minLength: 1,
        maxLength: 6,
      }),
      (rankings) => {
        const scoreOf = (order: readonly number[]) =>
          rankings.reduce((sum, ranks) => {
            let agreed = 0;
            for (let i = 0; i < order.length; i++)
              for (let j = i + 1; j < order.length; j++) {
                const [a, b] = [ranks[order[i] ?? 0] ?? 0, ranks[order[j] ?? 0] ?? 0];
                agreed += a < b ? 1 : a === b ? 0.5 : 0;
              }
            return sum + agreed;
          }, 0);
        const { order, score } = kemeny(rankings);
        expect(scoreOf(order)).toBeCloseTo(score, 9);
        expect(score).toBeCloseTo(Math.max(...orders(5).map(scoreOf)), 9);
      },
    ),
    { numRuns: 25 },
  );
});

test.each(['borda', 'kemeny', 'plackett-luce'] as const)(
  '%s keeps a ranking that all give, and its ranks are ranks',
  async (method) => {
    expect([
      ...(await consensusRanks(
        [
          [2, 1, 3],
          [2, 1, 3],
        ],
        method,
      )),
    ]).toEqual([2, 1, 3]);
    const ranks = await consensusRanks(
      [
        [1, 2, 3, 4],
        [2, 1, 4, 3],
        [1, 2, 4, 3],
      ],
      method,
    );
    expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBe(10);
    expect(ranks[0]).toBeLessThan(ranks[2] ?? 0);
  },
);

test('Plackett–Luce ties what rankings leave tied', async () => {
  expect([
    ...(await consensusRanks(
      [
        [1, 2],
        [2, 1],
      ],
      'plackett-luce',
    )),
  ]).toEqual([1.5, 1.5]);
  expect([...(await consensusRanks([[1, 1, 2]], 'plackett-luce'))]).toEqual([1.5, 1.5, 3]);
});

test('more things than Kemeny’s table holds are refused', () => {
  expect(() => kemeny([Array.from({ length: KEMENY_MOST + 1 }, (_, i) => i)])).toThrow(RangeError);
});
