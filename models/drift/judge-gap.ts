import type { Reading } from '../../schemas/monitor.ts';
import { significant } from '../../schemas/significant.ts';
import { type Estimate, pairedDifference } from '../trust/bootstrap.ts';
import { found } from './reading.ts';

/** What a judge and people say of the same item: a win rate, a share or a rating on one scale. */
export interface JudgedItem {
  /** Items of one prompt are drawn together. */
  readonly group: string;
  readonly judge: number;
  readonly human: number;
}

/** Mean of judge − human over items that both judged, with its 95 % bootstrap interval over groups. */
export const judgeGap = (items: readonly JudgedItem[], seed = 0): Estimate =>
  pairedDifference(
    items.map(({ judge }) => judge),
    items.map(({ human }) => human),
    items.map(({ group }) => group),
    { seed },
  );

/** Red where the judge is off by more than the tolerance beyond noise: the whole interval lies outside [−tolerance, tolerance]. */
export const judgeGapAlarm = (items: readonly JudgedItem[], tolerance = 0.05, seed = 0): Reading => {
  const { value, ci, n } = judgeGap(items, seed);
  const reason = `judge − human ${significant(value)} [${significant(ci[0])}, ${significant(ci[1])}], tolerance ${tolerance}`;
  return found(ci[0] > tolerance || ci[1] < -tolerance, reason, [
    { name: 'judge − human', value, ci, n, limit: tolerance },
  ]);
};
