/** Bootstrap intervals over items, the percentile method (Efron & Tibshirani 1993, ch. 13). */
import { quantile } from '../order.ts';
import { createRandom } from '../random.ts';

export interface BootstrapOptions {
  /** Resamples; 0: no interval. */
  readonly bootstraps?: number;
  readonly seed?: number;
}

/** 2.5 % and 97.5 % quantiles over resamples. */
export type Interval = [number, number];

/** The interval of draws, those without a value left out; null where none has one. */
const intervalOf = (draws: readonly (number | null)[]): Interval | null => {
  const found = draws.flatMap((value) => value ?? []).sort((a, b) => a - b);
  return found.length === 0 ? null : [quantile(found, 0.025), quantile(found, 0.975)];
};

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

/** A function of how often each type of unit occurs; null where it has no value. */
export type CountStatistic = (counts: Int32Array) => number | null;

/** Intervals of statistics of the same units, as many units drawn again as there are, all of them on the same draws. */
export const bootstrapCounts = (
  counts: Int32Array,
  statistics: readonly CountStatistic[],
  { bootstraps = 1000, seed = 0 }: BootstrapOptions = {},
): (Interval | null)[] => {
  const typeOf = expand(counts);
  const random = createRandom(seed);
  const drawn = new Int32Array(counts.length);
  const draws = Array.from({ length: bootstraps }, () => {
    drawn.fill(0);
    for (let i = 0; i < typeOf.length; i++) {
      const type = typeOf[Math.floor(random() * typeOf.length)] ?? 0;
      drawn[type] = (drawn[type] ?? 0) + 1;
    }
    return statistics.map((statistic) => statistic(drawn));
  });
  return statistics.map((_, s) => intervalOf(draws.map((values) => values[s] ?? null)));
};

/** Interval of a statistic of which items (indices) were drawn. */
export const bootstrapItems = (
  items: number,
  statistic: (drawn: Int32Array) => number | null,
  { bootstraps = 1000, seed = 0 }: BootstrapOptions = {},
): Interval | null => {
  const random = createRandom(seed);
  const drawn = new Int32Array(items);
  const draws = Array.from({ length: bootstraps }, () => {
    for (let i = 0; i < items; i++) drawn[i] = Math.floor(random() * items);
    return statistic(drawn);
  });
  return intervalOf(draws);
};

/** Interval of the mean of one value an item. */
export const bootstrapMeans = (values: ArrayLike<number>, options?: BootstrapOptions): Interval | null =>
  values.length === 0
    ? null
    : bootstrapItems(
        values.length,
        (drawn) => drawn.reduce((sum, item) => sum + (values[item] ?? 0), 0) / drawn.length,
        options,
      );
