/** Verbosity debiasing (ArmoRM, Wang et al. 2024, §3.2): R'_k = R_k − λ_k·R_verbosity, so that length alone earns nothing. */
import { pearson } from '../metrics/correlation.ts';
import { midranks } from '../order.ts';

/** ArmoRM's grid of penalties. */
const PENALTIES = [
  0, 0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8,
  0.85, 0.9, 0.95,
] as const;

export interface DebiasOptions {
  /** Largest Spearman correlation with verbosity that is let pass. */
  readonly tolerance?: number;
  /** Penalties to try, rising. */
  readonly grid?: readonly number[];
}

/**
 * λ per aspect, from the rewards of reference rows (n × k, row-major, z-scored or of one scale): the first of the grid for which
 * Spearman(R_k − λ·R_verbosity, R_verbosity) ≤ tolerance; 1 where none is (and a correlation that is undefined, of constant
 * rewards, passes at 0). Verbosity's own λ is 1: it earns nothing by itself. Both as in ArmoRM's code.
 */
export const debias = (
  rewards: ArrayLike<number>,
  k: number,
  verbosityIndex: number,
  { tolerance = 0.03, grid = PENALTIES }: DebiasOptions = {},
): Float64Array => {
  if (!Number.isInteger(verbosityIndex) || verbosityIndex < 0 || verbosityIndex >= k)
    throw new RangeError(`no aspect ${verbosityIndex} of ${k}`);
  const n = rewards.length / k;
  const column = (j: number) => Float64Array.from({ length: n }, (_, i) => rewards[i * k + j] ?? 0);
  const verbosity = column(verbosityIndex);
  const ranks = midranks(verbosity);
  const passes = (aspect: Float64Array, lambda: number): boolean => {
    const fair = aspect.map((value, i) => value - lambda * (verbosity[i] ?? 0));
    return (pearson(midranks(fair), ranks) ?? 0) <= tolerance;
  };
  return Float64Array.from({ length: k }, (_, j) => {
    if (j === verbosityIndex) return 1;
    const aspect = column(j);
    return grid.find((lambda) => passes(aspect, lambda)) ?? 1;
  });
};

/** R_k − λ_k·R_verbosity for n × k rewards. */
export const penalise = (rewards: ArrayLike<number>, verbosityIndex: number, lambdas: Float64Array): Float64Array => {
  const k = lambdas.length;
  return Float64Array.from(rewards, (value, at) => {
    const row = at - (at % k);
    return value - (lambdas[at % k] ?? 0) * (rewards[row + verbosityIndex] ?? 0);
  });
};
