/**
 * Value alignment stability (S216): 1 − the variance of scores over time. `ddof` is what is taken off n: 0 the population's
 * variance, 1 the sample's. Null with no more than ddof scores.
 */
export const stability = (scores: ArrayLike<number>, ddof: 0 | 1 = 0): number | null => {
  const n = scores.length;
  if (n <= ddof) return null;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (scores[i] ?? 0) / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((scores[i] ?? 0) - mean) ** 2;
  return 1 - squares / (n - ddof);
};
