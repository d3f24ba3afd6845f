/** Krippendorff's α (S196; Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability") with bootstrap intervals over units. */
import { AssayError } from '../../schemas/errors.ts';
import type { MeasurementLevel } from '../../schemas/label.ts';
import { quantile } from '../order.ts';
import { createRandom } from '../random.ts';
import type { Units, Value } from './units.ts';
import { collectUnits, percentAgreement } from './units.ts';

/**
 * Scores under which the squared difference of two values is δ²: the values themselves for interval, mid-ranks for ordinal
 * (Krippendorff's Σ_{g=c..k} n_g − (n_c + n_k)/2 is a difference of mid-ranks). Nominal and ratio have none.
 */
const scoresOf = (level: MeasurementLevel, numbers: Float64Array, marginals: Float64Array): Float64Array | null => {
  if (level === 'interval') return numbers;
  if (level !== 'ordinal') return null;
  let below = 0;
  return marginals.map((n) => {
    const rank = below + n / 2;
    below += n;
    return rank;
  });
};

const ratio = (a: number, b: number): number => (a + b === 0 ? 0 : ((a - b) / (a + b)) ** 2);

/** Observed disagreement of one unit: Σ_{i≠j} δ² / (m − 1). */
const observedIn = (
  codes: Int32Array,
  level: MeasurementLevel,
  numbers: Float64Array,
  scores: Float64Array | null,
): number => {
  const m = codes.length;
  let sum = 0;
  if (scores !== null) {
    let [first, second] = [0, 0];
    const zero = scores[codes[0] ?? 0] ?? 0;
    for (const code of codes) {
      const score = (scores[code] ?? 0) - zero;
      first += score;
      second += score * score;
    }
    sum = 2 * (m * second - first * first);
  } else
    for (let i = 0; i < m; i++)
      for (let j = i + 1; j < m; j++) {
        const [a, b] = [codes[i] ?? 0, codes[j] ?? 0];
        if (a !== b) sum += level === 'nominal' ? 2 : 2 * ratio(numbers[a] ?? 0, numbers[b] ?? 0);
      }
  return sum / (m - 1);
};

/** Expected disagreement: Σ_{c≠k} n_c·n_k·δ². */
const expectedOf = (
  level: MeasurementLevel,
  numbers: Float64Array,
  scores: Float64Array | null,
  marginals: Float64Array,
): number => {
  const n = marginals.reduce((sum, count) => sum + count, 0);
  if (level === 'nominal') return n * n - marginals.reduce((sum, count) => sum + count * count, 0);
  if (scores !== null) {
    let mean = 0;
    for (let c = 0; c < scores.length; c++) mean += ((marginals[c] ?? 0) * (scores[c] ?? 0)) / n;
    let spread = 0;
    for (let c = 0; c < scores.length; c++) spread += (marginals[c] ?? 0) * ((scores[c] ?? 0) - mean) ** 2;
    return 2 * n * spread;
  }
  let sum = 0;
  for (let c = 0; c < marginals.length; c++)
    for (let k = c + 1; k < marginals.length; k++)
      sum += 2 * (marginals[c] ?? 0) * (marginals[k] ?? 0) * ratio(numbers[c] ?? 0, numbers[k] ?? 0);
  return sum;
};

/** α as a function of how often each unit type occurs: what the bootstrap changes. */
const alphaFunction = (units: Units, level: MeasurementLevel): ((counts: Int32Array) => number | null) => {
  const numbers = Float64Array.from(units.values, (value) => (typeof value === 'number' ? value : Number.NaN));
  const types = Array.from(units.ends, (end, t) => units.codes.subarray(t === 0 ? 0 : units.ends[t - 1], end));
  const marginals = new Float64Array(units.values.length);
  const fixed = level === 'ordinal' ? null : scoresOf(level, numbers, marginals);
  // Only ordinal differences depend on the marginals; the others are worked out once.
  const observed = level === 'ordinal' ? null : types.map((codes) => observedIn(codes, level, numbers, fixed));
  return (counts) => {
    marginals.fill(0);
    types.forEach((codes, t) => {
      const count = counts[t] ?? 0;
      if (count > 0) for (const code of codes) marginals[code] = (marginals[code] ?? 0) + count;
    });
    if (marginals.reduce((kinds, n) => kinds + (n > 0 ? 1 : 0), 0) < 2) return null;
    const scores = scoresOf(level, numbers, marginals);
    let disagreement = 0;
    types.forEach((codes, t) => {
      const count = counts[t] ?? 0;
      if (count > 0) disagreement += count * (observed?.[t] ?? observedIn(codes, level, numbers, scores));
    });
    const n = marginals.reduce((sum, count) => sum + count, 0);
    const expected = expectedOf(level, numbers, scores, marginals);
    return expected === 0 ? null : 1 - ((n - 1) * disagreement) / expected;
  };
};

/** α of units; null where no unit has two values, or where all values are equal (nothing could have differed). */
export const krippendorffAlpha = (units: Units, level: MeasurementLevel): number | null =>
  alphaFunction(units, level)(units.counts);

/** The type of each unit: type t as often as it occurs. */
const expand = (counts: Int32Array): Int32Array => {
  const all = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
  let at = 0;
  counts.forEach((count, type) => {
    all.fill(type, at, at + count);
    at += count;
  });
  return all;
};

export interface BootstrapOptions {
  readonly bootstraps?: number;
  readonly seed?: number;
}

export interface Agreement {
  readonly alpha: number | null;
  /** 2.5 % and 97.5 % quantiles over resamples of units; null where α is, or without resamples. */
  readonly ci: [number, number] | null;
  readonly percent: number | null;
}

/** α, its interval and percent agreement. Resamples in which all values are equal have no α and are left out. */
export const agreementOf = (units: Units, level: MeasurementLevel, options: BootstrapOptions = {}): Agreement => {
  const { bootstraps = 1000, seed = 0 } = options;
  const at = alphaFunction(units, level);
  const alpha = at(units.counts);
  const percent = percentAgreement(units);
  if (alpha === null || bootstraps === 0) return { alpha, ci: null, percent };
  const typeOf = expand(units.counts);
  const random = createRandom(seed);
  const counts = new Int32Array(units.counts.length);
  const alphas: number[] = [];
  for (let b = 0; b < bootstraps; b++) {
    counts.fill(0);
    for (let i = 0; i < typeOf.length; i++) {
      const type = typeOf[Math.floor(random() * typeOf.length)] ?? 0;
      counts[type] = (counts[type] ?? 0) + 1;
    }
    const resampled = at(counts);
    if (resampled !== null) alphas.push(resampled);
  }
  alphas.sort((a, b) => a - b);
  return { alpha, ci: alphas.length === 0 ? null : [quantile(alphas, 0.025), quantile(alphas, 0.975)], percent };
};

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
}

/**
 * Agreement of rows (item, annotator, value); values are numbers for every level but nominal. Throws ASY-7002 for fewer than
 * two rows or annotators, or where no item has two ratings; ASY-7001 for text where a number is needed.
 */
export const alphaFromRows = (
  rows: readonly RatingRow[],
  level: MeasurementLevel,
  { file = 'ratings', ...options }: BootstrapOptions & { file?: string } = {},
): AgreementReport => {
  const empty = (reason: string) => new AssayError('ASY-7002', { file, reason });
  const items = new Map<string, Value[]>();
  const annotators = new Set<string>();
  rows.forEach(({ item, annotator, value }, i) => {
    if (level !== 'nominal' && (typeof value !== 'number' || !Number.isFinite(value)))
      throw new AssayError('ASY-7001', { file, line: i + 1, reason: `value ${JSON.stringify(value)} is not a number` });
    annotators.add(annotator);
    const known = items.get(item);
    if (known === undefined) items.set(item, [value]);
    else known.push(value);
  });
  if (rows.length < 2) throw empty(`${rows.length} ratings; 2 are needed`);
  if (annotators.size < 2) throw empty('ratings of one annotator; 2 annotators are needed');
  const collector = collectUnits();
  for (const values of items.values()) collector.add(values);
  const units = collector.end();
  if (units.ends.length === 0) throw empty('no item has ratings of two annotators');
  return {
    ...agreementOf(units, level, options),
    items: items.size,
    annotators: annotators.size,
    ratings: rows.length,
  };
};
