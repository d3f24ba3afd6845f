import type { Reading } from '../../schemas/monitor.ts';
import { significant } from '../../schemas/significant.ts';
import { midranks } from '../order.ts';
import { figure, found, noData } from './reading.ts';

export interface Pettitt {
  /** The last element before the change, by index. */
  readonly at: number;
  /** K, the largest |U|. */
  readonly statistic: number;
  /** 2 · exp(−6K² / (n³ + n²)), at most 1: an approximation that is good where it is small. */
  readonly p: number;
}

/**
 * Pettitt's test (1979) for one change of level in a series, by ranks: U(t) = 2 Σ over i ≤ t of rank − t(n + 1). The first of
 * equal maxima. Throws ASY-5005 for NaN, RangeError for fewer than two values.
 */
export const pettitt = (values: ArrayLike<number>): Pettitt => {
  const n = values.length;
  if (n < 2) throw new RangeError(`${n} values; 2 are needed`);
  const ranks = midranks(values);
  let [sum, at, statistic] = [0, 0, -1];
  for (let t = 0; t < n - 1; t++) {
    sum += ranks[t] ?? 0;
    const u = Math.abs(2 * sum - (t + 1) * (n + 1));
    if (u > statistic) [at, statistic] = [t, u];
  }
  return { at, statistic, p: Math.min(1, 2 * Math.exp((-6 * statistic * statistic) / (n ** 3 + n ** 2))) };
};

export interface CusumOptions {
  /** Half the shift to be found, in standard deviations. */
  readonly slack?: number;
  /** Where the sum is red, in standard deviations. */
  readonly limit?: number;
}

export interface Cusum {
  /** Upper and lower sum after each value, both in standard deviations, never below 0. */
  readonly upper: readonly number[];
  readonly lower: readonly number[];
  /** Index of the first value after which either passes the limit; null where none does. */
  readonly at: number | null;
}

/**
 * Page's two-sided cumulative sums (1954) against a known mean and deviation: S⁺ ← max(0, S⁺ + z − slack), S⁻ alike. With slack ½
 * and limit 5 a series without change runs about 465 values to a false alarm, one that shifts by a deviation about 10 to a true one.
 */
export const cusum = (
  values: ArrayLike<number>,
  mean: number,
  deviation: number,
  { slack = 0.5, limit = 5 }: CusumOptions = {},
): Cusum => {
  if (!(deviation > 0)) throw new RangeError(`deviation ${deviation}`);
  const [upper, lower]: [number[], number[]] = [[], []];
  let at: number | null = null;
  for (let i = 0; i < values.length; i++) {
    const z = ((values[i] ?? 0) - mean) / deviation;
    upper.push(Math.max(0, (upper.at(-1) ?? 0) + z - slack));
    lower.push(Math.max(0, (lower.at(-1) ?? 0) - z - slack));
    if (at === null && Math.max(upper[i] ?? 0, lower[i] ?? 0) > limit) at = i;
  }
  return { upper, lower, at };
};

/** The fewest values of which a single step, in their middle, has a p below alpha: with fewer nothing could ever be red. */
const leastValues = (alpha: number): number => {
  let n = 2;
  while (2 * Math.exp((-6 * Math.floor((n * n) / 4) ** 2) / (n ** 3 + n ** 2)) >= alpha) n++;
  return n;
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Red where the level of a series changed once, p < alpha, or with `fall` where it fell; without data where the series is too short
 * to tell.
 */
export const changeAlarm = (
  values: readonly number[],
  alpha = 0.01,
  direction: 'either' | 'fall' = 'either',
): Reading => {
  const [n, least] = [values.length, leastValues(alpha)];
  if (n < least) return noData(`a series of ${n}; a change shows in ${least} or more`);
  const { at, p } = pettitt(values);
  const [before, after] = [mean(values.slice(0, at + 1)), mean(values.slice(at + 1))];
  const red = p < alpha && (direction === 'either' || after < before);
  return found(
    red,
    `from ${significant(before)} to ${significant(after)} after value ${at + 1} of ${n}, p ${significant(p)}`,
    [figure('p of a change', p, n, alpha)],
  );
};
