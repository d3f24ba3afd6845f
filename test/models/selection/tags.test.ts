import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../models/selection/candidate.ts';
import { chosenBy } from '../../../models/selection/choice.ts';
import { checkFigures, declaredFilter } from '../../../models/selection/declared.ts';
import { tagsOf } from '../../../models/selection/tags.ts';
import { verdictOf } from '../../../models/selection/verdict.ts';
import { CurateFilter, SelectRule } from '../../../schemas/curation.ts';
import { candidateOf, labelFact } from '../../support/candidates.ts';

const terms = { purposes: [], consent: false };
const safety = (response: number, aspect: string, category: string | null = null) =>
  labelFact({ task: 'safety', response, aspect, category });
const preferring = (category: 'a' | 'b') => verdictOf([labelFact({ category })], 2);

it('tags are those that the labels say hold, of responses that were judged', () => {
  const labels = [
    labelFact({ category: 'a' }),
    safety(0, 'severity'),
    safety(1, 'severity'),
    safety(1, 'tag:persuasion', 'true'),
    safety(1, 'tag:violence', 'false'),
  ];
  expect([...tagsOf(labels)]).toEqual([
    [0, []],
    [1, ['persuasion']],
  ]);
  expect(tagsOf([labelFact({ category: 'a' })]).size).toBe(0);
});

describe('the filter', () => {
  const named = { kind: 'tags', tags: ['persuasion', 'engagement-bait'] };
  const reason = (settings: object, fields: Partial<Candidate>) =>
    declaredFilter(candidateOf('i', fields), [CurateFilter.parse({ ...named, ...settings })], terms)?.reason ?? null;
  const tags = new Map([
    [0, ['violence']],
    [1, ['persuasion', 'violence']],
  ]);

  it('reads the chosen response, or all of them', () => {
    expect(reason({}, { tags, verdict: preferring('a') })).toBeNull();
    expect(reason({}, { tags, verdict: preferring('b') })).toBe('tagged');
    expect(reason({ on: 'responses' }, { tags, verdict: preferring('a') })).toBe('tagged');
  });

  it('passes nothing that nobody judged', () => {
    const half = new Map([[0, []]]);
    expect(reason({}, { tags: half, verdict: preferring('a') })).toBeNull();
    expect(reason({}, { tags: half, verdict: preferring('b') })).toBe('not-judged');
    expect(reason({ on: 'responses' }, { tags: half, verdict: preferring('a') })).toBe('not-judged');
  });

  it('is refused where nobody judged anything', () => {
    const filters = [CurateFilter.parse(named)];
    expect(() => checkFigures([candidateOf('i')], filters)).toThrow(expect.objectContaining({ code: 'ASY-6201' }));
    expect(() => checkFigures([candidateOf('i'), candidateOf('j', { tags })], filters)).not.toThrow();
  });
});

describe('caps and quotas by tag', () => {
  const TAGS = ['persuasion', 'engagement-bait', 'violence'];
  const drawn = fc.array(
    fc.record({ tags: fc.subarray(TAGS), rejected: fc.subarray(TAGS), reward: fc.integer({ min: 0, max: 9 }) }),
    { minLength: 1, maxLength: 30 },
  );
  const candidatesOf = (rows: readonly { tags: string[]; rejected: string[]; reward: number }[]) =>
    rows.map(({ tags, rejected, reward }, i) =>
      candidateOf(`i${i}`, {
        scores: [reward, 0],
        tags: new Map([
          [0, tags],
          [1, rejected],
        ]),
      }),
    );
  const kept = async (candidates: readonly Candidate[], rule: object): Promise<Candidate[]> => {
    const all = [...candidates.keys()];
    const beside = { seed: 0, vectors: async () => new Map<string, Float32Array>() };
    const removed = await chosenBy([SelectRule.parse(rule)], candidates, all, beside);
    return candidates.filter((_, i) => !removed.has(i));
  };
  const holds = (rows: readonly Candidate[], tag: string) =>
    rows.filter(({ tags }) => tags.get(0)?.includes(tag) === true).length;

  it('hold exactly: no tag above its share, and one more tagged row would be above it', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.constantFrom(0, 0.1, 0.25, 0.5), async (rows, most) => {
        const candidates = candidatesOf(rows);
        const left = await kept(candidates, {
          method: 'caps',
          caps: [{ attribute: 'tag', value: 'persuasion', most }],
        });
        const [n, tagged] = [left.length, holds(left, 'persuasion')];
        expect(tagged).toBeLessThanOrEqual(most * n + 1e-9);
        expect(n - tagged).toBe(candidates.length - holds(candidates, 'persuasion'));
        if (tagged < holds(candidates, 'persuasion')) expect(tagged + 1).toBeGreaterThan(most * (n + 1) + 1e-9);
      }),
    );
  });

  it('hold exactly as a number of rows', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.integer({ min: 0, max: 3 }), async (rows, cap) => {
        const candidates = candidatesOf(rows);
        const tagged = holds(candidates, 'persuasion');
        const size = candidates.length - tagged + Math.min(cap, tagged);
        fc.pre(size > 0);
        const quotas = [{ attribute: 'tag', value: 'persuasion', cap }];
        const left = await kept(candidates, { method: 'quotas', size, quotas });
        expect(left).toHaveLength(size);
        expect(holds(left, 'persuasion')).toBe(Math.min(cap, tagged));
      }),
      { numRuns: 30 },
    );
  });
});
