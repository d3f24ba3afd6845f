import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTACK_NAMES, type AttackName } from '../../../models/trust/attacks.ts';
import {
  attackedOutcomes,
  attackResults,
  robustnessBeside,
  type UnderAttack,
} from '../../../models/trust/robustness.ts';

const under = (before: readonly number[], change: (name: AttackName, difference: number) => number): UnderAttack => ({
  before: Float64Array.from(before),
  after: Object.fromEntries(
    ATTACK_NAMES.map((name) => [name, Float64Array.from(before, (difference) => change(name, difference))]),
  ) as unknown as UnderAttack['after'],
});

describe('attackResults', () => {
  it('has one line per attack, and no identity that changed nothing turns a pair round (S219)', () => {
    const lines = attackResults(under([1, 2, -1], (name, d) => (name === 'repeat' ? d - 1.5 : d)));
    expect(lines.map(({ attack }) => attack)).toEqual(ATTACK_NAMES);
    expect(lines.find(({ attack }) => attack === 'identity')).toMatchObject({ held: 2, successRate: 0 });
    expect(lines.find(({ attack }) => attack === 'repeat')).toMatchObject({ accuracy: 1 / 3, successRate: 1 / 2 });
  });
});

describe('attackedOutcomes', () => {
  it('leaves identity out of the mean', () => {
    const turned = under([1, 1], (name, d) => (name === 'identity' ? d : -d));
    expect([...attackedOutcomes(turned)]).toEqual([0, 0]);
    expect([...attackedOutcomes(turned, ['identity'])]).toEqual([1, 1]);
  });

  it('lies between 0 and 1, and is the outcome itself where attacks change nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -5, max: 5 })), fc.double({ noNaN: true }), (d, shift) => {
        for (const outcome of attackedOutcomes(under(d, (name, x) => (name === 'typos' ? x : x - shift)))) {
          expect(outcome).toBeGreaterThanOrEqual(0);
          expect(outcome).toBeLessThanOrEqual(1);
        }
        expect([...attackedOutcomes(under(d, (_, x) => x))]).toEqual(d.map((x) => (x > 0 ? 1 : x === 0 ? 0.5 : 0)));
      }),
    );
  });
});

describe('robustnessBeside', () => {
  it('is the gain of one head over another on the same pairs', () => {
    const judged = {
      augmented: under([1, 1, -1, 1], (_, d) => d),
      plain: under([1, 1, 1, 1], (name, d) => (name === 'identity' ? d : -d)),
      lengthOnly: under([0, 0, 0, 0], (_, d) => d),
    };
    const { augmented, plain, lengthOnly, gain } = robustnessBeside(judged, ['a', 'b', 'c', 'd'], 0);
    expect(augmented.clean).toMatchObject({ n: 4, accuracy: 0.75 });
    expect(plain.attacked).toMatchObject({ value: 0, groups: 4 });
    expect(lengthOnly.attacked.value).toBe(0.5);
    expect(gain.clean.value).toBe(-0.25);
    expect(gain.attacked.value).toBe(0.75);
    expect(gain.attacked.ci[0]).toBeLessThan(0.75);
  });
});
