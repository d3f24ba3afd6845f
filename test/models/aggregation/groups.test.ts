import { expect, test } from 'vitest';
import { type AnnotatorRegistry, withGroups } from '../../../models/aggregation/groups.ts';
import { labelOf } from '../../../models/aggregation/item.ts';
import type { VoteGroup } from '../../../models/aggregation/votes.ts';
import { Label } from '../../../schemas/label.ts';

const registry: AnnotatorRegistry = new Map([
  ['human:p0', { vendor: 'north', groups: ['region:eu'] }],
  ['human:p1', { vendor: 'north', groups: ['region:eu'] }],
  ['human:p2', { vendor: 'south', groups: ['region:us'] }],
]);
const group = (values: readonly (string | number)[], kind: VoteGroup['kind'] = 'category'): VoteGroup => ({
  task: kind === 'number' ? 'rating' : 'pairwise',
  response: null,
  aspect: null,
  pool: null,
  kind,
  votes: values.map((value, i) => ({ source: `human:p${i}`, annotation: `an_${i}`, value, strength: null })),
  ruling: null,
});

test('each group’s winner and the minority stand beside the label, which stays as it is', () => {
  const votes = group(['b', 'b', 'a', 'a', 'a']);
  const plain = labelOf('i', votes);
  const label = withGroups(plain, votes, registry);
  expect(label).toEqual({
    ...plain,
    groups: {
      'region:eu': { category: 'b', value: null, n: 2 },
      'region:us': { category: 'a', value: null, n: 1 },
      'vendor:north': { category: 'b', value: null, n: 2 },
      'vendor:south': { category: 'a', value: null, n: 1 },
    },
    minority: { category: 'b', share: 0.4 },
  });
  expect(label.category).toBe('a');
  expect(Label.parse(label)).toEqual(label);
});

test('a group divided says what a tie of the task becomes; numbers are averaged; strangers are in no group', () => {
  expect(withGroups(labelOf('i', group(['a', 'b'])), group(['a', 'b']), registry).groups?.['vendor:north']).toEqual({
    category: 'tie',
    value: null,
    n: 2,
  });
  const numbers = group([1, 4, 5], 'number');
  expect(withGroups(labelOf('i', numbers), numbers, registry)).toMatchObject({
    groups: { 'region:eu': { category: null, value: 2.5, n: 2 } },
  });
  const same = group(['a', 'a']);
  expect(withGroups(labelOf('i', same), same, new Map())).toEqual(labelOf('i', same));
});
