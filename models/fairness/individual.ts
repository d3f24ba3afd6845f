/** Individual fairness (S045; Dwork et al. 2012): alike should be treated alike, |f(x) − f(y)| ≤ L · d(x, y). */

/** Rewards are float32: a difference below this is none. */
const NOISE = 1e-6;

/**
 * The least that two items' rewards differ by, whichever response belongs to which: the largest difference with both in order of
 * size. Null where they have not equally many.
 */
export const rewardDistance = (a: readonly number[], b: readonly number[]): number | null => {
  if (a.length !== b.length || a.length === 0) return null;
  const [x, y] = [a, b].map((rewards) => rewards.toSorted((low, high) => low - high));
  return Math.max(...(x ?? []).map((reward, i) => Math.abs(reward - (y?.[i] ?? 0))));
};

/** Whether rewards differ by more than `lipschitz` times the distance allows. */
export const isUnfair = (difference: number, distance: number, lipschitz: number): boolean =>
  difference > lipschitz * distance + NOISE;
