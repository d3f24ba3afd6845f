/** Comparisons pooled into counts, so that neither the rows' order nor which side a model stood on can matter. */
import { byText } from '../order.ts';
import type { Comparison } from './rows.ts';

/** How often `first` and `second` (indices of models, first < second) met with this result. */
export interface Outcome {
  readonly first: number;
  readonly second: number;
  readonly winner: 'first' | 'second' | 'tie';
  readonly count: number;
}

/** Items best first, partial or whole, seen `weight` times. */
export interface Ranking {
  readonly order: readonly number[];
  readonly weight: number;
}

/** Names of the models compared, in text order. */
export const modelsOf = (rows: readonly Comparison[]): string[] =>
  [...new Set(rows.flatMap((row) => [row.model_a, row.model_b]))].sort(byText);

/** Outcomes in an order that depends on the models' names only. */
export const poolOutcomes = (rows: readonly Comparison[], models: readonly string[]): Outcome[] => {
  const index = new Map(models.map((model, i) => [model, i]));
  const pooled = new Map<string, Outcome>();
  for (const row of rows) {
    const [a, b] = [index.get(row.model_a) ?? 0, index.get(row.model_b) ?? 0];
    const [first, second] = [Math.min(a, b), Math.max(a, b)];
    const winner = row.winner === 'tie' ? 'tie' : (row.winner === 'model_a') === (a === first) ? 'first' : 'second';
    const key = `${first} ${second} ${winner}`;
    pooled.set(key, { first, second, winner, count: (pooled.get(key)?.count ?? 0) + 1 });
  }
  return [...pooled.values()].sort((x, y) => x.first - y.first || x.second - y.second || byText(x.winner, y.winner));
};

/** Outcomes as rankings of two, one per pair and order, a tie as half of each; `weights` stand for the counts where given. */
export const rankingsOf = (
  outcomes: readonly Outcome[],
  weights: readonly number[] = outcomes.map(({ count }) => count),
): Ranking[] => {
  const rankings = new Map<string, Ranking>();
  const add = (better: number, worse: number, weight: number) => {
    const key = `${better} ${worse}`;
    rankings.set(key, { order: [better, worse], weight: (rankings.get(key)?.weight ?? 0) + weight });
  };
  outcomes.forEach(({ first, second, winner }, i) => {
    const weight = weights[i] ?? 0;
    if (winner !== 'second') add(first, second, winner === 'tie' ? weight / 2 : weight);
    if (winner !== 'first') add(second, first, winner === 'tie' ? weight / 2 : weight);
  });
  return [...rankings.values()];
};
