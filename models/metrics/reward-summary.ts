import { byText } from '../order.ts';
import { bootstrapMean } from '../trust/bootstrap.ts';

/** Reward model score of a slice (S199). */
export interface RewardSummary {
  /** `all`, the slice's name, or `unknown`. */
  readonly slice: string;
  readonly n: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly sd: number;
  /** 95 % bootstrap interval of the mean, over groups. */
  readonly ci: [number, number];
}

/** Mean, deviation and interval of rewards over all rows, then per slice by name; nothing for no row. */
export const rewardSummary = (
  rewards: readonly number[],
  slices: readonly (string | null)[],
  groups: readonly string[],
  seed = 0,
): RewardSummary[] => {
  const summarise = (slice: string, rows: readonly number[]): RewardSummary => {
    const values = rows.map((row) => rewards[row] ?? 0);
    const { value: mean, ci } = bootstrapMean(
      values,
      rows.map((row) => groups[row] ?? ''),
      { seed },
    );
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return { slice, n: rows.length, mean, sd, ci };
  };
  if (rewards.length === 0) return [];
  const names = [...new Set(slices.map((slice) => slice ?? 'unknown'))].sort(byText);
  const rowsOf = (name: string) => rewards.flatMap((_, row) => ((slices[row] ?? 'unknown') === name ? [row] : []));
  return [
    summarise(
      'all',
      rewards.map((_, row) => row),
    ),
    ...names.map((name) => summarise(name, rowsOf(name))),
  ];
};
