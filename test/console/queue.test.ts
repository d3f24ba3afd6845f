import { expect, it } from 'vitest';
import { arrive, front, leave } from '../../console/work/queue.ts';
import type { WorkItem } from '../../schemas/console.ts';

const work = (item: string, leaseEnds = 1): WorkItem => ({
  batch: 'batch/a/1',
  item,
  run: 'a',
  tasks: ['binary'],
  modality: 'text',
  language: null,
  prompt: [],
  promptMedia: [],
  responses: [{ text: 'x', media: null }],
  shown: [0],
  leaseEnds,
  guideline: '1',
});
const items = (queue: readonly WorkItem[]) => queue.map(({ item }) => item);

it('a claim renews what is in hand, adds what is new, and leaves out what is on its way', () => {
  const queue = arrive([work('a'), work('b')], [work('b', 9), work('c', 9), work('d', 9)], [work('d')]);
  expect(items(queue)).toEqual(['a', 'b', 'c']);
  expect(queue.map(({ leaseEnds }) => leaseEnds)).toEqual([1, 9, 9]);
});

it('what comes back comes first, once', () => {
  expect(items(front([work('a'), work('b')], work('b')))).toEqual(['b', 'a']);
  expect(items(leave([work('a'), work('b')], work('a')))).toEqual(['b']);
});
