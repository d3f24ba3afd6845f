import { AssayError } from '../../schemas/errors.ts';
import { dot, type Embedded, indexOfMax, pointsOf } from './embedded.ts';

export interface Determinantal<R> {
  /** In the order in which they were chosen. */
  readonly rows: readonly R[];
  /** log det of the kernel over the chosen rows. */
  readonly logDet: number;
}

/** Below this a row lies in the span of those chosen, and adds nothing. */
const FLAT = 1e-10;

/**
 * Up to k rows that are good and unlike each other: greedy MAP of a determinantal point process by incremental Cholesky (Chen et
 * al. 2018, algorithm 1) over the kernel qᵢ · cos(i, j) · qⱼ with q = exp(tradeoff/2 · score), so that log det grows by
 * tradeoff · score and by what a row adds to the volume. Fewer than k rows where the rest lie in the span of those chosen. Ties
 * go by id. O(k² · n + k · n · dims). Throws ASY-5005 for a score that is not finite.
 */
export const determinantal = <R extends Embedded & { readonly score: number }>(
  rows: readonly R[],
  k: number,
  tradeoff = 1,
): Determinantal<R> => {
  const points = pointsOf(rows, true);
  const { rows: known } = points;
  const n = known.length;
  for (const { id, score } of known)
    if (!Number.isFinite(score)) throw new AssayError('ASY-5005', { what: `score of ${id}` });
  // The kernel is L = diag(q) · S · diag(q): volumes of S, with log q beside them, so that no score overflows.
  const logQuality = Float64Array.from(known, ({ score }) => tradeoff * score);
  const squares = Float64Array.from(known, (_, i) => dot(points, i, i));
  const gains = new Float64Array(n);
  const factors: Float64Array[] = [];
  const chosen: number[] = [];
  let logDet = 0;
  while (chosen.length < Math.min(k, n)) {
    for (let i = 0; i < n; i++)
      gains[i] = (squares[i] ?? 0) > FLAT ? (logQuality[i] ?? 0) + Math.log(squares[i] ?? 0) : -Infinity;
    const next = indexOfMax(gains);
    if (next < 0) break;
    logDet += gains[next] ?? 0;
    const root = Math.sqrt(squares[next] ?? 0);
    const factor = Float64Array.from({ length: n }, (_, i) => {
      let sum = dot(points, next, i);
      for (const known of factors) sum -= (known[next] ?? 0) * (known[i] ?? 0);
      return sum / root;
    });
    for (let i = 0; i < n; i++) squares[i] = (squares[i] ?? 0) - (factor[i] ?? 0) ** 2;
    squares[next] = 0;
    factors.push(factor);
    chosen.push(next);
  }
  return { rows: chosen.flatMap((row) => known[row] ?? []), logDet };
};
