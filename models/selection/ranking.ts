/** Rows chosen by one figure. Each choice is the same whatever the order of the rows: ties go by id. */
import { AssayError } from '../../schemas/errors.ts';
import { byText } from '../order.ts';

export interface Scored {
  readonly id: string;
  readonly score: number;
}

/** Highest score first, equal scores by id. Throws ASY-5005 for NaN and infinity. */
export const ranked = <R extends Scored>(rows: readonly R[]): R[] => {
  for (const { id, score } of rows)
    if (!Number.isFinite(score)) throw new AssayError('ASY-5005', { what: `score of ${id}` });
  return rows.toSorted((a, b) => b.score - a.score || byText(a.id, b.id));
};

/** The k rows of highest score, best first. */
export const topK = <R extends Scored>(rows: readonly R[], k: number): R[] => ranked(rows).slice(0, k);

/** Rows whose score is at least `least`, best first. */
export const atLeast = <R extends Scored>(rows: readonly R[], least: number): R[] =>
  ranked(rows).filter(({ score }) => score >= least);

/** Rows whose margin lies in [low, high], widest first: pairs neither too close to be trusted nor too far apart to teach. */
export const inBand = <R extends Scored>(rows: readonly R[], [low, high]: readonly [number, number]): R[] =>
  ranked(rows).filter(({ score }) => score >= low && score <= high);

/**
 * RLCF's difference filter (Viswanathan et al. 2025, section 3): the share of pairs whose responses differ most on at least one
 * item of the checklist; exactly ⌊share · n⌋ stay. `differences` holds a pair's difference per item.
 */
export const mostDifferent = <R extends { readonly id: string; readonly differences: readonly number[] }>(
  pairs: readonly R[],
  share = 0.4,
): R[] =>
  topK(
    pairs.map((pair) => ({ id: pair.id, score: Math.max(0, ...pair.differences.map(Math.abs)), pair })),
    Math.floor(share * pairs.length + 1e-9),
  ).map(({ pair }) => pair);
