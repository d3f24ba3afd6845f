/** Whether groups are treated alike by decisions: of a selection, or of scores at or above a threshold (S046, S206, S207, S221). */
import { byText } from '../order.ts';

export interface Decided {
  readonly group: string;
  /** Selected, or scored at or above the threshold. */
  readonly positive: boolean;
}

export interface GroupRate {
  readonly group: string;
  readonly n: number;
  /** Share of positive decisions. */
  readonly rate: number;
  /** Fewer rows than `least`: the rate is mostly noise. */
  readonly small: boolean;
}

/** Rate of positive decisions by group, groups by name. */
export const selectionRates = (rows: readonly Decided[], least = 30): GroupRate[] =>
  [...Map.groupBy(rows, ({ group }) => group)]
    .map(([group, own]) => ({
      group,
      n: own.length,
      rate: own.filter(({ positive }) => positive).length / own.length,
      small: own.length < least,
    }))
    .sort((a, b) => byText(a.group, b.group));

const gap = (rates: readonly number[]): number => (rates.length === 0 ? 0 : Math.max(...rates) - Math.min(...rates));

/** Demographic parity difference: the largest gap between two groups' rates; 0 with one group. */
export const parityGap = (rows: readonly Decided[]): number => gap(selectionRates(rows).map(({ rate }) => rate));

/** Demographic fairness, 1 − the largest gap (S221). */
export const demographicFairness = (rows: readonly Decided[]): number => 1 - parityGap(rows);

export interface OddsGap {
  readonly truePositive: number;
  readonly falsePositive: number;
  /** The larger of the two: equalized odds difference. */
  readonly gap: number;
}

/**
 * Largest gaps in true and false positive rate between groups (Hardt et al. 2016). A group without a row of a truth has no rate of
 * that kind, and is left out of that gap.
 */
export const equalizedOdds = (rows: readonly (Decided & { readonly truth: boolean })[]): OddsGap => {
  const [truePositive, falsePositive] = [
    parityGap(rows.filter(({ truth }) => truth)),
    parityGap(rows.filter(({ truth }) => !truth)),
  ];
  return { truePositive, falsePositive, gap: Math.max(truePositive, falsePositive) };
};
