/** What a method says of a table of votes, and the loop that those share which alternate between labels and annotators. */
import type { VoteTable } from './vote-table.ts';

export interface Fit {
  /** items × categories, row-major: the probability of each category; rows sum to 1. */
  readonly posteriors: Float64Array;
  /** Per annotator: the share of their votes expected to be right, the mean posterior of what they said. */
  readonly quality: Float64Array;
  /** annotators × categories × categories, row-major: P(says the second | the first is true), where the model has it. */
  readonly confusions?: Float64Array;
  /** Per annotator: P(a vote is not spam), of MACE. */
  readonly competence?: Float64Array;
  /** Rounds between labels and annotators; 0 where there is nothing to alternate. */
  readonly iterations: number;
  readonly converged: boolean;
}

export interface FitOptions {
  readonly maxIterations?: number;
  /** Converged when no posterior moves by more than this in a round. */
  readonly tolerance?: number;
}

/** Smallest probability of an error or of a right vote: keeps logarithms finite (as crowd-kit's). */
export const EPSILON = Number.EPSILON;

/** Calls `each(vote, annotator, category)` for the votes on an item. */
export const eachVote = (
  { starts, annotator, category }: VoteTable,
  item: number,
  each: (annotator: number, category: number, vote: number) => void,
): void => {
  const end = starts[item + 1] ?? 0;
  for (let v = starts[item] ?? 0; v < end; v++) each(annotator[v] ?? 0, category[v] ?? 0, v);
};

/** items × categories: each category's share of the (weighted) votes; the same for all where the votes weigh nothing. */
export const voteShares = (table: VoteTable, weights?: Float64Array): Float64Array => {
  const K = table.categories.length;
  const shares = new Float64Array(table.items * K);
  for (let i = 0; i < table.items; i++) {
    let sum = 0;
    eachVote(table, i, (a, c) => {
      const weight = weights?.[a] ?? 1;
      shares[i * K + c] = (shares[i * K + c] ?? 0) + weight;
      sum += weight;
    });
    for (let k = i * K; k < (i + 1) * K; k++) shares[k] = sum > 0 ? (shares[k] ?? 0) / sum : 1 / K;
  }
  return shares;
};

/** Turns row i of log weights into probabilities in place, and returns the log of their sum. */
export const normaliseLogs = (rows: Float64Array, i: number, K: number): number => {
  const [from, to] = [i * K, (i + 1) * K];
  let most = Number.NEGATIVE_INFINITY;
  for (let k = from; k < to; k++) most = Math.max(most, rows[k] ?? 0);
  let sum = 0;
  for (let k = from; k < to; k++) {
    const weight = Math.exp((rows[k] ?? 0) - most);
    rows[k] = weight;
    sum += weight;
  }
  for (let k = from; k < to; k++) rows[k] = (rows[k] ?? 0) / sum;
  return most + Math.log(sum);
};

/** Mean of the posteriors: how common each category is. */
export const marginalsOf = (posteriors: Float64Array, K: number): Float64Array => {
  const marginals = new Float64Array(K);
  const items = posteriors.length / K;
  posteriors.forEach((p, at) => {
    marginals[at % K] = (marginals[at % K] ?? 0) + p / items;
  });
  return marginals;
};

/** Per annotator, the mean posterior of what they said. */
export const expectedQuality = (table: VoteTable, posteriors: Float64Array): Float64Array => {
  const K = table.categories.length;
  const right = new Float64Array(table.annotators.length);
  const all = new Float64Array(table.annotators.length);
  for (let i = 0; i < table.items; i++)
    eachVote(table, i, (a, c) => {
      right[a] = (right[a] ?? 0) + (posteriors[i * K + c] ?? 0);
      all[a] = (all[a] ?? 0) + 1;
    });
  return right.map((sum, a) => sum / (all[a] ?? 1));
};

/** The category of the largest posterior of an item, the first by text of equal ones. */
export const winnerOf = ({ posteriors }: Pick<Fit, 'posteriors'>, item: number, K: number): number => {
  let best = 0;
  for (let k = 1; k < K; k++) if ((posteriors[item * K + k] ?? 0) > (posteriors[item * K + best] ?? 0)) best = k;
  return best;
};

/** Repeats `round`, which maps posteriors to new ones, until they stand still. */
export const alternate = (
  start: Float64Array,
  round: (posteriors: Float64Array) => Float64Array,
  { maxIterations = 1000, tolerance = 1e-6 }: FitOptions = {},
): { readonly posteriors: Float64Array; readonly iterations: number; readonly converged: boolean } => {
  let posteriors = start;
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const next = round(posteriors);
    let moved = 0;
    for (let at = 0; at < next.length; at++) moved = Math.max(moved, Math.abs((next[at] ?? 0) - (posteriors[at] ?? 0)));
    posteriors = next;
    if (moved <= tolerance) return { posteriors, iterations, converged: true };
  }
  return { posteriors, iterations: maxIterations, converged: false };
};
