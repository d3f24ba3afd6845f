import { expect, test } from 'vitest';
import { type HealthLimits, healthAlarm } from '../../../../models/aggregation/annotators/health.ts';
import type { VoteRecord } from '../../../../models/aggregation/annotators/vote-record.ts';
import { createRandom } from '../../../../models/random.ts';
import { redShare } from '../../../support/drawn.ts';

const LIMITS: HealthLimits = { alpha: 0.01, accuracy: 0.7, margin: 0.1, speed: 0.2, least: 20 };

/** Votes of so many people, of whom each is right as often as told, on 60 questions; every third is a check. */
const votes = (seed: number, rights: readonly number[], change: Partial<VoteRecord> = {}): VoteRecord[] => {
  const random = createRandom(seed);
  return Array.from({ length: 60 }, (_, i) => i).flatMap((i) => {
    const truth = random() < 0.5 ? 'a' : 'b';
    return rights.map((right, who): VoteRecord => {
      const value = random() < right ? truth : truth === 'a' ? 'b' : 'a';
      return {
        question: `q${i}`,
        item: `it${i}`,
        annotator: `sub_${who}`,
        task: 'pairwise',
        pool: null,
        value,
        seconds: 20 + 20 * random(),
        first: null,
        lengths: null,
        right: i % 3 === 0 ? value === truth : null,
        ...change,
      };
    });
  });
};

test('S306: 8 people, one wrong on three of four checks and one of them at random: both are named, with exact binomial p after Holm', () => {
  const reading = healthAlarm(votes(1, [0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.5, 0.1]), LIMITS);
  expect(reading.state).toBe('red');
  expect(reading.figures[0]).toEqual({ name: 'people who are off', value: 2, ci: null, n: 8, limit: 0 });
  expect(reading.figures.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['agreement of sub_6', 'agreement of sub_7', 'accuracy of sub_7']),
  );
  expect(reading.reason).toMatch(/^2 of 8 people are off: sub_7 agrees with others in \d+ of 60, limit 0\.\d+/);
});

test('S306: people who are all alike are green in at least 99 of 100 draws, good at it or not', () => {
  expect(redShare(200, (seed) => healthAlarm(votes(seed, Array(8).fill(0.95)), LIMITS))).toBeLessThanOrEqual(0.01);
  expect(redShare(200, (seed) => healthAlarm(votes(seed, Array(8).fill(0.8)), LIMITS))).toBeLessThanOrEqual(0.01);
});

test('of two people nobody can say which is off, of three one can; few votes say nothing', () => {
  const unchecked = { right: null, seconds: null };
  expect(healthAlarm(votes(2, [0.95, 0.5], unchecked), LIMITS).reason).toBe('2 people, none is off');
  expect(healthAlarm(votes(2, [0.99, 0.99, 0.3], unchecked), LIMITS).reason).toContain('1 of 3 people are off: sub_2');
  expect(healthAlarm(votes(2, [0.9, 0.9, 0.5]), { ...LIMITS, least: 61 }).state).toBe('no-data');
  expect(healthAlarm([], LIMITS).state).toBe('no-data');
});

test('answers that everybody gives are not held against one who always gives them', () => {
  const same = votes(3, Array(5).fill(0.9)).map((vote) => ({ ...vote, value: 'a', right: null }));
  expect(healthAlarm(same, LIMITS).state).toBe('green');
});
