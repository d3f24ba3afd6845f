import { describe, expect, test } from 'vitest';
import { aboveCap, concentrationOf } from '../../../../models/aggregation/annotators/concentration.ts';
import { spammerScore } from '../../../../models/aggregation/annotators/reliability.ts';
import { scorecards } from '../../../../models/aggregation/annotators/scorecard.ts';
import type { VoteRecord } from '../../../../models/aggregation/annotators/vote-record.ts';
import { createRandom } from '../../../../models/random.ts';
import { AnnotatorFigures } from '../../../../schemas/scorecard.ts';

type Habit = 'fair' | 'first' | 'longer' | 'random' | 'constant' | 'fast' | 'poor';

/** Pairwise votes on 200 items by people of the habits named, each item by all of them; every tenth item is a check. */
const planted = (habits: readonly Habit[], seed = 1): VoteRecord[] => {
  const random = createRandom(seed);
  return Array.from({ length: 200 }, (_, i) => i).flatMap((i) => {
    const truth = random() < 0.5 ? 'a' : 'b';
    const other = truth === 'a' ? 'b' : 'a';
    const lengths = random() < 0.5 ? ([100, 200] as const) : ([200, 100] as const);
    return habits.map((habit, who): VoteRecord => {
      const first = random() < 0.5 ? 'a' : 'b';
      const honest = random() < (habit === 'poor' ? 0.6 : 0.9) ? truth : other;
      const value = {
        fair: honest,
        fast: honest,
        poor: honest,
        first: random() < 0.7 ? first : honest,
        longer: random() < 0.7 ? (lengths[0] > lengths[1] ? ('a' as const) : ('b' as const)) : honest,
        random: random() < 0.5 ? ('a' as const) : ('b' as const),
        constant: 'a' as const,
      }[habit];
      const right = i % 10 === 0 ? value === truth : null;
      const seconds = (habit === 'fast' ? 1 : 20) + random();
      const question = `it${i}`;
      return {
        question,
        item: question,
        annotator: `${habit}${who}`,
        task: 'pairwise',
        pool: null,
        value,
        seconds,
        first,
        lengths,
        right,
      };
    });
  });
};

const flagsIn = (votes: readonly VoteRecord[]) =>
  Object.fromEntries(
    scorecards(votes).annotators.map(({ subject, flags }) => [subject, flags.map(({ flag }) => flag)] as const),
  );

test('S042, S328, S331: each planted habit is found, and nobody fair is flagged', () => {
  const flags = flagsIn(planted(['fair', 'fair', 'fair', 'fair', 'fast', 'first', 'longer', 'random', 'constant']));
  for (const who of ['fair0', 'fair1', 'fair2', 'fair3']) expect(flags[who]).toEqual([]);
  expect(flags['fast4']).toEqual(['speed']);
  expect(flags['first5']).toContain('side');
  expect(flags['longer6']).toContain('length');
  expect(flags['random7']).toContain('spammer');
  expect(flags['constant8']).toEqual(expect.arrayContaining(['spammer', 'constant']));
});

test('fair people are seldom flagged: over 40 crowds of six, no more than one in a hundred', () => {
  const all = Array.from({ length: 40 }, (_, seed) =>
    Object.values(flagsIn(planted(Array<Habit>(6).fill('fair'), seed))),
  );
  expect(all.flat().filter((flags) => flags.length > 0).length).toBeLessThanOrEqual(2);
});

test('volume earns nothing: the same habits over half the items have the same shares', () => {
  const votes = planted(['fair', 'fair', 'first', 'poor']);
  const half = votes.filter(({ item }) => Number(item.slice(2)) % 2 === 0);
  const [whole, part] = [scorecards(votes), scorecards(half)].map(
    (found) => new Map(found.annotators.map((c) => [c.subject, c])),
  );
  for (const who of ['fair0', 'first2', 'poor3'])
    expect(part?.get(who)?.agreement.value).toBeCloseTo(whole?.get(who)?.agreement.value ?? 0, 1);
});

test('S330: a biased vendor shows beside a fair one; shares and their concentration are stated', () => {
  const votes = planted(['fair', 'fair', 'fair', 'first', 'first', 'fair']);
  const registry = new Map(
    ['fair0', 'fair1', 'fair2', 'first3', 'first4'].map((subject) => [
      subject,
      { vendor: subject.startsWith('fair') ? 'careful' : 'hasty', active: true },
    ]),
  );
  const figures = scorecards(votes, registry);
  expect(AnnotatorFigures.parse({ ...figures, coverage: { votes: votes.length, of: votes.length } })).toMatchObject(
    figures,
  );
  expect(
    figures.vendors.map(({ vendor, annotators, flags }) => [vendor, annotators, flags.map(({ flag }) => flag)]),
  ).toEqual([
    ['careful', 3, []],
    ['hasty', 2, expect.arrayContaining(['side'])],
    [null, 1, []],
  ]);
  expect(figures.vendors.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  // 600 votes of one, 400 of the other.
  expect(figures.concentration.vendors).toBeCloseTo(0.36 + 0.16, 12);
  expect(figures.concentration.annotators).toBeCloseTo(1 / 6, 12);
});

test('severity is the mean distance from what others gave, and flagged where it is large', () => {
  const random = createRandom(5);
  const votes = Array.from({ length: 60 }, (_, i) => i).flatMap((i) => {
    const level = 2 + 2 * random();
    return ['ann', 'bob', 'eve', 'dan'].map((annotator): VoteRecord => {
      const value = level + random() - (annotator === 'eve' ? 1.5 : 0);
      return {
        question: `q${i}`,
        item: `q${i}`,
        annotator,
        task: 'rating',
        pool: 'quality',
        value,
        seconds: null,
        first: null,
        lengths: null,
        right: null,
      };
    });
  });
  const eve = scorecards(votes).annotators.find(({ subject }) => subject === 'eve');
  expect(eve?.severity).toBeCloseTo(-1.5, 0.7);
  expect(eve?.flags.map(({ flag }) => flag)).toContain('severity');
  expect(eve?.seconds).toBeNull();
  expect(eve?.first).toEqual({ value: null, ci: null, n: 0 });
});

test('failed checks are flagged', () => {
  const card = scorecards(planted(['fair', 'fair', 'fair', 'random'])).annotators.find(
    ({ subject }) => subject === 'random3',
  );
  expect(card?.checks.n).toBe(20);
  expect(card?.flags.map(({ flag }) => flag)).toContain('checks');
});

describe('Raykar & Yu’s score', () => {
  test.each([
    [[1, 0, 0, 1], 2, 1],
    [[0, 1, 1, 0], 2, 1],
    [[0.5, 0.5, 0.5, 0.5], 2, 0],
    [[1, 0, 1, 0], 2, 0],
    [[0.9, 0.1, 0.2, 0.8], 2, 0.49],
    [[1, 0, 0, 0, 1, 0, 0, 0, 1], 3, 1],
  ])('%j', (confusion, categories, score) => {
    expect(spammerScore(confusion, categories)).toBeCloseTo(score, 12);
  });
});

test('S332: concentration by hand, and who is above a cap', () => {
  expect(concentrationOf([50, 30, 20])).toBeCloseTo(0.25 + 0.09 + 0.04, 12);
  expect(concentrationOf([])).toBeNull();
  expect(
    aboveCap(
      new Map([
        ['a', 50],
        ['b', 30],
        ['c', 20],
      ]),
      0.25,
    ),
  ).toEqual([
    { name: 'a', share: 0.5 },
    { name: 'b', share: 0.3 },
  ]);
});
