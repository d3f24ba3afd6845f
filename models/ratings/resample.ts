/** Draws for bootstraps from a stream of uniform numbers. */

/** How often each of n rows is drawn in n draws with replacement. */
export const drawCounts = (n: number, random: () => number): Int32Array => {
  const counts = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const row = Math.floor(random() * n);
    counts[row] = (counts[row] ?? 0) + 1;
  }
  return counts;
};

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A Gamma(shape, 1) number for shape ≥ 1 (Marsaglia & Tsang 2000). */
const gamma = (shape: number, random: () => number): number => {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
};

/**
 * Weights of pooled rows under the Bayesian bootstrap (Rubin 1981): exponential per row, so gamma per pool, with the sum of the
 * counts. No row is ever left out, so a resample is never less connected than the data.
 */
export const drawWeights = (counts: readonly number[], random: () => number): number[] => {
  const drawn = counts.map((count) => gamma(count, random));
  const scale = counts.reduce((sum, x) => sum + x, 0) / drawn.reduce((sum, x) => sum + x, 0);
  return drawn.map((weight) => weight * scale);
};
