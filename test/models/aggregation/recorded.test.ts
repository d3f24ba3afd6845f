/** Recorded votes of people on real tasks: agreement to six digits, and what learning from annotators is worth. */
import { expect, test } from 'vitest';
import { aggregateRows } from '../../../models/aggregation/rows.ts';
import { krippendorffAlpha } from '../../../models/agreement/krippendorff.ts';
import { agreementReport, type RatingRow } from '../../../models/agreement/report.ts';
import { unitsOf } from '../../../models/agreement/units.ts';
import type { MeasurementLevel } from '../../../schemas/label.ts';
import { type SharedSet, sharedVotes } from '../../support/shared-data.ts';

const ALPHAS: readonly (readonly [SharedSet, MeasurementLevel, number])[] = [
  ['rte', 'nominal', 0.241479],
  ['temp', 'nominal', 0.223413],
  ['dsg', 'ordinal', 0.691361],
  ['dsg', 'interval', 0.693981],
  ['dsg', 'nominal', 0.404051],
];

for (const [name, level, alpha] of ALPHAS) {
  const votes = sharedVotes(name);
  if (votes === null) continue;
  test(`S196: ${name}, ${level}: α ${alpha}`, () => {
    expect(agreementReport(votes.rows, level, { bootstraps: 0 }).alpha).toBeCloseTo(alpha, 6);
  });
}

for (const name of ['rte', 'temp'] as const) {
  const votes = sharedVotes(name);
  if (votes === null) continue;
  test(`${name}: who learns of annotators is right at least as often as the majority`, () => {
    const accuracy = (method: 'majority' | 'dawid-skene' | 'one-coin' | 'mace') =>
      aggregateRows(votes.rows, method, votes.truth).truth?.accuracy ?? 0;
    for (const method of ['dawid-skene', 'one-coin', 'mace'] as const)
      expect(accuracy(method), method).toBeGreaterThanOrEqual(accuracy('majority'));
  });
}

/** The first ten items of the anaesthesia data (Dawid & Skene 1979), observers 2 to 5. */
const SMALL = ['1111', '4334', '2122', '3121', '3222', '3322', '2111', '3433', '2223', '2223'];

test('rows and units give one α', () => {
  const rows = SMALL.flatMap((given, i) =>
    given.split('').map((value, j): RatingRow => ({ item: `i${i}`, annotator: `o${j}`, value: Number(value) })),
  );
  expect(agreementReport(rows, 'ordinal', { bootstraps: 0 }).alpha).toBe(
    krippendorffAlpha(unitsOf(SMALL.map((given) => given.split('').map(Number))), 'ordinal'),
  );
});
