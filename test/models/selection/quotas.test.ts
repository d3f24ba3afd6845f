import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Attributed, type Quota, selectByQuotas } from '../../../models/selection/quotas.ts';

const golden = JSON.parse(readFileSync(new URL('../../fixtures/models/selection.json', import.meta.url), 'utf8')) as {
  quotas: { rows: Attributed[]; size: number; quotas: Quota[]; score: number }[];
};

const sum = (rows: readonly { score: number }[]) => rows.reduce((total, { score }) => total + score, 0);
const counted = (rows: readonly Attributed[], { attribute, value }: Quota) =>
  rows.filter(({ attributes }) => attributes[attribute]?.includes(value)).length;
const holds = (rows: readonly Attributed[], quotas: readonly Quota[]) =>
  quotas.every(
    (quota) => counted(rows, quota) >= (quota.floor ?? 0) && counted(rows, quota) <= (quota.cap ?? Infinity),
  );

test.each(golden.quotas)(
  'S112: the summed score under floors and caps of three attributes is scipy’s',
  async ({ rows, size, quotas, score }) => {
    const outcome = await selectByQuotas(rows, size, quotas);
    const selected = outcome.feasible ? outcome.rows : [];
    expect(selected).toHaveLength(size);
    expect(holds(selected, quotas)).toBe(true);
    expect(sum(selected)).toBeCloseTo(score, 9);
    expect(await selectByQuotas(rows.toReversed(), size, quotas)).toEqual(outcome);
  },
);

const values = ['x', 'y', 'z'] as const;
const instance = fc.record({
  rows: fc.array(
    fc.record({
      score: fc.integer({ min: -9, max: 9 }),
      a: fc.constantFrom(...values),
      b: fc.uniqueArray(fc.constantFrom(...values), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 9 },
  ),
  size: fc.integer({ min: 0, max: 6 }),
  quotas: fc.array(
    fc.record(
      {
        attribute: fc.constantFrom('a', 'b'),
        value: fc.constantFrom(...values),
        floor: fc.integer({ min: 0, max: 3 }),
        cap: fc.integer({ min: 0, max: 4 }),
      },
      { requiredKeys: ['attribute', 'value'] },
    ),
    { maxLength: 4 },
  ),
});

/** Every choice of rows. */
const subsets = <R>(rows: readonly R[]): R[][] =>
  Array.from({ length: 2 ** rows.length }, (_, mask) => rows.filter((_row, i) => (mask >> i) & 1));

test('S112: brute force finds no better choice, and none at all where floors are named; what is named would be enough', async () => {
  await fc.assert(
    fc.asyncProperty(instance, async ({ rows: drawn, size, quotas }) => {
      const rows = drawn.map(({ score, a, b }, i): Attributed => ({ id: `r${i}`, score, attributes: { a: [a], b } }));
      const good = subsets(rows).filter((choice) => choice.length === size && holds(choice, quotas));
      const outcome = await selectByQuotas(rows, size, quotas);
      expect(outcome.feasible).toBe(good.length > 0);
      if (outcome.feasible) {
        expect(outcome.rows).toHaveLength(size);
        expect(holds(outcome.rows, quotas)).toBe(true);
        expect(sum(outcome.rows)).toBeCloseTo(Math.max(...good.map(sum)), 9);
        return;
      }
      const total = outcome.missing.reduce((all, { missing }) => all + missing, 0);
      const short = (choice: readonly Attributed[]) =>
        size -
        choice.length +
        quotas.reduce((all, quota) => all + Math.max(0, (quota.floor ?? 0) - counted(choice, quota)), 0);
      const capped = subsets(rows).filter(
        (choice) => choice.length <= size && quotas.every((quota) => counted(choice, quota) <= (quota.cap ?? Infinity)),
      );
      expect(total).toBe(Math.min(...capped.map(short)));
    }),
    { numRuns: 60 },
  );
});

const row = (id: string, score: number, language: string): Attributed => ({
  id,
  score,
  attributes: { language: [language] },
});

test('a floor that cannot be met is named, with what is missing', async () => {
  const rows = [row('1', 1, 'en'), row('2', 2, 'en'), row('3', 3, 'sw')];
  expect(await selectByQuotas(rows, 2, [{ attribute: 'language', value: 'sw', floor: 2 }])).toEqual({
    feasible: false,
    missing: [{ attribute: 'language', value: 'sw', asked: 2, missing: 1 }],
  });
  expect(await selectByQuotas(rows, 5, [])).toEqual({
    feasible: false,
    missing: [{ attribute: null, value: null, asked: 5, missing: 2 }],
  });
});

test('equal rows go by id, in whatever order they come', async () => {
  const rows = ['d', 'b', 'a', 'c'].map((id) => row(id, 1, 'en'));
  const outcome = await selectByQuotas(rows, 2, [{ attribute: 'language', value: 'en', floor: 1 }]);
  expect(outcome.feasible && outcome.rows.map(({ id }) => id)).toEqual(['a', 'b']);
});

test('counts that are no whole numbers, and scores that are no numbers, are refused', async () => {
  await expect(selectByQuotas([], 1.5, [])).rejects.toThrow(RangeError);
  await expect(selectByQuotas([], 1, [{ attribute: 'a', value: 'b', floor: -1 }])).rejects.toThrow(RangeError);
  await expect(selectByQuotas([row('1', Number.NaN, 'en')], 1, [])).rejects.toMatchObject({ code: 'ASY-5005' });
});
