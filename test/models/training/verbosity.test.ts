import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { spearman } from '../../../models/metrics/correlation.ts';
import { debias, penalise } from '../../../models/training/verbosity.ts';

const { debias: golden } = JSON.parse(
  readFileSync(new URL('../../fixtures/models/heads-mixture.json', import.meta.url), 'utf8'),
) as { debias: { k: number; verbosity: number; rewards: number[][]; lambdas: number[] } };
const { k, verbosity, lambdas } = golden;
const rewards = golden.rewards.flat();
const column = (values: ArrayLike<number>, j: number) => Array.from(values).filter((_, at) => at % k === j);

test('penalties are those of scipy’s Spearman on ArmoRM’s grid; where none is enough, and for verbosity itself, 1', () => {
  expect([...debias(rewards, k, verbosity)]).toEqual(lambdas);
  expect(lambdas[1]).toBe(1);
  expect(lambdas[verbosity]).toBe(1);
});

test('a penalised aspect no longer goes with verbosity, and the next smaller penalty would not have done', () => {
  const fair = penalise(rewards, verbosity, debias(rewards, k, verbosity));
  expect(spearman(column(fair, 0), column(rewards, verbosity))).toBeLessThanOrEqual(0.03);
  const less = penalise(rewards, verbosity, Float64Array.of((lambdas[0] ?? 0) - 0.05, 1, 1, 0));
  expect(spearman(column(less, 0), column(rewards, verbosity))).toBeGreaterThan(0.03);
  expect(column(fair, verbosity)).toEqual(column(rewards, verbosity).map(() => 0));
});

test('the tolerance and the grid are the caller’s', () => {
  expect([...debias(rewards, k, verbosity, { tolerance: 1 })]).toEqual([0, 0, 1, 0]);
  expect(debias(rewards, k, verbosity, { grid: [0, 4] })[1]).toBe(4);
});

test('rewards that never vary need no penalty; an aspect that is not there is refused', () => {
  expect([...debias([1, 1, 1, 2, 1, 3], 2, 1)]).toEqual([0, 1]);
  expect([...debias([2, 1, 1, 1, 3, 1], 2, 1)]).toEqual([0, 1]);
  expect(() => debias(rewards, k, k)).toThrow(RangeError);
});
