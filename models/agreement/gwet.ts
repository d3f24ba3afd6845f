import type { CountStatistic } from './bootstrap.ts';
import type { Units } from './units.ts';
import type { Weights } from './weights.ts';

/**
 * Gwet's AC2 (2014, section 4.4; AC1 with identity weights, 2008) as a function of how often each type of unit occurs:
 * (pₐ − pₑ) / (1 − pₑ) with pₑ = Σw / (q(q − 1)) · Σ πₖ(1 − πₖ), πₖ the mean over items of the share of k. Items may differ in their
 * number of ratings, at least two. Null for a single category, about which nothing could have differed.
 */
export const gwetAc = ({ values, codes, ends }: Units, weights: Weights): CountStatistic => {
  const q = values.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const types = Array.from(ends, (end, t) => codes.subarray(t === 0 ? 0 : ends[t - 1], end));
  const agreement = types.map((own) => {
    let sum = 0;
    for (let i = 0; i < own.length; i++)
      for (let j = 0; j < own.length; j++) if (i !== j) sum += weights[(own[i] ?? 0) * q + (own[j] ?? 0)] ?? 0;
    return sum / (own.length * (own.length - 1));
  });
  return (counts) => {
    const shares = new Float64Array(q);
    let [items, observed] = [0, 0];
    types.forEach((own, t) => {
      const count = counts[t] ?? 0;
      items += count;
      observed += count * (agreement[t] ?? 0);
      for (const code of own) shares[code] = (shares[code] ?? 0) + count / own.length;
    });
    if (q < 2 || items === 0) return null;
    const chance = (total / (q * (q - 1))) * shares.reduce((sum, n) => sum + (n / items) * (1 - n / items), 0);
    return (observed / items - chance) / (1 - chance);
  };
};
