/** Reliability of ratings: of one rater over time, of a test's halves, of a rubric's dimensions (S225–S227). */
import { type IccForm, iccs } from '../agreement/icc.ts';
import { createRandom } from '../random.ts';
import { pearson } from './correlation.ts';

export interface TestRetest {
  /** Pearson's correlation of the two occasions; null where one is constant. */
  readonly r: number | null;
  /** All six forms of Shrout & Fleiss, occasions in the place of raters. */
  readonly icc: Readonly<Record<IccForm, number | null>>;
  readonly n: number;
}

/** Agreement of ratings of the same items on two occasions (S225). */
export const testRetest = (first: readonly number[], second: readonly number[]): TestRetest => {
  const r = pearson(first, second);
  const n = first.length;
  const table = Float64Array.from(first.flatMap((value, i) => [value, second[i] ?? 0]));
  return {
    r,
    icc: iccs(
      table,
      2,
      first.map((_, i) => i),
    ),
    n,
  };
};

/** Reliability of a test of twice the length, 2r / (1 + r) (Spearman 1910, Brown 1910). */
export const spearmanBrown = (r: number): number => (2 * r) / (1 + r);

/** Rows of a table of equal length. Throws RangeError where they are not. */
const columnsOf = (rows: readonly (readonly number[])[]): number => {
  const k = rows[0]?.length ?? 0;
  for (const [i, row] of rows.entries())
    if (row.length !== k) throw new RangeError(`row ${i} has ${row.length} columns, not ${k}`);
  return k;
};

/**
 * Split-half reliability of k parts (S226): parts are dealt into two halves, sums correlated, stepped up by Spearman–Brown, and
 * averaged over seeded splits; of an odd number one part sits out. Splits with a constant half are left out. Null where all are.
 */
export const splitHalf = (rows: readonly (readonly number[])[], { splits = 100, seed = 0 } = {}): number | null => {
  const k = columnsOf(rows);
  const half = k >> 1;
  if (half === 0) return null;
  const random = createRandom(seed);
  const parts = Array.from({ length: k }, (_, i) => i);
  const found: number[] = [];
  for (let split = 0; split < splits; split++) {
    for (let i = k - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [parts[i], parts[j]] = [parts[j] ?? 0, parts[i] ?? 0];
    }
    const sums = (from: number) =>
      rows.map((row) => parts.slice(from, from + half).reduce((sum, part) => sum + (row[part] ?? 0), 0));
    const r = pearson(sums(0), sums(half));
    if (r !== null && r > -1) found.push(spearmanBrown(r));
  }
  return found.length === 0 ? null : found.reduce((sum, value) => sum + value, 0) / found.length;
};

const variance = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
};

/**
 * Cronbach's alpha of n rows × k dimensions, k/(k − 1) · (1 − Σ σ²ᵢ / σ² of the sums) (S227). Null for fewer than two rows or
 * dimensions, or where the sums are constant.
 */
export const cronbachAlpha = (rows: readonly (readonly number[])[]): number | null => {
  const k = columnsOf(rows);
  if (k < 2 || rows.length < 2) return null;
  const total = variance(rows.map((row) => row.reduce((sum, value) => sum + value, 0)));
  const parts = Array.from({ length: k }, (_, i) => variance(rows.map((row) => row[i] ?? 0)));
  return total === 0 ? null : (k / (k - 1)) * (1 - parts.reduce((sum, part) => sum + part, 0) / total);
};
