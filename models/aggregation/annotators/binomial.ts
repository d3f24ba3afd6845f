/** Exact binomial tails, by logarithms: for tests of shares and for sampling plans. */

/** ln P(X = k) for every k, each from the one before. */
const logTerms = (n: number, p: number): Float64Array => {
  const terms = new Float64Array(n + 1);
  terms[0] = n * Math.log1p(-p);
  for (let k = 1; k <= n; k++)
    terms[k] = (terms[k - 1] ?? 0) + Math.log(n - k + 1) - Math.log(k) + Math.log(p) - Math.log1p(-p);
  return terms;
};

/** P(X ≥ k) of X ~ Binomial(n, p), 0 < p < 1. */
export const atLeast = (k: number, n: number, p: number): number =>
  k <= 0
    ? 1
    : Math.min(
        1,
        logTerms(n, p).reduce((sum, term, x) => (x >= k ? sum + Math.exp(term) : sum), 0),
      );

/** P(X ≤ k) of X ~ Binomial(n, p), 0 < p < 1: as the tail of the failures, so that small ones keep their digits. */
export const atMost = (k: number, n: number, p: number): number => atLeast(n - k, n, 1 - p);

/** Two-sided p-value of `k` of `n` against a fair coin: what is as unlikely or unlikelier. */
export const fairCoinTest = (k: number, n: number): number =>
  n === 0 ? 1 : Math.min(1, 2 * atLeast(Math.max(k, n - k), n, 0.5));
