import { expect, test } from 'vitest';
import { ordered, pageOf, placeAfter } from '../../console/review/queue.ts';
import type { QueuedReview } from '../../schemas/console.ts';

const entry = (item: string, given: Partial<QueuedReview> = {}): QueuedReview => ({
  item,
  batch: 'batch/r/0',
  run: 'r',
  reasons: ['disagreement'],
  votes: 3,
  agreement: 0.5,
  notes: 0,
  ...given,
});
const all = { run: null, reason: null };

test('people who wait come first, then the least agreement', () => {
  const queue = [
    entry('calm', { agreement: 0.9 }),
    entry('check', { reasons: ['failed-check'], agreement: null }),
    entry('split', { agreement: 0 }),
    entry('disputed', { reasons: ['disagreement', 'dispute'], agreement: 1 }),
    entry('nobody', { reasons: ['unanswerable'], agreement: null }),
  ];
  const names = (entries: readonly QueuedReview[]) => entries.map(({ item }) => item);
  expect(names(ordered(queue, all))).toEqual(['disputed', 'check', 'split', 'calm', 'nobody']);
  expect(names(ordered(queue.toReversed(), all))).toEqual(names(ordered(queue, all)));
  expect(names(ordered(queue, { run: null, reason: 'disagreement' }))).toEqual(['disputed', 'split', 'calm']);
  expect(ordered(queue, { run: 'other', reason: null })).toEqual([]);
});

test('steps stay inside the queue', () => {
  expect(placeAfter(3, 0, -1)).toBe(0);
  expect(placeAfter(3, 2, 1)).toBe(2);
  expect(placeAfter(3, 0, 1)).toBe(1);
  expect(placeAfter(2, 5, 0)).toBe(1);
  expect(placeAfter(0, 0, 1)).toBeNull();
});

test('an address keeps the filter', () => {
  expect(pageOf(entry('it_1'), { run: 'r', reason: 'dispute' })).toBe(
    '/review/item?batch=batch%2Fr%2F0&item=it_1&run=r&reason=dispute',
  );
});
