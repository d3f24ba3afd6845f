/**
 * Weight per pair of each language under which languages are drawn with p_l ∝ n_l^(1/T) (S244; the temperature of multilingual
 * BERT's and NLLB's sampling) while the mean weight stays 1: T = 1 leaves every pair at 1, T = ∞ gives each language an equal
 * share. A language without pairs gets 0.
 */
export const languageWeights = (counts: readonly number[], temperature: number): Float64Array => {
  if (!(temperature >= 1)) throw new RangeError(`the temperature of languages must be 1 or more, not ${temperature}`);
  const shares = counts.map((n) => (n > 0 ? n ** (1 / temperature) : 0));
  const all = shares.reduce((sum, share) => sum + share, 0);
  const pairs = counts.reduce((sum, n) => sum + n, 0);
  return Float64Array.from(counts, (n, l) => (n > 0 ? ((shares[l] ?? 0) / all) * (pairs / n) : 0));
};
