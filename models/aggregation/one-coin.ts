/** One-coin Dawid–Skene (Zhang, Chen, Zhou & Jordan 2014, section 3.3): one probability of being right per annotator. */
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

/** P(category | votes): an annotator is right with their skill, else says any other category alike. */
const labelsOf = (table: VoteTable, marginals: Float64Array, skills: Float64Array): Float64Array => {
  const K = table.categories.length;
  const right = skills.map((skill) => Math.log(Math.max(EPSILON, skill)));
  const wrong = skills.map((skill) => Math.log(Math.max(EPSILON, (1 - skill) / Math.max(1, K - 1))));
  const posteriors = new Float64Array(table.items * K);
  for (let i = 0; i < table.items; i++) {
    for (let k = 0; k < K; k++) posteriors[i * K + k] = Math.log(Math.max(EPSILON, marginals[k] ?? 0));
    eachVote(table, i, (a, said) => {
      for (let k = 0; k < K; k++)
        posteriors[i * K + k] = (posteriors[i * K + k] ?? 0) + ((k === said ? right[a] : wrong[a]) ?? 0);
    });
    normaliseLogs(posteriors, i, K);
  }
  return posteriors;
};

/** Skills and true labels in turn, by maximum likelihood, from the majority's shares. */
export const oneCoin = (table: VoteTable, options?: FitOptions): Fit => {
  const K = table.categories.length;
  const round = (posteriors: Float64Array) =>
    labelsOf(table, marginalsOf(posteriors, K), expectedQuality(table, posteriors));
  const found = alternate(voteShares(table), round, options);
  return { ...found, quality: expectedQuality(table, found.posteriors) };
};
