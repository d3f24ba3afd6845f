import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Candidate } from '../../../models/selection/candidate.ts';
import { STEPS } from '../../../models/selection/rules.ts';
import { selectCandidates } from '../../../models/selection/select.ts';
import { verdictOf } from '../../../models/selection/verdict.ts';
import { isAssayError } from '../../../schemas/errors.ts';
import { CurateConfig } from '../../../schemas/pipeline.ts';
import { alone, candidateOf, labelFact } from '../../support/candidates.ts';

const preferring = (category: 'a' | 'b' | 'tie', agreement: number | null = null) =>
  verdictOf([labelFact({ category, agreement })], 2);

const config = (given: object = {}) => CurateConfig.parse(given);

const reasons = async (candidates: readonly Candidate[], given: object = {}): Promise<Record<string, string>> => {
  const { decisions } = await selectCandidates(candidates, config(given), alone);
  return Object.fromEntries(decisions.map(({ item, step, reason }) => [item, `${step}: ${reason}`]));
};

it('takes out what has no usable label, says why and keeps the rest', async () => {
  expect(
    await reasons(
      [
        candidateOf('kept'),
        candidateOf('unlabelled', { labelled: false, verdict: null }),
        candidateOf('marked', { verdict: null }),
        candidateOf('empty', { responses: ['r0', null] }),
        candidateOf('same', { responses: ['r0', 'r0'] }),
        candidateOf('tied', { verdict: preferring('tie') }),
        candidateOf('divided', { verdict: preferring('a', 1 / 3) }),
      ],
      { minAgreement: 0.5 },
    ),
  ).toEqual({
    kept: 'rows: selected',
    unlabelled: 'label: unlabelled',
    marked: 'label: no-preference',
    empty: 'label: empty-response',
    same: 'label: identical-responses',
    tied: 'ties: tie',
    divided: 'agreement: low-agreement',
  });
});

it('keeps one vote whatever the floor of agreement, and ties when asked', async () => {
  expect(
    await reasons([candidateOf('one'), candidateOf('tied', { verdict: preferring('tie') })], {
      minAgreement: 1,
      dropTies: false,
    }),
  ).toEqual({
    one: 'rows: selected',
    tied: 'rows: selected',
  });
});

it('filters by reward and rating', async () => {
  const scored = (item: string, a: number, b: number) => candidateOf(item, { scores: [a, b] });
  expect(
    await reasons([scored('agrees', 2, 1), scored('within', 1, 1.4), scored('against', 1, 2)], {
      maxScoreContradiction: 0.5,
    }),
  ).toEqual({ agrees: 'rows: selected', within: 'rows: selected', against: 'score: contradicts-reward' });
  const rated = (item: string, value: number) =>
    candidateOf(item, { verdict: verdictOf([labelFact({ task: 'rating', response: 0, value })], 1), responses: ['r'] });
  expect(await reasons([rated('high', 4), rated('low', 2)], { minRating: 3 })).toEqual({
    high: 'rows: selected',
    low: 'score: low-rating',
  });
  const ranked = [scored('w', 1, 0), scored('x', 4, 0), scored('y', 3, 0), scored('z', 2, 0)];
  expect(await reasons(ranked, { topShare: 0.5 })).toEqual({
    w: 'score: below-top-share',
    x: 'rows: selected',
    y: 'rows: selected',
    z: 'score: below-top-share',
  });
  expect(await reasons([candidateOf('unscored')], { topShare: 0.1 })).toEqual({ unscored: 'rows: selected' });
});

it('keeps the first of equal content and none where labels contradict', async () => {
  const swapped = { responses: ['r1', 'r0'], content: 'same' };
  expect(
    await reasons([
      candidateOf('first', { content: 'same' }),
      candidateOf('copy', { content: 'same' }),
      candidateOf('swapped', { ...swapped, verdict: preferring('b') }),
    ]),
  ).toEqual({ first: 'rows: selected', copy: 'dedup: duplicate', swapped: 'dedup: duplicate' });
  const { decisions } = await selectCandidates(
    [candidateOf('p', { content: 'same' }), candidateOf('q', swapped)],
    config(),
    alone,
  );
  expect(decisions.map(({ reason }) => reason)).toEqual(['conflict', 'conflict']);
  const good = (item: string, category: string) =>
    candidateOf(item, {
      content: 'text',
      responses: ['r'],
      verdict: verdictOf([labelFact({ task: 'binary', response: 0, category })], 1),
    });
  expect(await reasons([good('yes', 'true'), good('no', 'false')])).toEqual({
    yes: 'dedup: conflict',
    no: 'dedup: conflict',
  });
  expect(await reasons([good('yes', 'true'), good('no', 'false')], { dedup: 'none' })).toEqual({
    yes: 'rows: selected',
    no: 'rows: selected',
  });
});

const arbitrary: fc.Arbitrary<Candidate[]> = fc
  .array(
    fc.record({
      group: fc.constantFrom('g1', 'g2', 'g3', 'g4'),
      content: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6'),
      labelled: fc.boolean(),
      verdict: fc.option(
        fc
          .record({
            category: fc.constantFrom<'a' | 'b' | 'tie'>('a', 'b', 'tie'),
            agreement: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
          })
          .map(({ category, agreement }) => preferring(category, agreement)),
      ),
      responses: fc.constantFrom(['r0', 'r1'], ['r1', 'r0'], ['r0', null], ['r0', 'r0']),
      scores: fc.option(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }))),
      near: fc.option(
        fc.record({
          cluster: fc.constantFrom('n1', 'n2'),
          kind: fc.constantFrom(null, 'lexical' as const, 'semantic' as const),
          similarity: fc.constant(0.9),
          sides: fc.constantFrom([0, 1], [1, 0]),
          earlier: fc.constantFrom(null, null, { dataset: 'd@0', item: 'x' }),
        }),
      ),
      overlaps: fc.constantFrom(
        [],
        [],
        [{ benchmark: 'b', row: '1', response: -1, words: 13, start: 0, end: 9, span: 's' }],
      ),
      resemblances: fc.constantFrom(
        [],
        [],
        [{ benchmark: 'b', row: '1', line: 1, response: 0, similarity: 0.97, question: 'q' }],
      ),
    }),
    { maxLength: 40 },
  )
  .map((rows) => rows.map((row, index) => candidateOf(`i${index}`, row)));

/** The selection, or null where what is declared leaves nothing or asks for figures nobody has. */
const selectionOf = (candidates: readonly Candidate[], given: object) =>
  selectCandidates(candidates, config(given), alone).catch((error: unknown) => {
    if (isAssayError(error) && ['ASY-6201', 'ASY-6202'].includes(error.code)) return null;
    throw error;
  });

const arbitraryConfig = fc.record({
  minAgreement: fc.constantFrom(0, 0.5, 1),
  maxScoreContradiction: fc.constantFrom(null, 0, 2),
  topShare: fc.constantFrom(0, 0.3, 1),
  dropTies: fc.boolean(),
  dedup: fc.constantFrom('exact', 'near', 'none'),
  filters: fc.constantFrom(
    [],
    [{ kind: 'agreement', min: 0.3 }],
    [
      { kind: 'score', min: 0 },
      { kind: 'pFlip', max: 0.5 },
    ],
  ),
  select: fc.constantFrom(
    [],
    [{ method: 'best-of-n', by: 'agreement' }],
    [
      { method: 'top-k', share: 0.7 },
      { method: 'caps', caps: [{ attribute: 'group', most: 0.6 }] },
    ],
  ),
  validation: fc.constantFrom(0, 0.3, 1),
  seed: fc.integer({ min: 0, max: 5 }),
});

it('accounts for every item at every step', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrary, arbitraryConfig, async (candidates, given) => {
      const selection = await selectionOf(candidates, given);
      if (selection === null) return;
      const { decisions, splits, funnel, clusters } = selection;
      for (const { item, kept, reason } of clusters) {
        const decision = decisions.find((one) => one.item === item);
        if (!kept) expect(decision).toMatchObject({ step: 'dedup', kept: false, reason });
      }
      expect(funnel.map(({ step }) => step)).toEqual([...STEPS]);
      expect(funnel[0]).toEqual({ step: 'items', in: candidates.length, out: candidates.length, reasons: {} });
      funnel.forEach((step, i) => {
        expect(step.in).toBe(funnel[i - 1]?.out ?? candidates.length);
        expect(Object.values(step.reasons).reduce((sum, n) => sum + n, 0)).toBe(step.in - step.out);
      });
      expect(decisions.map(({ item }) => item)).toEqual(candidates.map(({ item }) => item));
      expect(decisions.filter(({ kept }) => kept)).toHaveLength(funnel.at(-1)?.out ?? -1);
      decisions.forEach(({ kept }, i) => expect(splits[i] !== null).toBe(kept));
    }),
  );
});

it('never lets a group straddle the split, nor leaves training empty', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrary, arbitraryConfig, async (candidates, given) => {
      const selection = await selectionOf(candidates, given);
      if (selection === null) return;
      const { splits } = selection;
      const sides = new Map<string, string>();
      candidates.forEach(({ group }, i) => {
        const split = splits[i];
        if (split == null) return;
        expect(sides.get(group) ?? split).toBe(split);
        sides.set(group, split);
      });
      if (sides.size > 0) expect([...sides.values()]).toContain('train');
      if (sides.size > 1 && given.validation > 0) expect([...sides.values()]).toContain('validation');
      if (given.validation === 0) expect([...sides.values()]).not.toContain('validation');
    }),
  );
});

it('never moves a group across when others join', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => candidateOf(`i${i}`));
  const small = (await selectCandidates(many(200), config({ validation: 0.2 }), alone)).splits;
  const large = (await selectCandidates(many(1000), config({ validation: 0.2 }), alone)).splits;
  expect(large.slice(0, 200)).toEqual(small);
  expect(large.filter((split) => split === 'validation').length / 1000).toBeCloseTo(0.2, 1);
});

it('decides alike for items whatever stands beside them, but for duplicates and shares', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrary, async (candidates) => {
      const distinct = candidates.map((one) => ({
        ...one,
        content: one.item,
        near: null,
        overlaps: [],
        resemblances: [],
      }));
      const all = await selectCandidates(distinct, config({ validation: 0.3 }), alone);
      const reversed = await selectCandidates([...distinct].reverse(), config({ validation: 0.3 }), alone);
      expect([...reversed.decisions].reverse()).toEqual(all.decisions);
      expect([...reversed.splits].reverse()).toEqual(all.splits);
    }),
  );
});
