import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tellGroups } from '../../../models/fairness/small-groups.ts';

/** A group of so many people, each with ten votes. */
const group = (name: string, people: number) => ({
  group: name,
  votes: 10 * people,
  people: Array.from({ length: people }, (_, i) => `${name} ${i}`),
});

it('S072: a group of k − 1 people is told with the next larger of its attribute, one of k by itself', () => {
  const groups = [group('region:eu', 5), group('region:us', 9), group('region:sm', 4), group('age:60', 5)];
  expect(tellGroups(groups, 5)).toEqual({
    groups: [
      { group: '2 groups of region together', votes: 90 },
      { group: 'age:60', votes: 50 },
      { group: 'region:us', votes: 90 },
    ],
    withheld: 0,
    least: 5,
  });
  expect(tellGroups(groups, 1).groups).toHaveLength(4);
});

it('S072: two small groups of few people take a third with them; where all are few nothing is told', () => {
  const [a, b, c] = [group('a', 1), group('b', 2), group('c', 7)];
  expect(tellGroups([a, b, c], 5)).toMatchObject({ groups: [{ group: '3 groups together', votes: 100 }] });
  expect(tellGroups([a, b], 5)).toEqual({ groups: [], withheld: 2, least: 5 });
  expect(tellGroups([group('vendor:one', 4)], 5)).toEqual({ groups: [], withheld: 1, least: 5 });
});

it('one person in two groups counts once', () => {
  const twice = [
    { group: 'region:eu', votes: 3, people: ['p', 'q'] },
    { group: 'region:de', votes: 3, people: ['p'] },
  ];
  expect(tellGroups(twice, 3)).toMatchObject({ groups: [], withheld: 2 });
});

it('S072: no row, and no attribute’s total less its rows, stands for one group of fewer than k people', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 2, max: 9 }), (given, least) => {
      const groups = given.map((people, i) => group(`region:${i}`, people));
      const { groups: told, withheld } = tellGroups(groups, least);
      const alone = told.filter((row) => row.group.startsWith('region:'));
      for (const row of told) expect(row.votes / 10).toBeGreaterThanOrEqual(least);
      const hidden = groups.filter((each) => !alone.some((row) => row.group === each.group));
      expect(hidden.length).not.toBe(withheld === 0 ? 1 : 0);
      expect(withheld === 0 || told.length === 0).toBe(true);
      const votes = groups.reduce((sum, each) => sum + each.votes, 0);
      if (withheld === 0) expect(told.reduce((sum, row) => sum + row.votes, 0)).toBe(votes);
    }),
  );
});
