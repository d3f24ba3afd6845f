import { describe, expect, it } from 'vitest';
import { checkFigures, declaredFilter, type Found, screenedOf } from '../../../models/selection/declared.ts';
import { verdictOf } from '../../../models/selection/verdict.ts';
import { CurateFilter } from '../../../schemas/curation.ts';
import { candidateOf, labelFact } from '../../support/candidates.ts';

const filters = (...given: object[]) => given.map((filter) => CurateFilter.parse(filter));
const terms = { purposes: ['research'], consent: false };

describe('what counts of findings in texts', () => {
  const found = (response: number, value: number, reason: string | null): Found => ({
    filter: 0,
    response,
    value,
    detail: null,
    reason,
  });
  const chosenB = verdictOf([labelFact({ category: 'b' })], 2);

  it('is the chosen response where only that one is read', () => {
    const refusals = filters({ kind: 'refusals' });
    const both = [found(0, 1, 'refusal'), found(1, 0, null)];
    expect(screenedOf(refusals, both, chosenB).get(0)?.reason).toBeNull();
    expect(screenedOf(refusals, both, verdictOf([labelFact({ category: 'a' })], 2)).get(0)?.reason).toBe('refusal');
  });

  it('is the first that takes the item out, or else the largest figure', () => {
    const length = filters({ kind: 'length' });
    expect(screenedOf(length, [found(0, 3, null), found(1, 9, null)], chosenB).get(0)?.value).toBe(9);
    const [short, long] = [found(0, 3, 'too-short'), found(1, 9, 'too-long')];
    expect(screenedOf(length, [short, long], chosenB).get(0)?.reason).toBe('too-short');
    expect(screenedOf(length, [], chosenB).size).toBe(0);
  });
});

describe('figures', () => {
  const verdict = (fields: object) => ({ verdict: verdictOf([labelFact({ category: 'a', ...fields })], 2) });
  const scored = (reward: number, std: number | null) => ({ scores: [reward, 0], spreads: [std, std] });
  const toxic = (value: number) => ({ aspects: { toxicity: { value, rated: false } } });

  it.each([
    ['score', { min: 1 }, scored(1, null), scored(0.9, null), 'low-score'],
    ['score', { min: 1 }, scored(2, null), {}, 'not-scored'],
    ['score', { min: 1, lambda: 2 }, scored(2, 0.5), scored(2, 0.6), 'low-score'],
    ['score', { min: 1, lambda: 2 }, scored(9, 0), scored(9, null), 'not-scored'],
    ['agreement', { min: 0.6 }, verdict({ agreement: 0.6, n: 3 }), verdict({ agreement: 0.5, n: 3 }), 'low-agreement'],
    ['agreement', { min: 0.6 }, verdict({ agreement: null, n: 1 }), verdict({ agreement: 0, n: 2 }), 'low-agreement'],
    ['agreement', { min: 0, votes: 3 }, verdict({ n: 3 }), verdict({ n: 2 }), 'too-few-votes'],
    ['pFlip', { max: 0.2 }, verdict({ pFlip: 0.2 }), verdict({ pFlip: 0.21 }), 'likely-flipped'],
    ['toxicity', { max: 0.5 }, toxic(0.5), toxic(0.6), 'toxic'],
    ['toxicity', { max: 0.5 }, toxic(0.5), {}, 'not-scored'],
    [
      'age',
      { days: 10, asOf: '2026-03-11' },
      { votedAt: Date.UTC(2026, 2, 1) },
      { votedAt: Date.UTC(2026, 2, 1) - 1 },
      'expired',
    ],
    ['age', { days: 10, asOf: '2026-03-11' }, { votedAt: Date.UTC(2027, 0, 1) }, { votedAt: null }, 'undated'],
    [
      'permission',
      { licences: ['mit'] },
      {},
      { origin: { drop: 'd', file: 'f', row: 1, license: 'GPL-3.0', subject: null } },
      'not-permitted',
    ],
  ] as const)('%s %j', (kind, settings, passes, fails, reason) => {
    const declared = filters({ kind, ...settings });
    expect(declaredFilter(candidateOf('in', passes), declared, terms)).toBeNull();
    expect(declaredFilter(candidateOf('out', fails), declared, terms)).toMatchObject({
      reason,
      values: { filter: kind },
    });
  });

  it('binds purposes and consent', () => {
    const under = (settings: object, given = terms) =>
      declaredFilter(candidateOf('i'), filters({ kind: 'permission', ...settings }), given)?.values?.['why'] ?? null;
    expect(under({ purposes: ['research'] })).toBeNull();
    expect(under({ purposes: ['research', 'sale'] })).toBe('no consent to sale');
    expect(under({ consent: true })).toBe('no consent');
    expect(under({ consent: true }, { ...terms, consent: true })).toBeNull();
  });

  it('the first filter that an item fails is the one that is told', () => {
    const declared = filters({ kind: 'pFlip', max: 0.1 }, { kind: 'score', min: 5 });
    const item = candidateOf('i', { ...verdict({ pFlip: 0.3 }), ...scored(0, null) });
    expect(declaredFilter(item, declared, terms)?.reason).toBe('likely-flipped');
    expect(declaredFilter(item, declared.toReversed(), terms)?.reason).toBe('low-score');
  });

  it('are refused where nobody has them: no filter passes or takes all in silence', () => {
    const refused = (settings: object, fields: object = {}) =>
      expect(() => checkFigures([candidateOf('i', fields)], filters(settings))).toThrow(
        expect.objectContaining({ code: 'ASY-6201' }),
      );
    refused({ kind: 'score', min: 0 });
    refused({ kind: 'score', min: 0, lambda: 1 }, scored(1, null));
    refused({ kind: 'age', days: 1, asOf: '2026-01-01' });
    refused({ kind: 'toxicity', aspect: 'harm', max: 1 }, toxic(0));
    expect(() => checkFigures([], filters({ kind: 'score', min: 0 }))).not.toThrow();
  });
});
