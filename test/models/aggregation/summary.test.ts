import { expect, test } from 'vitest';
import { aggregateItem } from '../../../models/aggregation/item.ts';
import { createSummary } from '../../../models/aggregation/summary.ts';
import { krippendorffAlpha } from '../../../models/agreement/krippendorff.ts';
import { unitsOf } from '../../../models/agreement/units.ts';
import type { Annotation, Statement } from '../../../schemas/annotation.ts';
import { LabelSummary } from '../../../schemas/label.ts';
import { annotation } from '../../support/annotations.ts';

const VOTES = ['aab', 'bbb', 'aa', 'b', 'aba'] as const;
const RATINGS = [[1, 2], [4, 4, 5], [3], [2, 2]] as const;

const itemOf = (i: number) => `it_${String(i).padStart(32, '0')}`;
const items: Annotation[][] = [
  ...VOTES.map((votes, i) =>
    votes.split('').map((preferred, who) => {
      const value = { preferred: preferred as 'a' | 'b', strength: null };
      return annotation(`p${who}`, { task: 'pairwise', value } satisfies Statement, { item: itemOf(i) });
    }),
  ),
  ...RATINGS.map((ratings, i) =>
    ratings.map((quality, who) => {
      const value = { response: 0, aspects: { quality, taste: 3 }, min: 1, max: 5 };
      return annotation(`q${who}`, { task: 'rating', value } satisfies Statement, { item: itemOf(100 + i) });
    }),
  ),
];

const summarise = (order: readonly Annotation[][], config = {}) => {
  const summary = createSummary({ bootstraps: 50, ...config });
  for (const annotations of order) summary.add(annotations);
  return summary.end();
};

test('one summary per task and aspect, with α over all items', () => {
  const summaries = summarise(items);
  expect(summaries).toMatchObject([
    { task: 'pairwise', aspect: null, level: 'nominal', n: 5, annotations: 12, annotators: 3 },
    { task: 'rating', aspect: 'quality', level: 'interval', n: 4, annotations: 8, annotators: 3 },
    { task: 'rating', aspect: 'taste', level: 'interval', n: 4, annotations: 8, alpha: null, ci: null, percent: 1 },
  ]);
  expect(summaries[0]?.alpha).toBe(krippendorffAlpha(unitsOf(VOTES.map((votes) => votes.split(''))), 'nominal'));
  expect(summaries[1]?.alpha).toBe(krippendorffAlpha(unitsOf(RATINGS), 'interval'));
  for (const summary of summaries) expect(LabelSummary.parse(summary)).toEqual(summary);
});

test('the order of items changes nothing, and `add` returns the labels', () => {
  expect(summarise([...items].reverse())).toEqual(summarise(items));
  const summary = createSummary();
  expect(items.map((annotations) => summary.add(annotations))).toEqual(
    items.map((annotations) => aggregateItem(annotations)),
  );
  expect(summary.add([])).toEqual([]);
});

test('a configured level is used for numbers, and never for names', () => {
  const levels = { rating: 'ordinal', pairwise: 'ratio' } as const;
  expect(summarise(items, { levels }).map(({ level }) => level)).toEqual(['nominal', 'ordinal', 'ordinal']);
});

test('words and steps are pooled; marks have counts and no α', () => {
  const given = (who: string, statement: Statement) => annotation(who, statement);
  const summaries = summarise([
    [
      given('p', { task: 'steps', value: { response: 0, labels: [1, 1, -1] } }),
      given('q', { task: 'steps', value: { response: 0, labels: [1, 0, -1] } }),
      given('p', { task: 'regions', value: { response: 0, marks: [] } }),
    ],
  ]);
  expect(summaries).toMatchObject([
    { task: 'regions', aspect: null, n: 1, alpha: null, percent: null },
    { task: 'steps', aspect: null, n: 3, annotations: 2, annotators: 2 },
  ]);
  expect(summaries[1]?.alpha).toBe(
    krippendorffAlpha(
      unitsOf([
        [1, 1],
        [1, 0],
        [-1, -1],
      ]),
      'interval',
    ),
  );
});
