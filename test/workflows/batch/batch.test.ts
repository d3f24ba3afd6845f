import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoteRef } from '../../../schemas/batch.ts';
import { Batch, type BatchSettings } from '../../../workflows/batch/batch.ts';

const settings = (over: Partial<BatchSettings> = {}): BatchSettings => ({
  run: 'r',
  batch: 0,
  tasks: ['pairwise'],
  redundancy: 2,
  leaseMs: 100,
  ...over,
});
const ids = ['x', 'y', 'z'];
const vote = (item: string, sha = 'f'): VoteRef => ({ item, task: 'pairwise', sha256: sha.repeat(64), category: 'a' });

describe('Batch', () => {
  it('leases items, most advanced first, and never the same item twice to one person', () => {
    const batch = Batch.of(settings(), ids);
    expect(batch.claim({ annotator: 'p', n: 2 }, 0).items).toEqual(['x', 'y']);
    expect(batch.claim({ annotator: 'q', n: 2 }, 0).items).toEqual(['x', 'y']);
    expect(batch.claim({ annotator: 'r', n: 2 }, 0).items).toEqual(['z']);
    batch.submit({ annotator: 'p', votes: [vote('x')] }, 1);
    expect(batch.claim({ annotator: 'p', n: 3 }, 0).items).toEqual(['y', 'z']);
  });

  it('gives a repeated claim the items already held, with a fresh lease', () => {
    const batch = Batch.of(settings(), ids);
    batch.claim({ annotator: 'p', n: 2 }, 0);
    const again = batch.claim({ annotator: 'p', n: 2 }, 50);
    expect(again).toMatchObject({ items: ['x', 'y'], leaseEnds: 150, refusal: null });
    expect(batch.state().leased).toBe(2);
  });

  it('says how many wanted votes nobody has been handed', () => {
    const batch = Batch.of(settings(), ids);
    expect(batch.state()).toMatchObject({ open: 6, free: 6 });
    batch.claim({ annotator: 'p', n: 2 }, 0);
    expect(batch.state()).toMatchObject({ open: 6, leased: 2, free: 4 });
    batch.submit({ annotator: 'p', votes: [vote('x')] }, 1);
    expect(batch.state()).toMatchObject({ open: 5, leased: 1, free: 4 });
    batch.expire(1000);
    expect(batch.state()).toMatchObject({ open: 5, leased: 0, free: 5 });
  });

  it('hands out only the items asked for', () => {
    const batch = Batch.of(settings(), ids);
    expect(batch.claim({ annotator: 'p', n: 2, items: ['z', 'nowhere'] }, 0).items).toEqual(['z']);
    expect(batch.claim({ annotator: 'p', n: 2, items: ['y'] }, 0).items).toEqual(['y']);
  });

  it('returns an expired lease to the queue exactly once and refuses its late vote', () => {
    const batch = Batch.of(settings({ redundancy: 1 }), ['x']);
    batch.claim({ annotator: 'p', n: 1 }, 0);
    expect(batch.claim({ annotator: 'q', n: 1 }, 99).items).toEqual([]);
    expect(batch.expire(100)).toBe(1);
    expect(batch.expire(100)).toBe(0);
    expect(() => batch.checkSubmit({ annotator: 'p', votes: [vote('x')] }, 100)).toThrow(/ASY-4003/);
    expect(batch.claim({ annotator: 'q', n: 1 }, 100).items).toEqual(['x']);
  });

  it('takes the same vote twice as one, refuses another vote of the same person', () => {
    const batch = Batch.of(settings(), ids);
    batch.claim({ annotator: 'p', n: 1 }, 0);
    const request = { annotator: 'p', votes: [vote('x')] };
    batch.checkSubmit(request, 1);
    batch.submit(request, 1);
    batch.checkSubmit(request, 1000);
    batch.submit(request, 1);
    expect(batch.votes).toHaveLength(1);
    expect(() => batch.checkSubmit({ annotator: 'p', votes: [vote('x', 'e')] }, 1)).toThrow(/voted already/);
  });

  it('wants every task of an item answered together', () => {
    const batch = Batch.of(settings({ tasks: ['pairwise', 'critique'] }), ids);
    batch.claim({ annotator: 'p', n: 1 }, 0);
    expect(() => batch.checkSubmit({ annotator: 'p', votes: [vote('x')] }, 1)).toThrow(/answer each of/);
  });

  it('asks nobody else after three skips', () => {
    const batch = Batch.of(settings({ redundancy: 1 }), ['x']);
    for (const annotator of ['p', 'q', 'r']) {
      expect(batch.claim({ annotator, n: 1 }, 0).items).toEqual(['x']);
      batch.checkSkip({ annotator, item: 'x', reason: 'unclear' }, 0);
      batch.skip({ annotator, item: 'x', reason: 'unclear' });
    }
    expect(batch.done).toBe(true);
    expect(batch.claim({ annotator: 's', n: 1 }, 0).items).toEqual([]);
  });

  it('refuses malformed Updates, as somebody may type them, instead of failing on them', () => {
    const batch = Batch.of(settings(), ids);
    const bad = [
      undefined,
      null,
      5,
      'x',
      [],
      {},
      { annotator: '' },
      { annotator: 5, n: 1, items: [], votes: [], item: 'x' },
    ];
    for (const request of [...bad, { annotator: 'p' }, { annotator: 'p', n: 0 }, { annotator: 'p', n: 1, items: 'x' }])
      expect(() => batch.checkClaim(request as never)).toThrow(/ASY-4004/);
    for (const request of [
      ...bad,
      { annotator: 'p', votes: [null] },
      { annotator: 'p', votes: [{ ...vote('x'), sha256: 'no' }] },
    ])
      expect(() => batch.checkSubmit(request as never, 0)).toThrow(/ASY-4004/);
    expect(() => batch.checkSubmit({ annotator: 'p', votes: [{ ...vote('x'), category: 'c'.repeat(33) }] }, 0)).toThrow(
      /ASY-4004/,
    );
    for (const request of [...bad, { annotator: 'p', item: 5 }]) {
      expect(() => batch.checkSkip(request as never, 0)).toThrow(/ASY-4004/);
      expect(() => batch.checkRelease(request as never)).toThrow(/ASY-4004/);
    }
    expect(batch.toJSON()).toEqual(Batch.of(settings(), ids).toJSON());
  });

  it('once closed takes no new vote, hands nothing out, and still knows the votes it has', () => {
    const batch = Batch.of(settings(), ids);
    batch.claim({ annotator: 'p', n: 2 }, 0);
    batch.submit({ annotator: 'p', votes: [vote('x')] }, 1);
    batch.close();
    batch.checkSubmit({ annotator: 'p', votes: [vote('x')] }, 1);
    expect(() => batch.checkSubmit({ annotator: 'p', votes: [vote('y')] }, 1)).toThrow(/ASY-4005/);
    expect(() => batch.checkClaim({ annotator: 'q', n: 1 })).toThrow(/ASY-4005/);
    expect(() => batch.checkSkip({ annotator: 'p', item: 'y', reason: '' }, 1)).toThrow(/ASY-4005/);
    expect(batch.votes).toHaveLength(1);
  });

  it('does not grow by strangers who get nothing', () => {
    const batch = Batch.of(settings({ redundancy: 1 }), ['x']);
    batch.claim({ annotator: 'p', n: 1 }, 0);
    for (let n = 0; n < 100; n++) {
      expect(batch.claim({ annotator: `stranger ${n}`, n: 1 }, 0).items).toEqual([]);
      batch.release({ annotator: `stranger ${n}`, items: ['x'] });
    }
    expect(batch.toJSON().annotators).toEqual(['p']);
    expect(batch.state().leased).toBe(1);
  });

  it('loses and doubles nothing, whatever people do and whenever it continues as new', () => {
    const people = ['p', 'q', 'r', 's'];
    const action = fc.record({
      who: fc.constantFrom(...people),
      what: fc.constantFrom('claim', 'submit', 'skip', 'release', 'restart', 'wait'),
      item: fc.constantFrom(...ids),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), fc.integer({ min: 1, max: 3 }), (actions, redundancy) => {
        let batch = Batch.of(settings({ redundancy }), ids);
        let now = 0;
        const accepted = new Set<string>();
        for (const { who, what, item } of actions) {
          now += 7;
          try {
            if (what === 'claim') batch.claim({ annotator: who, n: 2 }, now);
            else if (what === 'wait') now += 60;
            else if (what === 'restart') batch = new Batch(settings({ redundancy }), JSON.parse(JSON.stringify(batch)));
            else if (what === 'release') batch.release({ annotator: who, items: [item] });
            else if (what === 'skip') {
              batch.checkSkip({ annotator: who, item, reason: '' }, now);
              batch.skip({ annotator: who, item, reason: '' });
            } else {
              batch.checkSubmit({ annotator: who, votes: [vote(item)] }, now);
              batch.submit({ annotator: who, votes: [vote(item)] }, 1);
              accepted.add(`${who} ${item}`);
            }
          } catch (error) {
            if (!/ASY-/.test(String(error))) throw error;
          }
          const votes = batch.votes.map((v) => `${v.annotator} ${v.item}`);
          expect(new Set(votes)).toEqual(accepted);
          expect(votes).toHaveLength(accepted.size);
          for (const id of ids) {
            expect(votes.filter((v) => v.endsWith(` ${id}`)).length).toBeLessThanOrEqual(redundancy);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
