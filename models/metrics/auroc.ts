import { midranks } from '../order.ts';

/**
 * Area under the ROC curve: the probability that a positive scores above a negative, ties one half (Mann–Whitney U by mid-ranks).
 * Null where one class is empty.
 */
export const auroc = (positives: ArrayLike<number>, negatives: ArrayLike<number>): number | null => {
  const [p, n] = [positives.length, negatives.length];
  if (p === 0 || n === 0) return null;
  const ranks = midranks([...Array.from(positives), ...Array.from(negatives)]);
  let sum = 0;
  for (let i = 0; i < p; i++) sum += ranks[i] ?? 0;
  return (sum - (p * (p + 1)) / 2) / (p * n);
};
