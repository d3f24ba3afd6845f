import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestOfGroups, bestOfNKl, bestOfNMean, rejectionSample } from '../../../models/selection/best-of-n.ts';

test('S122: KL of best-of-n is ln n − (n − 1)/n, 1.8351 at 16', () => {
  expect(bestOfNKl(1)).toBe(0);
  expect(bestOfNKl(16)).toBeCloseTo(1.8351, 4);
});

test('the best response of each group, ties by id', () => {
  const rows = [
    { id: 'b', group: 'y', score: 1 },
    { id: 'a', group: 'y', score: 1 },
    { id: 'c', group: 'x', score: 0 },
    { id: 'd', group: 'x', score: 2 },
  ];
  expect(bestOfGroups(rows).map(({ id }) => id)).toEqual(['d', 'a']);
});

const samples = fc.array(fc.record({ proxy: fc.nat(4), gold: fc.integer({ min: -3, max: 3 }) }), {
  minLength: 1,
  maxLength: 7,
});

test('the mean over best of n equals the mean over every draw of n', () => {
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 7 }), (drawn, wanted) => {
      const n = Math.min(wanted, drawn.length);
      const draws = Array.from({ length: 2 ** drawn.length }, (_, mask) =>
        drawn.filter((_s, i) => (mask >> i) & 1),
      ).filter((draw) => draw.length === n);
      const best = draws.map((draw) => Math.max(...draw.map(({ proxy }) => proxy)));
      expect(bestOfNMean(drawn, n).proxy).toBeCloseTo(best.reduce((sum, value) => sum + value, 0) / draws.length, 9);
      // Of samples of equal proxy any may be shown: their mean gold stands for each.
      const goldAt = (proxy: number) => {
        const own = drawn.filter((sample) => sample.proxy === proxy);
        return own.reduce((sum, { gold }) => sum + gold, 0) / own.length;
      };
      expect(bestOfNMean(drawn, n).gold).toBeCloseTo(
        best.reduce((sum, proxy) => sum + goldAt(proxy), 0) / draws.length,
        9,
      );
    }),
  );
  expect(() => bestOfNMean([], 1)).toThrow(RangeError);
});

test('rejection sampling: low β takes the best, any β takes what was asked for, order and seed decide alone', () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ id: `r${i}`, score: i / 10 }));
  expect(rejectionSample(rows, 3, 1e-6).map(({ id }) => id)).toEqual(['r19', 'r18', 'r17']);
  expect(rejectionSample(rows, 5, 0.5, 1)).toEqual(rejectionSample(rows.toReversed(), 5, 0.5, 1));
  expect(rejectionSample(rows, 99, 10)).toHaveLength(20);
});

test('rejection sampling: accepted in one round with probability exp((reward − highest)/β)', () => {
  const second = Array.from(
    { length: 4000 },
    (_, seed) =>
      rejectionSample(
        [
          { id: 'high', score: 1 },
          { id: 'low', score: 0 },
          { id: 'mid', score: 0.5 },
        ],
        2,
        1,
        seed,
      )[1]?.id,
  );
  // `mid` comes second where it is accepted (e^−½), and where neither is, for the next round begins with it.
  const [p, q] = [Math.exp(-0.5), Math.exp(-1)];
  const share = second.filter((id) => id === 'mid').length / 4000;
  expect(Math.abs(share - (p + (1 - p) * (1 - q)))).toBeLessThan(0.02);
});
