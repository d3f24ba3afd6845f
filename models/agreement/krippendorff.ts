/** Krippendorff's α (S196; Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability") of units. */
import type { MeasurementLevel } from '../../schemas/label.ts';
import type { CountStatistic } from './bootstrap.ts';
import type { Units } from './units.ts';

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
export const alphaFunction = (units: Units, level: MeasurementLevel): CountStatistic => {
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
