import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cohenKappa } from '../../../models/agreement/cohen.ts';
import { iccs } from '../../../models/agreement/icc.ts';
import { kendallW } from '../../../models/agreement/kendall-w.ts';
import { agreementReport, type RatingRow } from '../../../models/agreement/report.ts';
import { agreementOf, unitAgreement } from '../../../models/agreement/unit-agreement.ts';
import { unitsOf } from '../../../models/agreement/units.ts';
import { weightsOf } from '../../../models/agreement/weights.ts';

interface Golden {
  readonly pairs: readonly { readonly a: number[]; readonly b: number[]; readonly kappa: [number, number, number] }[];
  readonly raters: readonly {
    readonly data: readonly (readonly (number | null)[])[];
    readonly golden: Readonly<Record<string, number>>;
  }[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/aggregation/coefficients.json', import.meta.url), 'utf8'),
) as Golden;

const LEVELS = ['nominal', 'ordinal', 'interval', 'ratio'] as const;
const rowsOf = (data: readonly (readonly (number | null)[])[]): RatingRow[] =>
  data.flatMap((row, i) =>
    row.flatMap((value, j) =>
      value === null ? [] : [{ item: `i${String(i).padStart(3, '0')}`, annotator: `r${j}`, value }],
    ),
  );
const named = (rows: readonly RatingRow[], level: (typeof LEVELS)[number], bootstraps = 0) =>
  new Map(agreementReport(rows, level, { bootstraps }).coefficients.map((c) => [c.name, c]));

describe('peers', () => {
  test.each(golden.pairs)('S195: Cohen’s κ, plain and weighted, is scikit-learn’s', ({ a, b, kappa }) => {
    const rows = rowsOf(a.map((value, i) => [value, b[i] ?? null]));
    expect(named(rows, 'nominal').get('cohen-kappa')?.value).toBeCloseTo(kappa[0], 6);
    expect(named(rows, 'ordinal').get('cohen-kappa-linear')?.value).toBeCloseTo(kappa[1], 6);
    expect(named(rows, 'ordinal').get('cohen-kappa-quadratic')?.value).toBeCloseTo(kappa[2], 6);
  });

  test.each(golden.raters)(
    'α is krippendorff’s, AC1 and AC2 irrCAC’s (which prints five digits)',
    ({ data, golden: g }) => {
      const rows = rowsOf(data);
      for (const level of LEVELS) {
        expect(agreementReport(rows, level, { bootstraps: 0 }).alpha, level).toBeCloseTo(g[`alpha ${level}`] ?? 9, 6);
        const [name, key] = level === 'nominal' ? ['gwet-ac1', 'gwet-ac1'] : ['gwet-ac2', `gwet-ac2 ${level}`];
        expect(named(rows, level).get(name)?.value, level).toBeCloseTo(g[key] ?? 9, 4);
      }
    },
  );

  test.each(golden.raters.filter(({ golden: g }) => 'fleiss-kappa' in g))(
    'Fleiss’ κ is statsmodels’, the ICCs pingouin’s, W what SciPy’s Friedman statistic says',
    ({ data, golden: g }) => {
      const rows = rowsOf(data);
      expect(named(rows, 'nominal').get('fleiss-kappa')?.value).toBeCloseTo(g['fleiss-kappa'] ?? 9, 6);
      for (const [name, value] of Object.entries(g).filter(([key]) => key.startsWith('icc')))
        expect(named(rows, 'interval').get(name)?.value, name).toBeCloseTo(value, 6);
      expect(named(rows, 'ordinal').get('kendall-w')?.value).toBeCloseTo(g['kendall-w'] ?? 9, 6);
    },
  );
});

test('S195: 20, 5, 10, 15 is .40', () => {
  expect(cohenKappa([20, 5, 10, 15], weightsOf(['yes', 'no'], 'identity'))).toBeCloseTo(0.4, 12);
});

test('S197: Wikipedia’s ten subjects and fourteen raters are .2099', () => {
  const counts =
    '0 0 0 0 14,0 2 6 4 2,0 0 3 5 6,0 3 9 2 0,2 2 8 1 1,7 7 0 0 0,3 2 6 3 0,2 5 3 2 2,6 5 2 1 0,0 2 2 3 7'.split(',');
  const units = unitsOf(
    counts.map((row) => row.split(' ').flatMap((n, category) => Array.from({ length: Number(n) }, () => category))),
  );
  const fleiss = unitAgreement(units, 'nominal').coefficients.find(({ name }) => name === 'fleiss-kappa');
  expect(fleiss?.value).toBeCloseTo(0.2099, 4);
  expect(fleiss?.n).toBe(10);
});

test('Shrout & Fleiss 1979: six targets, four judges', () => {
  const table = Float64Array.from('9 2 5 8 6 1 3 2 8 4 6 8 7 1 2 6 10 5 6 9 6 2 4 7'.split(' '), Number);
  const found = iccs(table, 4, [0, 1, 2, 3, 4, 5]);
  const paper = {
    'icc-1-1': 0.17,
    'icc-2-1': 0.29,
    'icc-3-1': 0.71,
    'icc-1-k': 0.44,
    'icc-2-k': 0.62,
    'icc-3-k': 0.91,
  };
  for (const [form, value] of Object.entries(paper))
    expect(found[form as keyof typeof paper], form).toBeCloseTo(value, 2);
});

test('Kendall’s W: 1 where all rank alike, 0 where two cancel out, null where nobody ranks', () => {
  expect(
    kendallW([
      [1, 2, 3],
      [10, 20, 30],
      [1, 5, 6],
    ]),
  ).toBeCloseTo(1, 12);
  expect(
    kendallW([
      [1, 2, 3],
      [3, 2, 1],
    ]),
  ).toBeCloseTo(0, 12);
  expect(
    kendallW([
      [1, 1, 1],
      [2, 2, 2],
    ]),
  ).toBeNull();
  expect(kendallW([[1, 2, 3]])).toBeNull();
});

test('what does not fit says why, and the document stays strict JSON', () => {
  const rows = rowsOf([
    [1, 2, null],
    [2, 2, 3],
    [1, null, 1],
  ]);
  for (const level of LEVELS) {
    const report = agreementReport(rows, level, { bootstraps: 20 });
    expect(new Set(report.coefficients.map(({ name }) => name)).size).toBe(14);
    for (const { value, notComputed } of report.coefficients) expect(value === null).toBe(notComputed !== undefined);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  }
  expect(named(rows, 'interval').get('icc-2-1')?.notComputed).toBe('not every annotator rated every item');
  expect(named(rows, 'nominal').get('fleiss-kappa')?.notComputed).toBe('items have different numbers of ratings');
  expect(named(rows, 'nominal').get('cohen-kappa')?.notComputed).toBe('for two annotators; there are 3');
});

test('the interval of each coefficient holds it, and no order of rows changes anything', () => {
  const cell = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 8, maxLength: 15 }).chain((data) => {
        const rows = rowsOf(data);
        return fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }));
      }),
      fc.constantFrom(...LEVELS),
      ([rows, shuffled], level) => {
        const report = agreementReport(rows, level, { bootstraps: 30 });
        expect(agreementReport(shuffled, level, { bootstraps: 30 })).toEqual(report);
        for (const { value, ci, name } of report.coefficients)
          if (value !== null) {
            expect(value, name).toBeLessThanOrEqual(1 + 1e-12);
            expect((ci?.[0] ?? 0) <= (ci?.[1] ?? 0), name).toBe(true);
          }
      },
    ),
    { numRuns: 30 },
  );
});

test('α alone and α among the others have one interval', () => {
  const units = unitsOf([
    [1, 1, 2],
    [2, 2, 2],
    [1, 3, 3],
    [4, 4, 4],
    [2, 1, 1],
  ]);
  const { alpha, ci, percent } = unitAgreement(units, 'ordinal', { seed: 4 });
  expect(agreementOf(units, 'ordinal', { seed: 4 })).toEqual({ alpha, ci, percent });
});
