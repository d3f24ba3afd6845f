/** Advantages of the responses to one prompt, by their rewards alone: no critic. */

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Equal rewards, whose mean may differ from them by rounding. */
const allEqual = (rewards: readonly number[]): boolean => rewards.every((reward) => reward === rewards[0]);

/**
 * GRPO (Shao et al. 2024, section 4.1.2): (r − mean) / std within the group; 0 where all are equal. `sample` divides the squares by n − 1,
 * as TRL, verl and OpenRLHF do, `population` by n.
 */
export const groupAdvantages = (
  rewards: readonly number[],
  deviation: 'sample' | 'population' = 'sample',
): number[] => {
  if (allEqual(rewards)) return rewards.map(() => 0);
  const mean = sumOf(rewards) / rewards.length;
  const squares = sumOf(rewards.map((reward) => (reward - mean) ** 2));
  const std = Math.sqrt(squares / (rewards.length - (deviation === 'sample' ? 1 : 0)));
  return rewards.map((reward) => (reward - mean) / std);
};

/** RLOO (Ahmadian et al. 2024, equation 8): r minus the mean of the others' rewards; 0 for one that is alone. */
export const leaveOneOutAdvantages = (rewards: readonly number[]): number[] => {
  if (allEqual(rewards)) return rewards.map(() => 0);
  const sum = sumOf(rewards);
  return rewards.map((reward) => reward - (sum - reward) / (rewards.length - 1));
};
