/** How a set stands beside the population it is meant for, and how few hold it (S112, model cards). */

import { AssayError } from '../../schemas/errors.ts';
import { chiSquareTail } from '../metrics/chi-square.ts';
import { byText } from '../order.ts';

export type Counts = Readonly<Record<string, number>>;

export interface Representation {
  /** ½ Σ |share − target|: the share of rows that would have to change group. */
  readonly totalVariation: number;
  /** Pearson's goodness of fit; Infinity where a group of target 0 has rows. */
  readonly chiSquare: number;
  readonly p: number;
  readonly groups: readonly {
    readonly group: string;
    readonly n: number;
    readonly share: number;
    readonly target: number;
  }[];
}

/**
 * Counts by group beside declared shares; groups of either, by name. Throws ASY-5007 unless the shares are not negative and sum to
 * 1 (± 1e-9). Null without a row.
 */
export const representation = (counts: Counts, target: Counts): Representation | null => {
  const stated = Object.values(target).reduce((sum, share) => sum + share, 0);
  if (!(Math.abs(stated - 1) <= 1e-9) || Object.values(target).some((share) => share < 0))
    throw new AssayError('ASY-5007', {
      what: 'the sum of target shares',
      value: stated,
      range: '[1, 1], none below 0',
    });
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  if (total === 0) return null;
  const groups = [...new Set([...Object.keys(counts), ...Object.keys(target)])].sort(byText).map((group) => {
    const n = counts[group] ?? 0;
    return { group, n, share: n / total, target: target[group] ?? 0 };
  });
  const chiSquare = groups.reduce((sum, { n, target: share }) => {
    if (share > 0) return sum + (n - share * total) ** 2 / (share * total);
    return n > 0 ? Infinity : sum;
  }, 0);
  const freedom = groups.filter(({ target: share }) => share > 0).length - 1;
  return {
    totalVariation: groups.reduce((sum, { share, target: wanted }) => sum + Math.abs(share - wanted), 0) / 2,
    chiSquare,
    p: freedom > 0 ? chiSquareTail(chiSquare, freedom) : chiSquare > 0 ? 0 : 1,
    groups,
  };
};

/** Herfindahl–Hirschman index Σ share², of annotators, vendors or sources: 1/k for k alike, 1 where one has all; null without a row. */
export const concentration = (counts: Counts): number | null => {
  const all = Object.values(counts);
  const total = all.reduce((sum, n) => sum + n, 0);
  return total === 0 ? null : all.reduce((sum, n) => sum + (n / total) ** 2, 0);
};
