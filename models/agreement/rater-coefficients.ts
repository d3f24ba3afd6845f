/** Coefficients that know who rated: Cohen's κ of two, intraclass correlations and Kendall's W of raters who rated everything. */
import type { MeasurementLevel } from '../../schemas/label.ts';
import { type BootstrapOptions, bootstrapCounts, bootstrapItems } from './bootstrap.ts';
import { type Coefficient, NOTHING_VARIES, without } from './coefficient.ts';
import { cohenKappa } from './cohen.ts';
import { ICC_FORMS, type IccForm, iccs } from './icc.ts';
import { kendallW } from './kendall-w.ts';
import type { Units, Value } from './units.ts';
import { weightsOf } from './weights.ts';

/** Ratings by item (sorted by text) and annotator (sorted by text). */
export interface Ratings {
  readonly units: Units;
  readonly annotators: readonly string[];
  /** By item, what each annotator said; absent where they said nothing. */
  readonly items: readonly ReadonlyMap<string, Value>[];
}

const cohens = (
  { units, annotators, items }: Ratings,
  level: MeasurementLevel,
  options: BootstrapOptions,
): Coefficient[] => {
  const names = level === 'nominal' ? ['cohen-kappa'] : ['cohen-kappa-linear', 'cohen-kappa-quadratic'];
  const [first, second] = annotators;
  if (first === undefined || second === undefined || annotators.length !== 2)
    return names.map((name) => without(name, `for two annotators; there are ${annotators.length}`));
  const q = units.values.length;
  const codeOf = new Map(units.values.map((value, code) => [value, code]));
  const table = new Int32Array(q * q);
  for (const item of items) {
    const [a, b] = [item.get(first), item.get(second)];
    if (a === undefined || b === undefined) continue;
    const cell = (codeOf.get(a) ?? 0) * q + (codeOf.get(b) ?? 0);
    table[cell] = (table[cell] ?? 0) + 1;
  }
  const weightings = level === 'nominal' ? (['identity'] as const) : (['linear', 'quadratic'] as const);
  return weightings.map((weighting, i) => {
    const [name, weights] = [names[i] ?? '', weightsOf(units.values, weighting)];
    const at = (counts: Int32Array) => cohenKappa(counts, weights);
    const value = at(table);
    const [ci = null] = value === null ? [] : bootstrapCounts(table, [at], options);
    const n = table.reduce((sum, count) => sum + count, 0);
    return value === null ? without(name, NOTHING_VARIES) : { name, value, ci, n };
  });
};

/** items × annotators, row-major, of the numbers that every annotator gave every item; null where any is missing. */
const completeMatrix = ({ annotators, items }: Ratings): Float64Array | null => {
  const matrix = new Float64Array(items.length * annotators.length);
  let at = 0;
  for (const item of items) {
    if (item.size !== annotators.length) return null;
    for (const annotator of annotators) matrix[at++] = Number(item.get(annotator));
  }
  return matrix;
};

const INCOMPLETE = 'not every annotator rated every item';

const concordance = (ratings: Ratings, matrix: Float64Array | null, options: BootstrapOptions): Coefficient => {
  const name = 'kendall-w';
  if (matrix === null) return without(name, INCOMPLETE);
  const k = ratings.annotators.length;
  const of = (rows: Int32Array) =>
    kendallW(ratings.annotators.map((_, j) => Float64Array.from(rows, (row) => matrix[row * k + j] ?? 0)));
  const n = ratings.items.length;
  const value = of(Int32Array.from({ length: n }, (_, i) => i));
  return value === null ? without(name, NOTHING_VARIES) : { name, value, ci: bootstrapItems(n, of, options), n };
};

const intraclass = (ratings: Ratings, matrix: Float64Array | null, options: BootstrapOptions): Coefficient[] => {
  if (matrix === null) return ICC_FORMS.map((name) => without(name, INCOMPLETE));
  const [k, n] = [ratings.annotators.length, ratings.items.length];
  const of = (form: IccForm) => (rows: Int32Array) => iccs(matrix, k, rows)[form];
  const all = Int32Array.from({ length: n }, (_, i) => i);
  return ICC_FORMS.map((name) => {
    const value = of(name)(all);
    return value === null
      ? without(name, NOTHING_VARIES)
      : { name, value, ci: bootstrapItems(n, of(name), options), n };
  });
};

/** Those that fit the level and the data with their values, the others with the reason. */
export const raterCoefficients = (
  ratings: Ratings,
  level: MeasurementLevel,
  options: BootstrapOptions = {},
): Coefficient[] => {
  if (level === 'nominal') {
    const numeric = ['cohen-kappa-linear', 'cohen-kappa-quadratic', 'gwet-ac2', 'kendall-w', ...ICC_FORMS];
    return [...cohens(ratings, level, options), ...numeric.map((name) => without(name, 'for numbers'))];
  }
  const matrix = completeMatrix(ratings);
  const iccsOrWhy =
    level === 'ordinal'
      ? ICC_FORMS.map((name) => without(name, 'for the interval and ratio levels'))
      : intraclass(ratings, matrix, options);
  const nominal = ['cohen-kappa', 'gwet-ac1'].map((name) => without(name, 'for the nominal level'));
  return [...cohens(ratings, level, options), concordance(ratings, matrix, options), ...iccsOrWhy, ...nominal];
};
