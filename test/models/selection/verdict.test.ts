import { expect, it } from 'vitest';
import type { LabelFact } from '../../../models/selection/candidate.ts';
import { verdictOf } from '../../../models/selection/verdict.ts';

const label = (fields: Partial<LabelFact>): LabelFact => ({
  task: 'pairwise',
  response: null,
  aspect: null,
  category: null,
  value: null,
  pFlip: null,
  agreement: null,
  n: 1,
  ...fields,
});

it('reads a preference', () => {
  const labels = [label({ category: 'b', pFlip: 0.1, agreement: 0.6, n: 5 })];
  expect(verdictOf(labels, 2)).toMatchObject({ chosen: 1, rejected: 0, tie: false, pFlip: 0.1, agreement: 0.6, n: 5 });
  expect(verdictOf([label({ category: 'tie' })], 2)).toMatchObject({ chosen: null, rejected: null, tie: true });
});

it('takes the best and the worst of a ranking', () => {
  const ranks = [2, 3, 1].map((value, response) => label({ task: 'ranking', response, value }));
  expect(verdictOf(ranks, 3)).toMatchObject({ task: 'ranking', chosen: 2, rejected: 1 });
  const equal = [1, 1].map((value, response) => label({ task: 'ranking', response, value }));
  expect(verdictOf(equal, 2)).toMatchObject({ chosen: null, tie: true });
});

it('averages aspects, and compares rated responses', () => {
  const one = [
    label({ task: 'rating', response: 0, aspect: 'quality', value: 4, agreement: 1, n: 2 }),
    label({ task: 'rating', response: 0, aspect: 'text', value: 2, agreement: 0, n: 3 }),
  ];
  expect(verdictOf(one, 1)).toMatchObject({
    rating: 3,
    ratings: { quality: 4, text: 2 },
    chosen: null,
    tie: false,
    agreement: 0.5,
    n: 3,
  });
  expect(verdictOf([...one, label({ task: 'rating', response: 1, value: 5 })], 2)).toMatchObject({
    chosen: 1,
    rejected: 0,
    rating: 3,
  });
});

it('reads binary labels and demonstrations, the most direct comparison first', () => {
  const good = label({ task: 'binary', response: 0, category: 'true' });
  const shown = label({ task: 'demonstration' });
  expect(verdictOf([good], 1)).toMatchObject({ task: 'binary', good: true, chosen: null });
  expect(verdictOf([shown], 1)).toMatchObject({ task: 'demonstration', chosen: 1, rejected: null });
  expect(verdictOf([shown, good], 1)).toMatchObject({ task: 'binary' });
  expect(verdictOf([good, label({ category: 'a' })], 2)).toMatchObject({ task: 'pairwise' });
  expect(verdictOf([label({ task: 'safety', aspect: 'severity', value: 2 })], 1)).toBeNull();
  expect(verdictOf([], 1)).toBeNull();
});
