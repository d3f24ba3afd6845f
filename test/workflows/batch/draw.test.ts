/** Who was given what can be shown to have been drawn by seed, name and item alone: replayed, it comes out the same (S048). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimGrant, ClaimRequest } from '../../../schemas/batch.ts';
import { Batch, type BatchJson } from '../../../workflows/batch/batch.ts';
import { draw } from '../../../workflows/batch/draw.ts';
import { CHECKS, checksOf, settingsOf, voteOn } from './support.ts';

const ITEMS = Array.from({ length: 12 }, (_, i) => `it_${i}`);
const checks = { ...CHECKS, rate: 0.4, minAnswers: 1000 };
const settings = settingsOf({ checks }, { redundancy: 2 });
const begin = (seed: string): Batch => Batch.of(settings, ITEMS, { checks: checksOf(8), seed });

/** What the history of a batch records of it: its Updates, in order, with their times. */
type Recorded = { readonly now: number } & (
  | { readonly claim: ClaimRequest }
  | { readonly answer: { readonly annotator: string; readonly item: string } }
  | { readonly resume: true }
);

/** Applies what was recorded to a batch that starts from a seed; every grant, in order. */
const replay = (seed: string, recorded: readonly Recorded[]): ClaimGrant[] => {
  let batch = begin(seed);
  const grants: ClaimGrant[] = [];
  for (const act of recorded) {
    if ('claim' in act) grants.push(batch.claim(act.claim, act.now));
    else if ('answer' in act) {
      const { annotator, item } = act.answer;
      batch.submit({ annotator, votes: [voteOn(item)] }, act.now);
    } else batch = new Batch(settings, JSON.parse(JSON.stringify(batch)) as BatchJson);
  }
  return grants;
};

/** People who claim and answer what they were given, some of it, in an order that is drawn. */
const act = fc.record({
  who: fc.constantFrom('p', 'q', 'r', 's'),
  n: fc.integer({ min: 1, max: 4 }),
  answers: fc.nat(4),
});
const session = fc.array(act, { minLength: 1, maxLength: 25 });
/** So few that work is left for somebody else. */
const few = fc.array(act, { maxLength: 3 });
const record = (seed: string, acts: { who: string; n: number; answers: number }[], resumes: boolean): Recorded[] => {
  const batch = begin(seed);
  const recorded: Recorded[] = [];
  for (const [now, { who, n, answers }] of acts.entries()) {
    const claim = { annotator: who, n };
    recorded.push({ now, claim });
    const { items } = batch.claim(claim, now);
    for (const item of items.slice(0, answers)) {
      recorded.push({ now, answer: { annotator: who, item } });
      batch.submit({ annotator: who, votes: [voteOn(item)] }, now);
    }
    if (resumes) recorded.push({ now, resume: true });
  }
  return recorded;
};

describe('assignments', () => {
  it('come out the same from the seed and what people did, also where the batch continued as new', () => {
    fc.assert(
      fc.property(session, fc.string({ minLength: 1 }), (acts, seed) => {
        const grants = replay(seed, record(seed, acts, false));
        expect(replay(seed, record(seed, acts, false))).toEqual(grants);
        expect(replay(seed, record(seed, acts, true))).toEqual(grants);
      }),
    );
  });

  it('are another seed’s where the seed is another', () => {
    const acts = Array.from({ length: 6 }, () => ({ who: 'p', n: 2, answers: 2 }));
    const recorded = record('seed', acts, false).filter((act) => 'claim' in act);
    expect(replay('other', recorded)).not.toEqual(replay('seed', recorded));
  });

  it('depend on no name but one’s own: whoever else is there, one meets the same checks at the same places', () => {
    fc.assert(
      fc.property(few, fc.constantFrom('p', 'someone-else'), (acts, name) => {
        const batch = begin('seed');
        for (const [now, { who, n, answers }] of acts.entries())
          for (const item of batch.claim({ annotator: `other-${who}`, n }, now).items.slice(0, answers))
            batch.submit({ annotator: `other-${who}`, votes: [voteOn(item)] }, now);
        const places: boolean[] = [];
        for (let handed = 0; handed < 5; handed++) {
          const [item] = batch.claim({ annotator: name, n: 1 }, 100).items;
          places.push(item?.startsWith('check') === true);
          batch.submit({ annotator: name, votes: [voteOn(item ?? '')] }, 100);
        }
        expect(places).toEqual(places.map((_, handed) => draw(`seed\n${name}\n${handed}`) < checks.rate));
      }),
    );
  });
});
