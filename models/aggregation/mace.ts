/** MACE (Hovy, Berg-Kirkpatrick, Vaswani & Hovy 2013, "Learning Whom to Trust with MACE"), by variational Bayes. */
import { digamma } from '../metrics/digamma.ts';
import { alternate, eachVote, expectedQuality, type Fit, type FitOptions, normaliseLogs, voteShares } from './fit.ts';
import type { VoteTable } from './vote-table.ts';

/** Their priors: Beta(½, ½) on spamming, and as in their program Dirichlet(10) on what a spammer says. */
const SPAM_PRIOR = 0.5;
const STRATEGY_PRIOR = 10;

interface Annotators {
  /** exp E[ln P(a vote is spam)] and exp E[ln P(it is not)], per annotator. */
  readonly spam: Float64Array;
  readonly knows: Float64Array;
  /** annotators × categories: exp E[ln P(the category | spam)]. */
  readonly strategy: Float64Array;
}

interface Counts {
  readonly spam: Float64Array;
  readonly knows: Float64Array;
  readonly strategy: Float64Array;
}

const emptyCounts = ({ annotators, categories }: VoteTable): Counts => ({
  spam: new Float64Array(annotators.length),
  knows: new Float64Array(annotators.length),
  strategy: new Float64Array(annotators.length * categories.length),
});

/** How many votes of each annotator are expected to be knowledge, and what they say where they are not. */
const countsOf = (table: VoteTable, posteriors: Float64Array, { spam, knows, strategy }: Annotators): Counts => {
  const K = table.categories.length;
  const counts = emptyCounts(table);
  for (let i = 0; i < table.items; i++)
    eachVote(table, i, (a, said) => {
      const known = knows[a] ?? 0;
      const any = (spam[a] ?? 0) * (strategy[a * K + said] ?? 0) + known;
      const right = ((posteriors[i * K + said] ?? 0) * known) / any;
      counts.knows[a] = (counts.knows[a] ?? 0) + right;
      counts.spam[a] = (counts.spam[a] ?? 0) + 1 - right;
      counts.strategy[a * K + said] = (counts.strategy[a * K + said] ?? 0) + 1 - right;
    });
  return counts;
};

/** The variational M-step: exp(ψ(count + prior) − ψ(sum of both)) in place of count shares. */
const annotatorsOf = ({ spam, knows, strategy }: Counts, K: number): Annotators => {
  const weight = (count: number, prior: number, whole: number) => Math.exp(digamma(count + prior) - digamma(whole));
  const whole = spam.map((count, a) => count + (knows[a] ?? 0) + 2 * SPAM_PRIOR);
  return {
    spam: spam.map((count, a) => weight(count, SPAM_PRIOR, whole[a] ?? 1)),
    knows: knows.map((count, a) => weight(count, SPAM_PRIOR, whole[a] ?? 1)),
    strategy: strategy.map((count, at) =>
      weight(count, STRATEGY_PRIOR, (spam[Math.floor(at / K)] ?? 0) + K * STRATEGY_PRIOR),
    ),
  };
};

/** Their equation 1 for each category, all of them equally common beforehand. */
const labelsOf = (table: VoteTable, { spam, knows, strategy }: Annotators): Float64Array => {
  const K = table.categories.length;
  const posteriors = new Float64Array(table.items * K);
  for (let i = 0; i < table.items; i++) {
    eachVote(table, i, (a, said) => {
      const blind = (spam[a] ?? 0) * (strategy[a * K + said] ?? 0);
      for (let k = 0; k < K; k++)
        posteriors[i * K + k] = (posteriors[i * K + k] ?? 0) + Math.log(blind + (k === said ? (knows[a] ?? 0) : 0));
    });
    normaliseLogs(posteriors, i, K);
  }
  return posteriors;
};

/**
 * Labels and spammers in turn. Theirs starts at random several times and keeps the likeliest end; this starts once, from the
 * majority's shares and annotators who know half of what they say, so that equal votes have equal labels.
 */
export const mace = (table: VoteTable, options?: FitOptions): Fit => {
  const K = table.categories.length;
  const shares = voteShares(table);
  let annotators: Annotators = {
    spam: new Float64Array(table.annotators.length).fill(0.5),
    knows: new Float64Array(table.annotators.length).fill(0.5),
    strategy: new Float64Array(table.annotators.length * K).fill(1 / K),
  };
  let counts = emptyCounts(table);
  const found = alternate(
    shares,
    (posteriors) => {
      counts = countsOf(table, posteriors, annotators);
      annotators = annotatorsOf(counts, K);
      return labelsOf(table, annotators);
    },
    options,
  );
  const competence = counts.knows.map(
    (count, a) => (count + SPAM_PRIOR) / (count + (counts.spam[a] ?? 0) + 2 * SPAM_PRIOR),
  );
  return { ...found, quality: expectedQuality(table, found.posteriors), competence };
};
