import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elo, expectedScore } from '../../../models/ratings/elo.ts';

test('the expected score of the paper', () => {
  expect(expectedScore(1200, 1000)).toBeCloseTo(0.7597, 4);
  expect(expectedScore(1400, 1000)).toBeCloseTo(0.9091, 4);
  expect(expectedScore(1000, 1000)).toBe(0.5);
  // Wikipedia's player of 1613 against five.
  const sum = [1609, 1477, 1388, 1586, 1720].reduce((total, other) => total + expectedScore(1613, other), 0);
  expect(sum).toBeCloseTo(2.867, 2);
});

test('games move both players by k times the surprise, in order', () => {
  const first = elo(2, [{ a: 0, b: 1, score: 1 }], 32);
  expect([...first]).toEqual([1016, 984]);
  const second = elo(
    2,
    [
      { a: 0, b: 1, score: 1 },
      { a: 1, b: 0, score: 1 },
    ],
    32,
  );
  expect(second[0]).toBeCloseTo(1016 - 32 * expectedScore(1016, 984), 12);
  expect([...elo(2, [{ a: 0, b: 1, score: 0.5 }], 32)]).toEqual([1000, 1000]);
});

test('repeats play a row again; none skips it', () => {
  const game = { a: 0, b: 1, score: 1 };
  expect(elo(2, [game, { a: 1, b: 0, score: 1 }], 4, Int32Array.of(2, 0))).toEqual(elo(2, [game, game], 4));
});

test('the sum is kept', () => {
  const game = fc.record({ a: fc.constantFrom(0, 1), b: fc.constantFrom(2, 3), score: fc.constantFrom(0, 0.5, 1) });
  fc.assert(
    fc.property(fc.array(game), (games) => {
      expect(elo(4, games, 16).reduce((sum, x) => sum + x, 0)).toBeCloseTo(4000, 7);
    }),
  );
});
