import { byText } from '../order.ts';

/** Votes per category. */
export type Votes = Readonly<Record<string, number>>;

/** Counts values; keys in order of text, so that equal votes are equal JSON. */
export const countVotes = (values: readonly (string | number)[]): Record<string, number> => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => byText(a, b)));
};

/** Share of agreeing pairs of votes; null with fewer than two. */
export const pairShare = (votes: Votes): number | null => {
  const counts = Object.values(votes);
  const n = counts.reduce((sum, count) => sum + count, 0);
  const agreeing = counts.reduce((sum, count) => sum + count * (count - 1), 0);
  return n < 2 ? null : agreeing / (n * (n - 1));
};

/**
 * Probability that the other of two sides is the true majority, given `winner` of `n` votes and a uniform prior on its share θ:
 * P(θ < ½) with θ ~ Beta(1 + winner, 1 + n − winner), which is P(Binomial(n + 1, ½) > winner), exactly. Null with fewer than
 * two votes: one says nothing about how far votes can be trusted.
 */
export const flipProbability = (winner: number, n: number): number | null => {
  if (n < 2) return null;
  // Terms C(n+1, j) / 2^(n+1), smallest first. Beyond a thousand votes the first would vanish: then by logarithms.
  const logarithmic = n > 1000;
  let term = logarithmic ? -(n + 1) * Math.LN2 : 2 ** -(n + 1);
  let sum = 0;
  for (let j = 0; j <= n - winner; j++) {
    sum += logarithmic ? Math.exp(term) : term;
    if (logarithmic) term += Math.log(n + 1 - j) - Math.log(j + 1);
    else term *= (n + 1 - j) / (j + 1);
  }
  return Math.min(1, sum);
};

export interface Majority {
  readonly category: string;
  /** Share of votes for the category. */
  readonly posterior: number;
  readonly votes: Record<string, number>;
  /** Whether others had as many. */
  readonly tied: boolean;
}

/** The category with most votes. Of several, `onTie` where given, else the first by text: never the order of arrival. */
export const majorityOf = (values: readonly (string | number)[], onTie?: string): Majority => {
  const votes = countVotes(values);
  const most = Math.max(...Object.values(votes));
  const leaders = Object.keys(votes)
    .filter((category) => votes[category] === most)
    .sort(byText);
  const tied = leaders.length > 1;
  const category = (tied ? onTie : undefined) ?? leaders[0] ?? '';
  return { category, posterior: (votes[category] ?? 0) / values.length, votes, tied };
};
