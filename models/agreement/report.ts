/** What `assay stats agreement` says of rows (item, annotator, value). */
import { AssayError } from '../../schemas/errors.ts';
import type { MeasurementLevel } from '../../schemas/label.ts';
import { byText } from '../order.ts';
import type { BootstrapOptions } from './bootstrap.ts';
import type { Coefficient } from './coefficient.ts';
import { type Ratings, raterCoefficients } from './rater-coefficients.ts';
import { type Agreement, unitAgreement } from './unit-agreement.ts';
import { unitsOf, type Value } from './units.ts';

/** One rating: a line of an agreement CSV. */
export interface RatingRow {
  readonly item: string;
  readonly annotator: string;
  readonly value: Value;
}

/** What `stats agreement` prints. */
export interface AgreementReport extends Agreement {
  readonly items: number;
  readonly annotators: number;
  readonly ratings: number;
  readonly coefficients: readonly Coefficient[];
}

const ratingsOf = (rows: readonly RatingRow[]): Ratings => {
  const items = new Map<string, Map<string, Value>>();
  const annotators = new Set<string>();
  for (const { item, annotator, value } of rows) {
    annotators.add(annotator);
    const known = items.get(item) ?? new Map<string, Value>();
    known.set(annotator, value);
    items.set(item, known);
  }
  const sorted = [...items].sort(([a], [b]) => byText(a, b)).map(([, ratings]) => ratings);
  return {
    units: unitsOf(sorted.map((ratings) => [...ratings.values()])),
    annotators: [...annotators].sort(byText),
    items: sorted,
  };
};

/**
 * Agreement of rows, one an item and annotator; values are numbers for every level but nominal. Throws ASY-7002 for fewer than
 * two rows or annotators, or where no item has two ratings; ASY-7001 for text where a number is needed.
 */
export const agreementReport = (
  rows: readonly RatingRow[],
  level: MeasurementLevel,
  { file = 'ratings', ...options }: BootstrapOptions & { file?: string } = {},
): AgreementReport => {
  const empty = (reason: string) => new AssayError('ASY-7002', { file, reason });
  rows.forEach(({ value }, i) => {
    if (level !== 'nominal' && (typeof value !== 'number' || !Number.isFinite(value)))
      throw new AssayError('ASY-7001', { file, line: i + 1, reason: `value ${JSON.stringify(value)} is not a number` });
  });
  if (rows.length < 2) throw empty(`${rows.length} ratings; 2 are needed`);
  const ratings = ratingsOf(rows);
  if (ratings.annotators.length < 2) throw empty('ratings of one annotator; 2 annotators are needed');
  if (ratings.units.ends.length === 0) throw empty('no item has ratings of two annotators');
  const { coefficients, ...agreement } = unitAgreement(ratings.units, level, options);
  return {
    ...agreement,
    items: ratings.items.length,
    annotators: ratings.annotators.length,
    ratings: rows.length,
    coefficients: [...coefficients, ...raterCoefficients(ratings, level, options)],
  };
};
