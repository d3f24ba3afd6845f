import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { krippendorffAlpha } from '../../../models/agreement/krippendorff.ts';
import { agreementReport } from '../../../models/agreement/report.ts';
import { agreementOf } from '../../../models/agreement/unit-agreement.ts';
import { percentAgreement, unitsOf } from '../../../models/agreement/units.ts';

const LEVELS = ['nominal', 'ordinal', 'interval', 'ratio'] as const;
const _ = null;

/** Units (columns) of a coder × unit matrix. */
const columns = (data: readonly (readonly (number | null)[])[]): number[][] =>
  (data[0] ?? []).map((_value, u) => data.flatMap((row) => row[u] ?? []));

const WIKIPEDIA = columns([
  [_, _, _, _, _, 3, 4, 1, 2, 1, 1, 3, 3, _, 3],
  [1, _, 2, 1, 3, 3, 4, 3, _, _, _, _, _, _, _],
  [_, _, 2, 1, 3, 4, 4, _, 2, 1, 1, 3, 3, _, 4],
]);
const KRIPPENDORFF_2011 = columns([
  [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
  [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]);

test.each([
  ['nominal', 0.691358],
  ['interval', 0.810845],
] as const)('S196: Wikipedia’s three coders, %s: %d', (level, alpha) => {
  expect(krippendorffAlpha(unitsOf(WIKIPEDIA), level)).toBeCloseTo(alpha, 6);
});

test.each([
  ['nominal', 0.743],
  ['ordinal', 0.815],
  ['interval', 0.849],
  ['ratio', 0.797],
] as const)('S196: Krippendorff’s four observers, %s: %d', (level, alpha) => {
  expect(krippendorffAlpha(unitsOf(KRIPPENDORFF_2011), level)).toBeCloseTo(alpha, 3);
});

test('all levels are the krippendorff package’s on data with missing values', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('../../fixtures/models/agreement.json', import.meta.url), 'utf8'),
  ) as {
    cases: { data: (number | null)[][]; alpha: Record<(typeof LEVELS)[number], number> }[];
  };
  expect(cases).toHaveLength(3);
  for (const { data, alpha } of cases)
    for (const level of LEVELS)
      expect(krippendorffAlpha(unitsOf(columns(data)), level), level).toBeCloseTo(alpha[level], 9);
});

test('neither the order of units nor that of values matters, to α or to its interval', () => {
  const rating = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(
      fc
        .array(fc.array(rating, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 })
        .chain((units) => fc.tuple(fc.constant(units), fc.shuffledSubarray(units, { minLength: units.length }))),
      fc.constantFrom(...LEVELS),
      ([units, shuffled], level) => {
        const options = { bootstraps: 20, seed: 5 };
        const turned = shuffled.map((unit) => [...unit].reverse());
        const found = agreementOf(unitsOf(units), level, options);
        expect(agreementOf(unitsOf(turned), level, options)).toEqual(found);
        if (found.alpha !== null) expect(found.alpha).toBeLessThanOrEqual(1);
        expect(JSON.stringify(found)).not.toContain('NaN');
      },
    ),
  );
});

test('perfect agreement is 1; without variation or second ratings α is null', () => {
  expect(
    agreementOf(
      unitsOf([
        [1, 1],
        [2, 2],
        [3, 3, 3],
      ]),
      'ordinal',
    ),
  ).toMatchObject({ alpha: 1, ci: [1, 1], percent: 1 });
  expect(
    agreementOf(
      unitsOf([
        [1, 1],
        [1, 1],
      ]),
      'interval',
    ),
  ).toEqual({ alpha: null, ci: null, percent: 1 });
  expect(agreementOf(unitsOf([[1], [2]]), 'nominal')).toEqual({ alpha: null, ci: null, percent: null });
});

test('percent agreement counts pairs of values', () => {
  expect(
    percentAgreement(
      unitsOf([
        ['a', 'a', 'b'],
        ['a', 'b'],
      ]),
    ),
  ).toBeCloseTo(1 / 4, 9);
});

test('a shift of interval values and a scaling of ratio values change nothing', () => {
  const shifted = KRIPPENDORFF_2011.map((unit) => unit.map((value) => value + 1e6));
  const scaled = KRIPPENDORFF_2011.map((unit) => unit.map((value) => value * 1000));
  for (const [units, level] of [
    [shifted, 'interval'],
    [scaled, 'ratio'],
    [shifted, 'ordinal'],
  ] as const)
    expect(krippendorffAlpha(unitsOf(units), level)).toBeCloseTo(
      krippendorffAlpha(unitsOf(KRIPPENDORFF_2011), level) ?? 0,
      6,
    );
});

test('the interval holds α, is the same for a seed, and 1000 resamples of 100 items take far less than a second', () => {
  const units = Array.from({ length: 100 }, (_unit, i) => [i % 5, (i * 7) % 5 === 0 ? (i + 1) % 5 : i % 5, i % 5]);
  const start = performance.now();
  const { alpha, ci } = agreementOf(unitsOf(units), 'ordinal', { bootstraps: 1000, seed: 1 });
  expect(performance.now() - start).toBeLessThan(500);
  expect(ci?.[0]).toBeLessThan(alpha ?? 0);
  expect(ci?.[1]).toBeGreaterThan(alpha ?? 1);
  expect(agreementOf(unitsOf(units), 'ordinal', { bootstraps: 1000, seed: 1 }).ci).toEqual(ci);
  expect(agreementOf(unitsOf(units), 'ordinal', { bootstraps: 1000, seed: 2 }).ci).not.toEqual(ci);
});

test('rows are counted; one annotator, no overlap and text for numbers are refused', () => {
  const rows = [
    { item: 'x', annotator: 'ann', value: 1 },
    { item: 'x', annotator: 'bob', value: 2 },
    { item: 'y', annotator: 'ann', value: 1 },
  ];
  expect(agreementReport(rows, 'interval', { bootstraps: 10 })).toMatchObject({ items: 2, annotators: 2, ratings: 3 });
  const refused = (given: typeof rows | { item: string; annotator: string; value: string }[], code: string) =>
    expect(() => agreementReport(given, 'interval')).toThrow(expect.objectContaining({ code }));
  refused(rows.slice(0, 1), 'ASY-7002');
  refused(
    [rows[0], rows[2]].flatMap((row) => row ?? []),
    'ASY-7002',
  );
  refused(rows.slice(1), 'ASY-7002');
  refused([{ item: 'x', annotator: 'ann', value: 'good' }], 'ASY-7001');
});
