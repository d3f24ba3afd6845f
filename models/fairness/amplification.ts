/** Whether a reward widens the gaps between groups that people's own labels show (S043). */
import type { Figure, Reading } from '../../schemas/monitor.ts';
import { significant } from '../../schemas/significant.ts';
import { figure, found, noData } from '../drift/reading.ts';

/** One response under both: people's label and the head's reward. */
export interface GroupedPair {
  readonly part: string;
  readonly human: number;
  readonly reward: number;
}

interface Moments {
  readonly mean: number;
  /** Of the population. */
  readonly variance: number;
}

const momentsOf = (values: readonly number[]): Moments => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
};

/** In deviations from the mean; null where there is no variation. */
const standardised = (values: readonly number[]): number[] | null => {
  const { mean, variance } = momentsOf(values);
  return variance > 0 ? values.map((value) => (value - mean) / Math.sqrt(variance)) : null;
};

/** 97.5 % quantile of the standard normal. */
const Z95 = 1.959963984540054;

/** Mean of those inside less that of those outside, with Welch's standard error. */
const gapOf = (values: readonly number[], inside: readonly boolean[]): { value: number; error: number } => {
  const [own, rest] = [true, false].map((side) => momentsOf(values.filter((_, i) => inside[i] === side))) as [
    Moments,
    Moments,
  ];
  const n = inside.filter(Boolean).length;
  const error = Math.sqrt(own.variance / (n - 1) + rest.variance / (inside.length - n - 1));
  return { value: own.mean - rest.mean, error };
};

/**
 * Red where the head sets a part apart by more than people do. Labels and rewards are put in standard deviations; a part's gap is its
 * mean less that of all others; amplification is the reward's gap less people's, towards the reward's side, and its whole 95 %
 * interval must pass the limit. A head that tells parts apart less than people do amplifies nothing. Parts with fewer rows than
 * `least` are told with no others.
 */
export const amplificationAlarm = (pairs: readonly GroupedPair[], limit: number, least: number): Reading => {
  const human = standardised(pairs.map((pair) => pair.human));
  const reward = standardised(pairs.map((pair) => pair.reward));
  if (human === null || reward === null) return noData('labels or rewards do not vary');
  const apart = reward.map((value, i) => value - (human[i] ?? 0));
  const parts = [...Map.groupBy(pairs, ({ part }) => part)]
    .filter(([, own]) => own.length >= least && pairs.length - own.length >= least)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (parts.length === 0) return noData(`no part has ${least} labels with a reward beside as many of others`);
  const reasons: string[] = [];
  const figures = parts.flatMap(([part, own]): Figure[] => {
    const inside = pairs.map((pair) => pair.part === part);
    const [people, head, gap] = [human, reward, apart].map((values) => gapOf(values, inside)) as [
      ReturnType<typeof gapOf>,
      ReturnType<typeof gapOf>,
      ReturnType<typeof gapOf>,
    ];
    const value = Math.sign(head.value) * gap.value;
    const ci: [number, number] = [value - Z95 * gap.error, value + Z95 * gap.error];
    if (ci[0] > limit)
      reasons.push(
        `${part} is ${significant(head.value)} deviations apart in reward, ${significant(people.value)} in people's labels`,
      );
    return [
      figure(`people's gap of ${part}`, people.value, own.length),
      figure(`the reward's gap of ${part}`, head.value, own.length),
      { name: `amplification of ${part}`, value, ci, n: own.length, limit },
    ];
  });
  const steady = `no part of ${parts.length} is set apart by ${limit} deviations more than people do`;
  return found(reasons.length > 0, reasons.length > 0 ? `${reasons.join('; ')}, limit ${limit}` : steady, figures);
};
