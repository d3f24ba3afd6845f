import type { CountStatistic } from './bootstrap.ts';
import type { Units } from './units.ts';

/** How many ratings each item has where all have as many; null where they differ or there are none. */
export const ratersPerItem = ({ ends }: Units): number | null => {
  const m = ends[0] ?? null;
  return ends.every((end, t) => end - (t === 0 ? 0 : (ends[t - 1] ?? 0)) === m) ? m : null;
};

/**
 * Fleiss' κ (1971) as a function of how often each type of unit occurs: (P̄ − P̄ₑ) / (1 − P̄ₑ), P̄ₑ the sum of the squared shares of the
 * categories (S197). Null where one category has all ratings. Every item must have as many ratings (`ratersPerItem`).
 */
export const fleissKappa = (units: Units): CountStatistic => {
  const { values, codes, ends } = units;
  const m = ratersPerItem(units);
  if (m === null) throw new RangeError('items with different numbers of ratings');
  return (counts) => {
    const marginals = new Float64Array(values.length);
    let [items, agreeing, from] = [0, 0, 0];
    ends.forEach((end, t) => {
      const count = counts[t] ?? 0;
      // Codes of a type are sorted: equal ones stand together.
      for (let i = from; i < end; ) {
        let j = i;
        while (j < end && codes[j] === codes[i]) j++;
        agreeing += (count * (j - i) * (j - i - 1)) / (m * (m - 1));
        marginals[codes[i] ?? 0] = (marginals[codes[i] ?? 0] ?? 0) + count * (j - i);
        i = j;
      }
      items += count;
      from = end;
    });
    const chance = marginals.reduce((sum, n) => sum + (n / (items * m)) ** 2, 0);
    return chance === 1 ? null : (agreeing / items - chance) / (1 - chance);
  };
};
