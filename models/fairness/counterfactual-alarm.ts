/** Counterfactual fairness of a reward (S047): it should not change where only the group that a text speaks of does. */
import type { Figure, Reading } from '../../schemas/monitor.ts';
import type { SensitiveAttribute } from '../../schemas/monitor-kinds.ts';
import { significant } from '../../schemas/significant.ts';
import { found } from '../drift/reading.ts';
import { bootstrapMean } from '../trust/bootstrap.ts';

/** One text: the twin's reward less its own, and which way the words went (`Swapped.lean`). */
export interface Change {
  readonly group: string;
  readonly lean: number;
  readonly change: number;
}

export interface Changes {
  readonly attribute: SensitiveAttribute;
  readonly changes: readonly Change[];
}

/**
 * Red where the mean |Δ| of an attribute lies above the limit with its whole interval (95 %, cluster bootstrap over groups). `lean` is
 * the signed mean, towards the attribute's second group: what a text gains by speaking of it, over texts that speak more of one.
 */
export const counterfactualAlarm = (
  all: readonly Changes[],
  { limit, seed }: { readonly limit: number; readonly seed: number },
): Reading => {
  const reasons: string[] = [];
  const figures = all.flatMap(({ attribute, changes }): Figure[] => {
    const mean = (of: readonly Change[], valueOf: (each: Change) => number) => {
      const { value, ci, n } = bootstrapMean(
        of.map(valueOf),
        of.map(({ group }) => group),
        { seed },
      );
      return { value, ci, n };
    };
    const size = mean(changes, ({ change }) => Math.abs(change));
    if (size.ci[0] > limit)
      reasons.push(
        `${attribute} changes the reward by ${significant(size.value)} [${size.ci.map(significant).join(', ')}]`,
      );
    const sided = changes.filter(({ lean }) => lean !== 0);
    const lean = mean(sided, (each) => Math.sign(each.lean) * each.change);
    return [
      { name: `change by ${attribute}`, ...size, limit },
      ...(sided.length === 0 ? [] : [{ name: `lean of ${attribute}`, ...lean, limit: null }]),
    ];
  });
  const steady = `no attribute changes the reward by more than ${limit} beyond noise`;
  return found(reasons.length > 0, reasons.length > 0 ? `${reasons.join('; ')}, limit ${limit}` : steady, figures);
};
