import { topK } from './ranking.ts';

/** Population variance of an example's rewards; 0 with none. */
export const rewardVariance = (rewards: ArrayLike<number>): number => {
  const n = rewards.length;
  let [mean, squares] = [0, 0];
  for (let i = 0; i < n; i++) mean += (rewards[i] ?? 0) / n;
  for (let i = 0; i < n; i++) squares += ((rewards[i] ?? 0) - mean) ** 2;
  return n === 0 ? 0 : squares / n;
};

/**
 * The k examples whose rewards vary most, over samples or over training (one-shot RLVR, Wang et al. 2025, equation 2), most
 * varied first, ties by id: always or never solved, an example teaches nothing.
 */
export const mostVaried = <R extends { readonly id: string; readonly rewards: readonly number[] }>(
  rows: readonly R[],
  k: number,
): R[] =>
  topK(
    rows.map((row) => ({ id: row.id, score: rewardVariance(row.rewards), row })),
    k,
  ).map(({ row }) => row);
