import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batch, type BatchJson } from '../../../workflows/batch/batch.ts';
import { draw } from '../../../workflows/batch/draw.ts';
import type { Line } from '../../../workflows/batch/state.ts';
import { acting, batchOf, settingsOf } from './support.ts';

const claimant = (
  over: Partial<{ skills: string[]; languages: string[]; vendor: string | null; groups: string[] }> = {},
) => ({
  skills: [],
  languages: [],
  vendor: null,
  groups: [],
  ...over,
});

describe('assign: requirements', () => {
  const requires = { skills: ['law'], vendors: ['acme'], languages: false };
  const batch = () => Batch.of(settingsOf({ requires }), ['x']);

  it.each([
    [claimant(), 'skills'],
    [undefined, 'skills'],
    [claimant({ skills: ['law'] }), 'vendor'],
    [claimant({ skills: ['law'], vendor: 'other' }), 'vendor'],
    [claimant({ skills: ['law', 'tax'], vendor: 'acme' }), null],
  ])('%j: %s', (who, refusal) => {
    expect(batch().claim({ annotator: 'p', n: 1, claimant: who }, 0).refusal).toBe(refusal);
  });

  it('an item in a language goes to those who state it, in any script or region', () => {
    const lines = [
      { id: 'hant', language: 'zh-Hant' },
      { id: 'en', language: 'en' },
      { id: 'any', language: null },
    ];
    const of = (languages: string[]) =>
      Batch.of(settingsOf({ requires: { skills: [], vendors: [], languages: true } }), lines).claim(
        { annotator: 'p', n: 5, claimant: claimant({ languages }) },
        0,
      );
    expect(of(['ZH']).items).toEqual(['hant', 'any']);
    expect(of(['en-GB', 'zh-Hans']).items).toEqual(['any']);
    const only = Batch.of(settingsOf({ requires: { skills: [], vendors: [], languages: true } }), [lines[0] as never]);
    expect(only.claim({ annotator: 'p', n: 1, claimant: claimant({ languages: ['zho'] }) }, 0).refusal).toBe(
      'language',
    );
  });
});

describe('sensitive items', () => {
  const sensitive = { domains: ['minors'], tags: [], skills: ['child-safety'] };
  const lines: Line[] = [{ id: 'open' }, { id: 'guarded', sensitive: true }];
  const of = (batch: Batch, skills: string[], items?: string[]) =>
    batch.claim({ annotator: 'p', n: 5, claimant: claimant({ skills }), ...(items && { items }) }, 0);

  it('go to people with the skill that the run names for them, and to nobody else, asked for by name or not', () => {
    const batch = () => Batch.of(settingsOf({ sensitive }), lines);
    expect(of(batch(), ['child-safety']).items).toEqual(['open', 'guarded']);
    expect(of(batch(), ['law']).items).toEqual(['open']);
    expect(of(batch(), ['law'], ['guarded'])).toMatchObject({ items: [], refusal: 'skills' });
    expect(Batch.of(settingsOf({ sensitive }), lines).claim({ annotator: 'p', n: 5 }, 0).items).toEqual(['open']);
    expect(of(Batch.of(settingsOf(), lines), ['child-safety']).items).toEqual(['open']);
  });

  it('are not shown again to somebody who lost the skill while holding one', () => {
    const batch = Batch.of(settingsOf({ sensitive }), lines);
    expect(of(batch, ['child-safety'], ['guarded']).items).toEqual(['guarded']);
    expect(of(batch, [], ['guarded'])).toMatchObject({ items: [] });
  });

  it('never reach anybody else, whatever people claim, answer, skip or undo, and whenever the batch continues as new', () => {
    const act = fc.record({
      who: fc.constantFrom('p', 'q', 'trained'),
      kind: fc.constantFrom('claim', 'name', 'submit', 'skip', 'undo', 'expire', 'resume'),
      item: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(5), { minLength: 1 }), fc.array(act, { maxLength: 40 }), (planted, acts) => {
        const settings = settingsOf({ sensitive, review: 'disagreements' });
        const ids = Array.from({ length: 6 }, (_, i) => `i${i}`);
        let batch = Batch.of(
          settings,
          ids.map((id, i) => (planted.includes(i) ? { id, sensitive: true } : { id })),
        );
        let now = 0;
        for (const { who, kind, item } of acts) {
          const id = ids[item] ?? '';
          const skills = who === 'trained' ? ['child-safety'] : [];
          const request = { annotator: who, n: 2, claimant: claimant({ skills }) };
          try {
            if (kind === 'claim') batch.claim(request, now);
            else if (kind === 'name') batch.claim({ ...request, items: [id] }, now);
            else if (kind === 'submit') acting(batch).submit(who, id, 'a', now);
            else if (kind === 'skip') acting(batch).skip(who, id);
            else if (kind === 'undo') {
              batch.checkUndo({ annotator: who, item: id }, now);
              batch.undo({ annotator: who, item: id }, now);
            } else if (kind === 'expire') batch.expire((now += 150));
            else batch = new Batch(settings, JSON.parse(JSON.stringify(batch.toJSON())) as BatchJson);
          } catch (error) {
            expect(error).toHaveProperty('type');
          }
          for (const other of ['p', 'q'])
            for (const one of planted) {
              expect(
                batch.toJSON().leases.some((l) => l.item === one && batch.toJSON().annotators[l.annotator] === other),
              ).toBe(false);
              expect(batch.item(ids[one] ?? '')?.votes.map(({ annotator }) => annotator)).not.toContain(other);
            }
        }
      }),
    );
  });
});

it('a skill can be an attestation that an admin states: without it nobody works where the run requires it', () => {
  const adults = () => Batch.of(settingsOf({ requires: { skills: ['adult'], vendors: [], languages: false } }), ['x']);
  expect(adults().claim({ annotator: 'p', n: 1, claimant: claimant() }, 0)).toMatchObject({
    items: [],
    refusal: 'skills',
  });
  expect(adults().claim({ annotator: 'p', n: 1, claimant: claimant({ skills: ['adult'] }) }, 0).items).toEqual(['x']);
});

describe('quotas', () => {
  it('keep places for those still wanted, and stop at their most', () => {
    const quotas = [
      { group: 'eu', min: 1, max: 1 },
      { group: 'us', min: 1, max: null },
    ];
    const desk = batchOf(settingsOf({ quotas }, { redundancy: 3 }), ['x']);
    const as = (name: string, ...groups: string[]) =>
      desk.batch.claim({ annotator: name, n: 1, claimant: claimant({ groups }) }, 0);
    expect(as('p1', 'eu').items).toEqual(['x']);
    expect(as('p2', 'eu')).toMatchObject({ items: [], refusal: 'quota' });
    expect(as('p3').items).toEqual(['x']);
    // The last place is for somebody of `us`.
    expect(as('p4')).toMatchObject({ items: [], refusal: 'quota' });
    expect(as('p5', 'us').items).toEqual(['x']);
  });
});

describe('adaptive redundancy', () => {
  const adaptive = { min: 2, max: 5, confidence: 0.9, accuracy: 0.8, judgeAccuracy: null };

  it('stops where people agree, goes on where they do not', () => {
    const desk = batchOf(settingsOf({ adaptive }), ['x', 'y']);
    for (const [name, x, y] of [
      ['p', 'a', 'a'],
      ['q', 'a', 'b'],
    ] as const) {
      desk.claim(name, 2);
      desk.submit(name, 'x', x);
      desk.submit(name, 'y', y);
    }
    expect(desk.batch.item('x')?.open).toBe(0);
    expect(desk.batch.item('y')?.open).toBeGreaterThan(0);
    expect(desk.claim('r', 2)).toEqual(['y']);
  });

  it('a judge’s answer counts where the pipeline trusts it', () => {
    const lines = [{ id: 'x', prior: [[0, 'a']] as const }];
    const openAfter = (judgeAccuracy: number | null) => {
      const batch = Batch.of(settingsOf({ adaptive: { ...adaptive, min: 1, judgeAccuracy } }), lines);
      const desk = acting(batch);
      desk.claim('p', 1);
      desk.submit('p', 'x', 'a');
      return batch.item('x')?.open;
    };
    expect(openAfter(0.9)).toBe(0);
    expect(openAfter(null)).toBeGreaterThan(0);
  });
});

describe('sides', () => {
  it('balance over an item’s voters and over items, and stay the same in a repeated claim (S128)', () => {
    const ids = Array.from({ length: 400 }, (_, i) => `it_${i}`);
    const batch = Batch.of(settingsOf({}, { redundancy: 4 }), ids);
    const left = new Map<string, number>();
    for (const annotator of ['p', 'q', 'r', 's'])
      for (let from = 0; from < ids.length; from += 20) {
        const request = { annotator, n: 20, items: ids.slice(from, from + 20) };
        const { items, turns } = batch.claim(request, 0);
        expect(batch.claim(request, 1)).toMatchObject({ items, turns });
        for (const [i, id] of items.entries()) left.set(id, (left.get(id) ?? 0) + ((turns[i] ?? 0) % 2));
      }
    // Of four voters two see each side first.
    expect([...left.values()].every((n) => n === 2)).toBe(true);
    const first = ids.filter((id) => Math.floor(draw(id) * 40_320) % 2 === 1).length;
    expect(Math.abs(first - 200)).toBeLessThan(3.29 * Math.sqrt(400 * 0.25));
  });
});

describe('skips', () => {
  it('for reasons of one’s own say nothing of the item', () => {
    const desk = batchOf(settingsOf({}, { redundancy: 1 }), ['x']);
    for (let n = 0; n < 5; n++) {
      desk.claim(`p${n}`, 1);
      desk.skip(`p${n}`, 'x', n % 2 === 0 ? 'later' : 'opt-out-topic');
    }
    expect(desk.batch.item('x')).toMatchObject({ open: 1, skips: { length: 5 } });
    expect(desk.claim('p0', 1)).toEqual([]);
    expect(desk.claim('q', 1)).toEqual(['x']);
  });
});

describe('active learning', () => {
  const adaptive = { min: 1, max: 5, confidence: 0.99, accuracy: 0.8, judgeAccuracy: null };
  const settled = () => {
    const desk = batchOf(settingsOf({ adaptive }), ['agreed', 'divided', 'untouched']);
    for (const [who, item, side] of [
      ['p1', 'agreed', 'a'],
      ['p2', 'agreed', 'a'],
      ['p1', 'divided', 'a'],
      ['p2', 'divided', 'b'],
    ] as const) {
      desk.claim(who, 1, { items: [item] });
      desk.submit(who, item, side);
    }
    return desk;
  };

  it('sends people where an answer tells most: to the divided and the untouched before the agreed', () => {
    expect(settled().claim('p3', 3)).toEqual(['divided', 'untouched', 'agreed']);
  });

  it('takes a judge’s vote for what it is worth', () => {
    const trusted = { ...adaptive, judgeAccuracy: 0.95 };
    const lines: Line[] = [{ id: 'judged', prior: [[0, 'a']] }, { id: 'unjudged' }];
    const of = (rules: typeof trusted | typeof adaptive) =>
      batchOf(settingsOf({ adaptive: rules }), lines).claim('p', 2);
    expect(of(trusted)).toEqual(['unjudged', 'judged']);
    expect(of(adaptive)).toEqual(['judged', 'unjudged']);
  });

  it('without adaptive redundancy the item nearest to its end comes first', () => {
    const desk = batchOf(settingsOf({}, { redundancy: 3 }), ['fresh', 'begun']);
    desk.claim('p1', 1, { items: ['begun'] });
    desk.submit('p1', 'begun');
    expect(desk.claim('p2', 2)).toEqual(['begun', 'fresh']);
  });
});
