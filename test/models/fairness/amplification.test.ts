import { expect, test } from 'vitest';
import { amplificationAlarm } from '../../../models/fairness/amplification.ts';
import { normal, redShare } from '../../support/drawn.ts';

/** People and head see two parts apart by so much, each with its own noise. */
const pairs = (seed: number, n: number, people: number, head: number) => {
  const [human, reward] = [normal(seed, n), normal(seed + 5000, n)];
  return human.map((value, i) => {
    const own = i % 2 === 0;
    return { part: own ? 'x' : 'y', human: value + (own ? people : 0), reward: (reward[i] ?? 0) + (own ? head : 0) };
  });
};

test('S043: amplification is the reward’s gap less people’s, in deviations, by hand', () => {
  const rows = [
    { part: 'x', human: 1, reward: 3 },
    { part: 'x', human: 0, reward: 3 },
    { part: 'y', human: 0, reward: 1 },
    { part: 'y', human: 1, reward: 1 },
  ];
  // People: no gap; deviations of the reward are 1, so its gap is 2.
  const { figures } = amplificationAlarm(rows, 0.2, 2);
  expect(figures.map(({ name, value }) => [name, value])).toEqual([
    ["people's gap of x", 0],
    ["the reward's gap of x", 2],
    ['amplification of x', 2],
    ["people's gap of y", 0],
    ["the reward's gap of y", -2],
    ['amplification of y', 2],
  ]);
});

test('S043: a wider gap and a reversed one are red; the same and a narrower one are not: at most 1 % of 200 draws', () => {
  expect(amplificationAlarm(pairs(1, 400, 0.3, 1.2), 0.2, 50).state).toBe('red');
  expect(amplificationAlarm(pairs(1, 400, -0.5, 0.5), 0.2, 50).state).toBe('red');
  expect(redShare(200, (seed) => amplificationAlarm(pairs(seed, 400, 0.5, 0.5), 0.2, 50))).toBeLessThanOrEqual(0.01);
  expect(redShare(200, (seed) => amplificationAlarm(pairs(seed, 400, 1, 0.5), 0.2, 50))).toBe(0);
  expect(amplificationAlarm(pairs(1, 40, 0, 5), 0.2, 50).state).toBe('no-data');
  expect(amplificationAlarm([], 0.2, 50).state).toBe('no-data');
});
