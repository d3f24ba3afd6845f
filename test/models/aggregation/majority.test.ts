import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flipProbability, majorityOf, pairShare } from '../../../models/aggregation/majority.ts';

test('P(flip) is the Beta(1,1) posterior that the other side is the majority', () => {
  // P(θ < 1/2), θ ~ Beta(1 + k, 1 + n − k), by hand: 2 of 2 → 1/8, 2 of 3 → 5/16, 1 of 2 → 1/2, 3 of 3 → 1/16.
  expect(flipProbability(2, 2)).toBeCloseTo(1 / 8, 12);
  expect(flipProbability(2, 3)).toBeCloseTo(5 / 16, 12);
  expect(flipProbability(1, 2)).toBeCloseTo(1 / 2, 12);
  expect(flipProbability(3, 3)).toBeCloseTo(1 / 16, 12);
  expect(flipProbability(1, 1)).toBeNull();
  expect(flipProbability(0, 0)).toBeNull();
});

test('P(flip) of one side and of the other add up to 1, for thousands of votes too', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
      const k = Math.round(share * n);
      expect((flipProbability(k, n) ?? 0) + (flipProbability(n - k, n) ?? 0)).toBeCloseTo(1, 8);
    }),
  );
});

test('the majority does not depend on the order of votes; a tie goes where it is told, else to the first by text', () => {
  expect(majorityOf(['b', 'a', 'b'])).toEqual({ category: 'b', posterior: 2 / 3, votes: { a: 1, b: 2 }, tied: false });
  expect(majorityOf(['b', 'a'])).toMatchObject({ category: 'a', tied: true });
  expect(majorityOf(['b', 'a'], 'tie')).toEqual({ category: 'tie', posterior: 0, votes: { a: 1, b: 1 }, tied: true });
  expect(pairShare({ a: 1, b: 2 })).toBeCloseTo(1 / 3, 12);
  expect(pairShare({ a: 1 })).toBeNull();
});
