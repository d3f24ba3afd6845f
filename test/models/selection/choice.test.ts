import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../models/selection/candidate.ts';
import { chosenBy } from '../../../models/selection/choice.ts';
import { differencesOf } from '../../../models/selection/differences.ts';
import { lessons } from '../../../models/selection/lessons.ts';
import { verdictOf } from '../../../models/selection/verdict.ts';
import { CurriculumConfig, SelectRule } from '../../../schemas/curation.ts';
import { candidateOf, labelFact } from '../../support/candidates.ts';

const rules = (...given: object[]) => given.map((rule) => SelectRule.parse(rule));
/** Points on a line by item, so that diversity can be seen. */
const line = (items: readonly string[]) =>
  new Map(items.map((item) => [item, Float32Array.of(Number(item.slice(1)), 1)]));
const beside = { seed: 0, vectors: async (items: readonly string[]) => line(items) };

const kept = async (candidates: readonly Candidate[], ...given: object[]): Promise<string[]> => {
  const removed = await chosenBy(
    rules(...given),
    candidates,
    candidates.map((_, i) => i),
    beside,
  );
  return candidates.flatMap(({ item }, i) => (removed.has(i) ? [] : [item]));
};

/** `i0` … with reward 0, 1, …; the pair's margin is the reward. */
const scored = (n: number, fields: (i: number) => Partial<Candidate> = () => ({})) =>
  Array.from({ length: n }, (_, i) => candidateOf(`i${i}`, { scores: [i, 0], ...fields(i) }));

describe('rules', () => {
  it('top-k, by size, by share, by a figure of another name', async () => {
    expect(await kept(scored(5), { method: 'top-k', size: 2 })).toEqual(['i3', 'i4']);
    expect(await kept(scored(5), { method: 'top-k', share: 0.5 })).toEqual(['i2', 'i3', 'i4']);
    const helpful = scored(4, (i) => ({ aspects: { help: { value: -i, rated: true } } }));
    expect(await kept(helpful, { method: 'top-k', size: 1, by: 'help' })).toEqual(['i0']);
  });

  it('threshold and margin band', async () => {
    expect(await kept(scored(5), { method: 'threshold', least: 3 })).toEqual(['i3', 'i4']);
    expect(await kept(scored(5), { method: 'margin-band', low: 1, high: 2 })).toEqual(['i1', 'i2']);
  });

  it('pareto, over figures by name', async () => {
    const two = scored(4, (i) => ({ aspects: { brief: { value: i === 1 ? 9 : -i, rated: false } } }));
    expect(await kept(two, { method: 'pareto', objectives: ['reward', 'brief'], size: 2 })).toEqual(['i1', 'i3']);
  });

  it('k-center, facility location and determinant, over features', async () => {
    expect(await kept(scored(9), { method: 'k-center', size: 2 })).toHaveLength(2);
    expect(await kept(scored(9), { method: 'k-center', size: 3 })).toEqual(expect.arrayContaining(['i0', 'i8']));
    expect(await kept(scored(9), { method: 'facility-location', size: 2 })).toContain('i0');
    const apart = await kept(scored(9), { method: 'determinant', size: 2, tradeoff: 0 });
    expect(apart).toHaveLength(2);
    expect(apart).toContain('i0');
  });

  it('best of each group, and samples of it', async () => {
    const grouped = scored(6, (i) => ({ group: i < 3 ? 'x' : 'y' }));
    expect(await kept(grouped, { method: 'best-of-n' })).toEqual(['i2', 'i5']);
    const sampled = await kept(grouped, { method: 'rejection', count: 2, beta: 0.01 });
    expect(sampled).toEqual(['i1', 'i2', 'i4', 'i5']);
  });

  it('pairs that differ most on an item of the checklist, and groups whose rewards vary most', async () => {
    const differing = scored(5, (i) => ({ differences: [i === 1 ? -9 : 0, i] }));
    expect(await kept(differing, { method: 'difference' })).toEqual(['i1', 'i4']);
    const grouped = scored(6, (i) => ({ group: `g${i % 3}`, scores: [i % 3 === 1 ? 10 * i : i, 0] }));
    expect(await kept(grouped, { method: 'variance', groups: 1 })).toEqual(['i1', 'i4']);
  });

  it('quotas and caps', async () => {
    const mixed = scored(6, (i) => ({
      language: i < 2 ? 'de' : 'en',
      domain: i === 0 ? 'law' : null,
      voices: { labeller: [i < 4 ? 'model' : 'human'], annotator: [], vendor: [] },
    }));
    const quotas = [{ attribute: 'language', value: 'de', floor: 1 }];
    expect(await kept(mixed, { method: 'quotas', size: 3, quotas })).toEqual(['i1', 'i4', 'i5']);
    const lawful = [{ attribute: 'domain', value: 'law', floor: 1 }];
    expect(await kept(mixed, { method: 'quotas', size: 3, quotas: lawful })).toEqual(['i0', 'i4', 'i5']);
    expect(await kept(mixed, { method: 'caps', caps: [{ attribute: 'labeller', value: 'model', most: 0.5 }] })).toEqual(
      ['i2', 'i3', 'i4', 'i5'],
    );
  });

  it('hold one after the other, each with its own reason', async () => {
    const candidates = scored(6);
    const removed = await chosenBy(
      rules({ method: 'threshold', least: 2 }, { method: 'top-k', size: 2 }),
      candidates,
      [0, 1, 2, 3, 4, 5],
      beside,
    );
    expect([...removed].sort(([a], [b]) => a - b).map(([, { reason, values }]) => [reason, values?.['rule']])).toEqual([
      ['below-threshold', '1 threshold'],
      ['below-threshold', '1 threshold'],
      ['not-in-top-k', '2 top-k'],
      ['not-in-top-k', '2 top-k'],
    ]);
  });

  it('take out those that cannot be judged, and refuse where nobody can', async () => {
    const some = [candidateOf('i0'), ...scored(2)];
    expect(await kept(some, { method: 'threshold', least: 0 })).toEqual(['i0', 'i1']);
    const nobody = [candidateOf('i0'), candidateOf('i1')];
    for (const rule of [
      { method: 'top-k', size: 1 },
      { method: 'margin-band', low: 0, high: 1 },
      { method: 'difference' },
      { method: 'pareto', objectives: ['reward', 'help'], size: 1 },
    ])
      await expect(kept(nobody, rule), rule.method).rejects.toMatchObject({ code: 'ASY-6201' });
    const blind = { seed: 0, vectors: async () => new Map<string, Float32Array>() };
    await expect(chosenBy(rules({ method: 'k-center', size: 1 }), nobody, [0, 1], blind)).rejects.toMatchObject({
      code: 'ASY-6201',
    });
    const wide = {
      seed: 0,
      vectors: async (items: readonly string[]) => new Map(items.map((id) => [id, new Float32Array(2 ** 30)])),
    };
    await expect(chosenBy(rules({ method: 'facility-location', size: 1 }), nobody, [0, 1], wide)).rejects.toMatchObject(
      { code: 'ASY-6205' },
    );
    await expect(
      kept(nobody, { method: 'quotas', size: 3, quotas: [{ attribute: 'language', value: 'und', floor: 2 }] }),
    ).rejects.toMatchObject({ code: 'ASY-6203', message: expect.stringContaining('1 of the 3 rows asked for') });
  });
});

it('is the same choice in whatever order the candidates come', async () => {
  const rule = fc.constantFrom(
    { method: 'top-k', share: 0.6 },
    { method: 'k-center', share: 0.5 },
    { method: 'facility-location', share: 0.5 },
    { method: 'determinant', share: 0.5 },
    { method: 'best-of-n' },
    { method: 'rejection', count: 1, beta: 1 },
    { method: 'variance', groups: 2 },
    { method: 'pareto', objectives: ['reward', 'margin'], share: 0.5 },
    { method: 'caps', caps: [{ attribute: 'group', most: 0.5 }] },
    { method: 'quotas', size: 3, quotas: [{ attribute: 'group', value: 'g0', cap: 1 }] },
  );
  const rewards = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 6, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      rewards,
      fc.array(rule, { minLength: 1, maxLength: 2 }),
      fc.integer(),
      async (given, declared, turn) => {
        const candidates = given.map((reward, i) => candidateOf(`i${i}`, { group: `g${i % 3}`, scores: [reward, 0] }));
        const at = Math.abs(turn) % candidates.length;
        const turned = [...candidates.slice(at), ...candidates.slice(0, at)].reverse();
        const outcome = (from: readonly Candidate[]) =>
          kept(from, ...declared).then(
            (items) => items.sort(),
            (error: unknown) => String(error),
          );
        expect(await outcome(turned)).toEqual(await outcome(candidates));
      },
    ),
    { numRuns: 60 },
  );
});

it.each([
  [{ method: 'top-k' }, 'either'],
  [{ method: 'top-k', size: 1, share: 0.5 }, 'either'],
  [{ method: 'margin-band', low: 2, high: 1 }, 'low is above high'],
  [{ method: 'quotas', size: 1, quotas: [{ attribute: 'language', value: 'de', floor: 2, cap: 1 }] }, 'above the cap'],
])('%j is refused', (rule, says) => {
  expect(SelectRule.safeParse(rule).error?.message).toContain(says);
});

it('reads differences from checklists, by people or judges before a model', () => {
  const check = (aspect: string, response: number, category: string) =>
    labelFact({ task: 'checklist', aspect, response, category });
  const verdict = verdictOf([labelFact({ category: 'b' })], 2);
  const model = [0, 1].map((response) => ({ response, aspect: 'brief', value: response / 2 }));
  const labels = [check('polite', 0, 'false'), check('polite', 1, 'true'), check('brief', 1, 'true')];
  expect(differencesOf(verdict, labels, model)).toEqual([1]);
  expect(differencesOf(verdict, [], model)).toEqual([0.5]);
  expect(differencesOf(null, labels, model)).toEqual([]);
});

it('orders lessons from easy to hard, those without a figure last', () => {
  const candidates = [...scored(4), candidateOf('i4')];
  const order = lessons(candidates, CurriculumConfig.parse({ by: 'margin', stages: 5 }), 0);
  expect(order).toEqual(['i3', 'i2', 'i1', 'i0', 'i4']);
  const flips = [0.4, 0.1, 0.2].map((pFlip, i) =>
    candidateOf(`i${i}`, { verdict: verdictOf([labelFact({ category: 'a', pFlip })], 2) }),
  );
  expect(lessons(flips, { by: 'pFlip', stages: 3 }, 0)).toEqual(['i1', 'i2', 'i0']);
  expect(() => lessons([candidateOf('i')], { by: 'reward', stages: 2 }, 0)).toThrow(
    expect.objectContaining({ code: 'ASY-6201' }),
  );
});
