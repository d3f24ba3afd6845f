import { expect, test } from 'vitest';
import { chooseShrinkage } from '../../../models/training/shrinkage.ts';
import { planted } from './planted-languages.ts';

const groups = (n: number) => Array.from({ length: n }, (_, i) => `g${i}`);

test('languages that want the same get one shared head', async () => {
  const same = planted({ counts: [300, 300], dims: 4, seed: 21 });
  const choice = await chooseShrinkage({ ...same, count: 2, l2: 0.01, groups: groups(same.n) });
  expect(choice.shrinkage).toBe(Infinity);
  expect(choice.trials.map(({ shrinkage }) => shrinkage)).toEqual([Infinity, 100, 10, 1]);
});

test('a large penalty does not make language heads look better than they are', async () => {
  // Heads add to what the penalty allows: their longer weights alone would lower an uncalibrated loss.
  const many = planted({ counts: Array(10).fill(80), dims: 20, seed: 25 });
  const choice = await chooseShrinkage({ ...many, count: 10, l2: 2, groups: groups(many.n) });
  expect(choice.shrinkage).toBe(Infinity);
});

test('a language that wants something else gets a head of its own', async () => {
  const own = { language: 1, feature: 3, weight: 4 };
  const other = planted({ counts: [300, 300], dims: 4, seed: 22, own });
  const choice = await chooseShrinkage({ ...other, count: 2, l2: 0.01, groups: groups(other.n) });
  expect(choice.shrinkage).toBeLessThanOrEqual(10);
  const [shared] = choice.trials;
  expect(shared?.excess).toBeGreaterThan(2 * (shared?.standardError ?? 0));
});

test('the least loss has no excess, and the same call gives the same answer', async () => {
  const data = planted({ counts: [60, 40], dims: 3, seed: 23 });
  const ask = () => chooseShrinkage({ ...data, count: 2, l2: 0.01, groups: groups(data.n), candidates: [2, 20] });
  const choice = await ask();
  expect(Math.min(...choice.trials.map(({ excess }) => excess))).toBe(0);
  expect(choice).toEqual(await ask());
});

test('with one group nothing can be held out, and the head is shared', async () => {
  const data = planted({ counts: [20, 20], dims: 3, seed: 24 });
  const choice = await chooseShrinkage({ ...data, count: 2, l2: 0.01, groups: Array(data.n).fill('one') });
  expect(choice.shrinkage).toBe(Infinity);
});

test('many pairs are tried by a sample, and what one rare language wants is still found', async () => {
  const own = { language: 2, feature: 3, weight: 4 };
  const many = planted({ counts: [6000, 6000, 400], dims: 4, seed: 26, own });
  const ask = () => chooseShrinkage({ ...many, count: 3, l2: 0.001, groups: groups(many.n) });
  const choice = await ask();
  expect(choice.shrinkage).toBeLessThanOrEqual(10);
  expect(choice).toEqual(await ask());
  // A head for all languages is worse for three pairs in a hundred; the sample's weights keep them at that.
  const [shared] = choice.trials;
  expect(shared?.excess).toBeLessThan(0.1);
});
