/** Dawid & Skene 1979, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm" (S042). */
import {
  alternate,
  EPSILON,
  eachVote,
  expectedQuality,
  type Fit,
  type FitOptions,
  marginalsOf,
  normaliseLogs,
  voteShares,
} from './fit.ts';
import type { VoteTable } from './vote-table.ts';

/** Their equation 2.3: of the votes that an annotator gave on items of true category j, the share that says l. */
const confusionsOf = (table: VoteTable, posteriors: Float64Array): Float64Array => {
  const K = table.categories.length;
  const confusions = new Float64Array(table.annotators.length * K * K).fill(EPSILON);
  for (let i = 0; i < table.items; i++)
    eachVote(table, i, (a, said) => {
      for (let truth = 0; truth < K; truth++) {
        const cell = (a * K + truth) * K + said;
        confusions[cell] = (confusions[cell] ?? 0) + (posteriors[i * K + truth] ?? 0);
      }
    });
  for (let row = 0; row < confusions.length; row += K) {
    let sum = 0;
    for (let l = row; l < row + K; l++) sum += confusions[l] ?? 0;
    for (let l = row; l < row + K; l++) confusions[l] = (confusions[l] ?? 0) / sum;
  }
  return confusions;
};

/** Their equation 2.5: P(category | votes) from the marginals and each annotator's confusion matrix. */
const labelsOf = (table: VoteTable, marginals: Float64Array, confusions: Float64Array): Float64Array => {
  const K = table.categories.length;
  const logs = confusions.map(Math.log);
  const posteriors = new Float64Array(table.items * K);
  for (let i = 0; i < table.items; i++) {
    for (let k = 0; k < K; k++) posteriors[i * K + k] = Math.log(Math.max(EPSILON, marginals[k] ?? 0));
    eachVote(table, i, (a, said) => {
      for (let k = 0; k < K; k++)
        posteriors[i * K + k] = (posteriors[i * K + k] ?? 0) + (logs[(a * K + k) * K + said] ?? 0);
    });
    normaliseLogs(posteriors, i, K);
  }
  return posteriors;
};

/** A confusion matrix per annotator and true labels in turn, by maximum likelihood, from the majority's shares. */
export const dawidSkene = (table: VoteTable, options?: FitOptions): Fit => {
  const K = table.categories.length;
  const round = (posteriors: Float64Array) =>
    labelsOf(table, marginalsOf(posteriors, K), confusionsOf(table, posteriors));
  const found = alternate(voteShares(table), round, options);
  return {
    ...found,
    quality: expectedQuality(table, found.posteriors),
    confusions: confusionsOf(table, found.posteriors),
  };
};
