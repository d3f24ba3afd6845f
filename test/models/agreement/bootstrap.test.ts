import { expect, test } from 'vitest';
import { bootstrapMeans } from '../../../models/agreement/bootstrap.ts';
import { agreementOf } from '../../../models/agreement/unit-agreement.ts';
import { unitsOf } from '../../../models/agreement/units.ts';
import { wilson } from '../../../models/metrics/wilson.ts';
import { createRandom } from '../../../models/random.ts';

const Z90 = 1.6448536269514722;

test('S384: 90 % intervals of a preference share cover it nine times out of ten', () => {
  const random = createRandom(9);
  let covered = 0;
  for (let trial = 0; trial < 4000; trial++) {
    const share = 0.1 + 0.8 * random();
    let wins = 0;
    for (let vote = 0; vote < 100; vote++) wins += Number(random() < share);
    const [low, high] = wilson(wins, 100, Z90);
    covered += Number(low <= share && share <= high);
  }
  expect(Math.abs(covered / 4000 - 0.9)).toBeLessThan(0.015);
});

/** Two-category units of three raters who are right with probability .8 on an evenly divided truth. */
const simulated = (items: number, random: () => number) =>
  Array.from({ length: items }, () => {
    const truth = random() < 0.5 ? 1 : 2;
    return [0, 1, 2].map(() => (random() < 0.8 ? truth : 3 - truth));
  });

test('95 % bootstrap intervals of α cover the population’s α', () => {
  // Two raters agree with .8² + .2² = .68, and by chance with ½: α = .36 in the limit.
  const random = createRandom(12);
  let covered = 0;
  for (let trial = 0; trial < 300; trial++) {
    const { ci } = agreementOf(unitsOf(simulated(120, random)), 'nominal', { bootstraps: 300, seed: trial });
    covered += Number((ci?.[0] ?? 1) <= 0.36 && 0.36 <= (ci?.[1] ?? 0));
  }
  expect(covered / 300).toBeGreaterThan(0.92);
  expect(covered / 300).toBeLessThan(0.98);
});

test('means: the interval holds the mean, is the same for a seed, and there is none of nothing', () => {
  const values = Array.from({ length: 50 }, (_, i) => i % 7);
  const mean = values.reduce((sum, value) => sum + value, 0) / 50;
  const [low, high] = bootstrapMeans(values, { seed: 1 }) ?? [1, 0];
  expect(low).toBeLessThan(mean);
  expect(high).toBeGreaterThan(mean);
  expect(bootstrapMeans(values, { seed: 1 })).toEqual([low, high]);
  expect(bootstrapMeans(values, { bootstraps: 0 })).toBeNull();
  expect(bootstrapMeans([])).toBeNull();
});
