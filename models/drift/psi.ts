import { quantile } from '../order.ts';
import { type Alarm, shown } from './alarm.ts';

/** Rows added over all bins, in equal parts, so that an empty bin has no infinite logarithm. */
const PRIOR = 1;

/** Population stability index Σ (a − b) · ln(a / b) of two counts over the same bins: Jeffreys' divergence, in nats (S123). */
export const psiOfCounts = (reference: readonly number[], current: readonly number[]): number => {
  if (reference.length !== current.length) throw new RangeError(`${reference.length} bins against ${current.length}`);
  const sharesOf = (counts: readonly number[]) => {
    const total = counts.reduce((sum, n) => sum + n, 0);
    return counts.map((n) => (n + PRIOR / counts.length) / (total + PRIOR));
  };
  const [a, b] = [sharesOf(reference), sharesOf(current)];
  return a.reduce((sum, share, bin) => sum + (share - (b[bin] ?? share)) * Math.log(share / (b[bin] ?? share)), 0);
};

/** PSI of numbers over bins that hold equal shares of the reference; equal quantiles make one bin. */
export const psi = (reference: readonly number[], current: readonly number[], bins = 10): number => {
  const sorted = reference.toSorted((a, b) => a - b);
  const inner = Array.from({ length: bins - 1 }, (_, i) => quantile(sorted, (i + 1) / bins));
  const edges = [...new Set(inner)];
  const countsOf = (values: readonly number[]) => {
    const counts = Array.from({ length: edges.length + 1 }, () => 0);
    for (const value of values) {
      const above = edges.findIndex((edge) => value <= edge);
      const bin = above < 0 ? edges.length : above;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts;
  };
  return psiOfCounts(countsOf(reference), countsOf(current));
};

/** PSI of categories, bins by name. */
export const psiOfCategories = (reference: readonly string[], current: readonly string[]): number => {
  const names = [...new Set([...reference, ...current])].sort();
  const countsOf = (values: readonly string[]) => names.map((name) => values.filter((value) => value === name).length);
  return psiOfCounts(countsOf(reference), countsOf(current));
};

/**
 * Red where PSI is at least 0.25 (the rule of credit scoring: below 0.1 stable) and above what sampling alone gives: of two equal
 * distributions, (1/n + 1/m) times a χ² of bins − 1 degrees of freedom, of which the mean and six deviations are allowed.
 */
export const psiAlarm = (reference: readonly number[], current: readonly number[], bins = 10, limit = 0.25): Alarm => {
  const value = psi(reference, current, bins);
  const freedom = bins - 1;
  const noise = (1 / reference.length + 1 / current.length) * (freedom + 6 * Math.sqrt(2 * freedom));
  const least = Math.max(limit, noise);
  return { red: value >= least, reason: `PSI ${shown(value)}, limit ${shown(least)}` };
};
