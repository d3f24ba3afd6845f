import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Candidate, LabelFact } from '../../../models/selection/candidate.ts';
import { generatorReports } from '../../../models/selection/generators.ts';
import { ruleOf } from '../../../models/selection/rules.ts';
import { selectCandidates } from '../../../models/selection/select.ts';
import { verdictOf } from '../../../models/selection/verdict.ts';
import { CurateConfig } from '../../../schemas/pipeline.ts';
import { alone, candidateOf, labelFact } from '../../support/candidates.ts';

const label = (fields: Partial<LabelFact>): LabelFact =>
  labelFact({ task: 'regions', response: 0, value: 2, pFlip: 0.1, agreement: 0.2, n: 3, ...fields });

const candidate = (item: string, fields: Partial<Candidate> = {}): Candidate =>
  candidateOf(item, {
    group: 'g',
    verdict: verdictOf([label({ task: 'rating', aspect: 'quality' })], 1),
    responses: [item],
    ...fields,
  });

const select = (candidates: readonly Candidate[], given: object) =>
  selectCandidates(candidates, CurateConfig.parse({ validation: 0, ...given }), alone);

const reasons = async (candidates: readonly Candidate[], given: object) =>
  (await select(candidates, given)).decisions.map(({ reason }) => reason);

it('keeps items of which only regions or words were marked, as task regions', async () => {
  expect(verdictOf([label({})], 1)).toMatchObject({ task: 'regions', chosen: null, agreement: null, n: 3 });
  expect(verdictOf([label({ task: 'keywords', aspect: '0:cat', category: 'true' })], 1)?.task).toBe('regions');
  expect(verdictOf([label({}), label({ task: 'rating', aspect: 'quality', value: 4 })], 1)?.task).toBe('rating');
  expect(verdictOf([label({ task: 'critique' })], 1)).toBeNull();
  expect(await reasons([candidate('a', { verdict: verdictOf([label({})], 1) })], { minAgreement: 0.5 })).toEqual([
    'selected',
  ]);
});

it('takes out what scores too low in an aspect, by people where they rated it, and says by whom', async () => {
  const scored = (value: number, rated: boolean) => ({ aspects: { plausibility: { value, rated } } });
  const candidates = [
    candidate('a', scored(0.7, true)),
    candidate('b', scored(0.5, true)),
    candidate('c', scored(0.5, false)),
    candidate('d'),
  ];
  const { decisions } = await select(candidates, { minScores: { plausibility: 0.6 } });
  expect(decisions.map(({ reason }) => reason)).toEqual(['selected', 'low-score', 'low-score', 'selected']);
  expect(decisions[2]?.values).toMatchObject({ aspect: 'plausibility', score: 0.5, by: 'model' });
  expect(decisions[1]?.rule).toBe('plausibility ≥ 0.6 where it is known');
});

it('takes out images of which too much is marked, by people’s map before the predicted one', async () => {
  const marked = (merged: number | null, predicted: number | null) => ({
    masses: { implausibility: { merged, predicted } },
  });
  const candidates = [
    candidate('a', marked(0.01, 0.9)),
    candidate('b', marked(0.3, 0)),
    candidate('c', marked(null, 0.3)),
    candidate('d'),
  ];
  const given = { maxMass: { implausibility: 0.05 } };
  expect(await reasons(candidates, given)).toEqual(['selected', 'too-much-marked', 'too-much-marked', 'selected']);
  expect((await select(candidates, given)).decisions[1]?.values).toMatchObject({ kind: 'implausibility', mass: 0.3 });
  expect(await reasons(candidates, { maxMass: { misalignment: 0 } })).toEqual(candidates.map(() => 'selected'));
});

it('keeps the best of each group by reward, by rating where not all are scored, all where neither is known', async () => {
  const scored = (item: string, group: string, reward: number | null, rating: number | null = null) =>
    candidate(item, {
      group,
      scores: reward === null ? null : [reward],
      verdict: verdictOf([label({ task: 'rating', aspect: 'quality', value: rating })], 1) ?? verdictOf([label({})], 1),
    });
  const candidates = [
    scored('a', 'x', 1, 1),
    scored('b', 'x', 3, 1),
    scored('c', 'x', 2, 9),
    scored('d', 'y', null, 5),
    scored('e', 'y', 9, 4),
    scored('f', 'z', null),
    scored('g', 'z', 1),
  ];
  const { decisions } = await select(candidates, { bestPerGroup: 1 });
  expect(decisions.filter(({ kept }) => kept).map(({ item }) => item)).toEqual(['b', 'd', 'f', 'g']);
  expect(decisions[0]).toMatchObject({ reason: 'not-among-best', values: { rank: 3, figure: 1 } });
  expect(ruleOf('score', CurateConfig.parse({ bestPerGroup: 1 }))).toBe(
    'the best 1 of each group by reward, or else by rating',
  );
});

it('keeps what sorting each group keeps, and never less with a lower bar', async () => {
  const rewards = fc.array(fc.record({ group: fc.constantFrom('x', 'y', 'z'), reward: fc.integer({ max: 9 }) }), {
    minLength: 1,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(rewards, fc.integer({ min: 1, max: 4 }), fc.integer(), async (given, most, bar) => {
      const candidates = given.map(({ group, reward }, i) =>
        candidate(`i${String(i).padStart(2, '0')}`, {
          group,
          scores: [reward],
          aspects: { preference: { value: reward, rated: false } },
        }),
      );
      const kept = async (config: object) =>
        (await select(candidates, config)).decisions.filter((decision) => decision.kept).map(({ item }) => item);
      const expected = [...Map.groupBy(candidates, ({ group }) => group).values()]
        .flatMap((members) => members.toSorted((a, b) => (b.scores?.[0] ?? 0) - (a.scores?.[0] ?? 0)).slice(0, most))
        .map(({ item }) => item);
      expect(await kept({ bestPerGroup: most })).toEqual(expected.sort());
      const above = await kept({ minScores: { preference: bar } });
      expect(above).toEqual(candidates.filter(({ scores }) => (scores?.[0] ?? 0) >= bar).map(({ item }) => item));
      for (const item of above) expect(await kept({ minScores: { preference: bar - 1 } })).toContain(item);
    }),
    { numRuns: 50 },
  );
});

it('reports each generator’s mean ratings and marks, with intervals where there are two figures', async () => {
  const made = (item: string, generator: string | null, value: number, merged: number | null) =>
    candidate(item, {
      generator,
      aspects: { quality: { value, rated: true }, guess: { value, rated: false } },
      masses: { implausibility: { merged, predicted: 0.5 } },
    });
  const candidates = [made('a', 'x', 1, 0.1), made('b', 'x', 3, 0.3), made('c', 'y', 5, null), made('d', null, 9, 1)];
  const [x, y, ...others] = generatorReports(candidates, (index) => index === 1);
  expect(others).toEqual([]);
  expect(x).toMatchObject({ model: 'x', n: 2, selected: 1 });
  expect(Object.keys(x?.ratings ?? {})).toEqual(['quality']);
  expect(x?.ratings['quality']?.mean).toBe(2);
  // 2 less the 97.5th percentile of the normal: the standard error of 1 and 3 is 1.
  expect(x?.ratings['quality']?.ci?.[0]).toBeCloseTo(0.040_036_015_459_946, 12);
  expect(x?.mass['implausibility']?.mean).toBeCloseTo(0.2, 12);
  expect(y).toMatchObject({
    ratings: { quality: { n: 1, mean: 5, ci: null } },
    mass: { 'implausibility predicted': { n: 1 } },
  });
  expect(y?.mass['implausibility']).toBeUndefined();
});
