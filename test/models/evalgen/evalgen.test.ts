import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignmentOf, failsAny, harmonic } from '../../../models/evalgen/alignment.ts';
import { alignmentWindows, gradeChanges } from '../../../models/evalgen/drift.ts';
import { type Candidate, EXHAUSTIVE, selectAssertions } from '../../../models/evalgen/selection.ts';
import { createRandom } from '../../../models/random.ts';
import { Alignment } from '../../../schemas/evalgen.ts';

test('S156: coverage .8 and false-failure rate .1 align by .8471', () => {
  expect(harmonic(0.8, 0.1)).toBeCloseTo(0.8471, 4);
  // Ten bad outputs, eight caught; ten good ones, one failed.
  const good = Uint8Array.from({ length: 20 }, (_, i) => Number(i >= 10));
  const fails = Uint8Array.from({ length: 20 }, (_, i) => Number(i < 8 || i === 10));
  const found = alignmentOf(good, fails);
  expect(found).toMatchObject({ n: 20, bad: 10, coverage: 0.8, falseFailureRate: 0.1 });
  expect(found.alignment).toBeCloseTo(0.8471, 4);
  expect(found.ci?.[0]).toBeLessThan(found.alignment ?? 0);
  expect(found.ci?.[1]).toBeGreaterThan(found.alignment ?? 1);
  expect(Alignment.parse(found)).toEqual(found);
});

test('without bad or without good outputs there is nothing to align', () => {
  expect(alignmentOf(Uint8Array.of(1, 1), Uint8Array.of(0, 1))).toMatchObject({
    coverage: null,
    alignment: null,
    ci: null,
  });
  expect(alignmentOf(Uint8Array.of(0, 0), Uint8Array.of(0, 1))).toMatchObject({
    falseFailureRate: null,
    alignment: null,
  });
});

/** Candidates that each fail some outputs: `count` of them on `outputs`, from a seed. */
const planted = (count: number, outputs: number, seed: number) => {
  const random = createRandom(seed);
  const good = Uint8Array.from({ length: outputs }, () => Number(random() < 0.6));
  const candidates = Array.from({ length: count }, (_, c): Candidate => {
    const [hit, miss] = [random() * 0.6, random() * 0.2];
    return {
      id: `as_${String(c).padStart(2, '0')}`,
      fails: good.map((isGood) => Number(random() < (isGood === 1 ? miss : hit))),
    };
  });
  return { good, candidates };
};

test(`up to ${EXHAUSTIVE} candidates the search uphill finds what looking at every set finds`, () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: EXHAUSTIVE }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 10_000 }),
      (count, most, seed) => {
        const { good, candidates } = planted(count, 40, seed);
        const every = selectAssertions(good, candidates, most);
        const uphill = selectAssertions(good, candidates, most, { exhaustive: 0 });
        expect(uphill.chosen?.alignment ?? 0).toBe(every.chosen?.alignment ?? 0);
        expect(every.chosen?.assertions.length ?? 0).toBeLessThanOrEqual(most);
      },
    ),
    { numRuns: 60, seed: 8 },
  );
});

test('the chosen set is better than each alternative, and fails what one of its assertions fails', () => {
  const { good, candidates } = planted(30, 60, 2);
  const { chosen, alternatives } = selectAssertions(good, candidates, 4);
  expect(alternatives).toHaveLength(3);
  for (const other of alternatives) expect(other.alignment).toBeLessThanOrEqual(chosen?.alignment ?? 0);
  const members = candidates.filter(({ id }) => chosen?.assertions.includes(id)).map(({ fails }) => fails);
  expect(alignmentOf(good, failsAny(members, 60), { bootstraps: 0 }).alignment).toBeCloseTo(chosen?.alignment ?? 0, 12);
  const single = candidates.map(({ fails }) => alignmentOf(good, fails, { bootstraps: 0 }).alignment ?? 0);
  expect(chosen?.alignment).toBeGreaterThan(Math.max(...single));
});

test('of sets that align alike the smaller one, then the first by text; nothing where nothing aligns', () => {
  const good = Uint8Array.of(0, 0, 1, 1);
  const same = Uint8Array.of(1, 1, 0, 0);
  const never = { id: 'as_0', fails: Uint8Array.of(0, 0, 0, 0) };
  const candidates = [{ id: 'as_2', fails: same }, { id: 'as_1', fails: same }, never];
  expect(selectAssertions(good, candidates, 3).chosen).toEqual({ assertions: ['as_1'], alignment: 1 });
  expect(selectAssertions(good, [never], 3)).toEqual({ chosen: null, alternatives: [] });
});

test('criteria drift: windows in the order of grades, and grades that were changed', () => {
  const outcomes = Array.from({ length: 25 }, (_, i) => ({
    good: i % 2 === 0,
    fails: i < 10 ? i % 2 === 1 : i % 2 === 0,
    at: i,
  }));
  const windows = alignmentWindows(outcomes, 10);
  expect(windows.map(({ from, to, at, alignment }) => [from, to, at, alignment])).toEqual([
    [0, 10, 9, 1],
    [10, 20, 19, 0],
    [20, 25, 24, 0],
  ]);
  const grade = (by: string, output: string, criterion: string | null, good: boolean | null) => ({
    by,
    output,
    criterion,
    good,
  });
  expect(
    gradeChanges([
      grade('ann', 'x', 'polite', true),
      grade('ann', 'x', null, true),
      grade('bob', 'x', 'polite', false),
      grade('ann', 'x', 'polite', false),
      grade('ann', 'x', 'polite', false),
      grade('ann', 'x', null, null),
      grade('ann', 'x', null, false),
    ]),
  ).toEqual([
    { criterion: null, grades: 3, changed: 1 },
    { criterion: 'polite', grades: 4, changed: 1 },
  ]);
});
