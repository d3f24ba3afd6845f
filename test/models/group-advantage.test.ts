import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupAdvantages, leaveOneOutAdvantages } from '../../models/group-advantage.ts';

const close = (found: readonly number[], wanted: readonly number[]): void => {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 8);
};

describe('by hand', () => {
  it('GRPO: deviations from the mean in standard deviations', () => {
    close(groupAdvantages([1, 0, 0, 1], 'population'), [1, -1, -1, 1]);
    const half = Math.sqrt(3) / 2;
    close(groupAdvantages([1, 0, 0, 1]), [half, -half, -half, half]);
    close(groupAdvantages([3, 1, 2]), [1, -1, 0]);
  });

  it('RLOO: what a reward is above the mean of the others', () => {
    close(leaveOneOutAdvantages([1, 0, 0, 1]), [2 / 3, -2 / 3, -2 / 3, 2 / 3]);
    close(leaveOneOutAdvantages([5, 2]), [3, -3]);
  });

  it('nothing where nothing differs', () => {
    // Three tenths over three are not a tenth.
    for (const rewards of [[], [4], [0.1, 0.1, 0.1]]) {
      expect(groupAdvantages(rewards)).toEqual(rewards.map(() => 0));
      expect(groupAdvantages(rewards, 'population')).toEqual(rewards.map(() => 0));
      expect(leaveOneOutAdvantages(rewards)).toEqual(rewards.map(() => 0));
    }
  });
});

describe('of any group', () => {
  /** Hundredths, so that what differs differs by more than rounding. */
  const rewards = fc.array(
    fc.integer({ min: -1000, max: 1000 }).map((n) => n / 100),
    { minLength: 2, maxLength: 16 },
  );
  const kinds = [
    groupAdvantages,
    (given: readonly number[]) => groupAdvantages(given, 'population'),
    leaveOneOutAdvantages,
  ];

  it('they sum to nothing, and a shift of all rewards changes none', () => {
    fc.assert(
      fc.property(rewards, fc.integer({ min: -50, max: 50 }), (given, shift) => {
        for (const advantages of kinds) {
          const found = advantages(given);
          expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 8);
          close(advantages(given.map((reward) => reward + shift)), found);
        }
      }),
    );
  });

  it('a scale changes only those that are not divided by the deviation, and these by it', () => {
    fc.assert(
      fc.property(rewards, fc.integer({ min: 1, max: 50 }), (given, scale) => {
        const scaled = given.map((reward) => reward * scale);
        close(groupAdvantages(scaled), groupAdvantages(given));
        close(
          leaveOneOutAdvantages(scaled),
          leaveOneOutAdvantages(given).map((value) => value * scale),
        );
      }),
    );
  });

  it('GRPO’s have unit deviation, and RLOO’s are n / (n − 1) deviations from the mean', () => {
    fc.assert(
      fc.property(rewards, (given) => {
        fc.pre(new Set(given).size > 1);
        const n = given.length;
        const squares = groupAdvantages(given).reduce((sum, value) => sum + value ** 2, 0);
        expect(squares / (n - 1)).toBeCloseTo(1, 8);
        const mean = given.reduce((sum, reward) => sum + reward, 0) / n;
        close(
          leaveOneOutAdvantages(given),
          given.map((reward) => ((reward - mean) * n) / (n - 1)),
        );
      }),
    );
  });
});
