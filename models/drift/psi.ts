import type { Reading } from '../../schemas/monitor.ts';
import { significant } from '../../schemas/significant.ts';
import { quantile } from '../order.ts';
import { figure, found } from './reading.ts';

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

type Counts = readonly [reference: readonly number[], current: readonly number[]];

/** Numbers counted over bins that hold equal shares of the reference. */
const binned = (reference: readonly number[], current: readonly number[], bins: number): Counts => {
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
  return [countsOf(reference), countsOf(current)];
};

/** PSI of numbers over bins that hold equal shares of the reference; equal quantiles make one bin. */
export const psi = (reference: readonly number[], current: readonly number[], bins = 10): number =>
  psiOfCounts(...binned(reference, current, bins));

/** Categories counted by name. */
const named = (reference: readonly string[], current: readonly string[]): Counts => {
  const bins = new Map([...new Set([...reference, ...current])].sort().map((name, bin) => [name, bin]));
  const countsOf = (values: readonly string[]) => {
    const counts = Array.from(bins, () => 0);
    for (const value of values) {
      const bin = bins.get(value) ?? 0;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts;
  };
  return [countsOf(reference), countsOf(current)];
};

/** PSI of categories, bins by name. */
export const psiOfCategories = (reference: readonly string[], current: readonly string[]): number =>
  psiOfCounts(...named(reference, current));

/** The rule of credit scoring: below 0.1 stable, from 0.25 on another population. */
const SHIFTED = 0.25;

/**
 * Red where the PSI of two counts is at least the limit and above what sampling alone gives: of two equal distributions,
 * (1/n + 1/m) times a χ² of bins − 1 degrees of freedom, of which the mean and six deviations are allowed.
 */
export const psiCountsAlarm = (
  reference: readonly number[],
  current: readonly number[],
  limit = SHIFTED,
  freedom = reference.length - 1,
): Reading => {
  const value = psiOfCounts(reference, current);
  const [n, m] = [reference, current].map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [
    number,
    number,
  ];
  const noise = (1 / n + 1 / m) * (freedom + 6 * Math.sqrt(2 * freedom));
  const least = Math.max(limit, noise);
  return found(value >= least, `PSI ${significant(value)}, limit ${significant(least)}`, [
    figure('PSI', value, n + m, least),
  ]);
};

/** The same of numbers, over bins that hold equal shares of the reference. */
export const psiAlarm = (
  reference: readonly number[],
  current: readonly number[],
  bins = 10,
  limit = SHIFTED,
): Reading => psiCountsAlarm(...binned(reference, current, bins), limit, bins - 1);

/** The same of categories. */
export const psiCategoriesAlarm = (
  reference: readonly string[],
  current: readonly string[],
  limit = SHIFTED,
): Reading => psiCountsAlarm(...named(reference, current), limit);
