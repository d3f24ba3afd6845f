import type { Weights } from './weights.ts';

/**
 * Cohen's κ of two raters (1960; with weights 1968): (pₒ − pₑ) / (1 − pₑ) of a table of counts, first rater's category × second's,
 * row-major (S195). Weights are of agreement. Null without counts, and where chance alone would agree throughout.
 */
export const cohenKappa = (table: ArrayLike<number>, weights: Weights): number | null => {
  const q = Math.sqrt(weights.length);
  const [rows, columns] = [new Float64Array(q), new Float64Array(q)];
  let [n, observed] = [0, 0];
  for (let cell = 0; cell < q * q; cell++) {
    const count = table[cell] ?? 0;
    n += count;
    observed += count * (weights[cell] ?? 0);
    rows[Math.floor(cell / q)] = (rows[Math.floor(cell / q)] ?? 0) + count;
    columns[cell % q] = (columns[cell % q] ?? 0) + count;
  }
  if (n === 0) return null;
  let chance = 0;
  for (let cell = 0; cell < q * q; cell++)
    chance += (((weights[cell] ?? 0) * (rows[Math.floor(cell / q)] ?? 0)) / n) * ((columns[cell % q] ?? 0) / n);
  return 1 - chance < 1e-15 ? null : (observed / n - chance) / (1 - chance);
};
