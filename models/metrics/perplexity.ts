/** exp of the mean negative log-probability of a text's tokens (S198), natural logarithms; null with no token. */
export const perplexity = (logProbabilities: ArrayLike<number>): number | null => {
  const n = logProbabilities.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += logProbabilities[i] ?? 0;
  return n === 0 ? null : Math.exp(-sum / n);
};
