import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isUnfair, rewardDistance } from '../../../models/fairness/individual.ts';

const rewards = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 6 });

it('S045: the distance of rewards is 0 whatever the order of the responses, and no order makes it less', () => {
  fc.assert(
    fc.property(rewards, rewards, fc.integer({ min: 0, max: 5 }), (a, b, turn) => {
      expect(rewardDistance(a, [...a.slice(turn), ...a.slice(0, turn)])).toBe(0);
      const other = a.map((_, i) => b[i % b.length] ?? 0);
      const [least, sideways] = [rewardDistance(a, other), rewardDistance(a, other.toReversed())];
      expect(least).toBe(sideways);
      expect(least).toBeLessThanOrEqual(Math.max(...a.map((value, i) => Math.abs(value - (other[i] ?? 0)))));
    }),
  );
  expect(rewardDistance([1, 2], [1])).toBeNull();
  expect(rewardDistance([], [])).toBeNull();
});

it('S045: a planted violation is found; a constant reward has none, whatever L', () => {
  expect(isUnfair(rewardDistance([1, 0], [0, 3]) ?? 0, 0.1, 5)).toBe(true);
  expect(isUnfair(2, 0.4, 5)).toBe(false);
  expect(isUnfair(rewardDistance([1, 1], [1, 1]) ?? 1, 0, 0)).toBe(false);
});
