/** Circles among the models compared (S165): what ratings on one scale cannot show. */
import { circularTriads, maximumTriads } from '../aggregation/triads.ts';
import type { Comparison } from './rows.ts';

export interface Circles {
  /** Triads in which a beats b, b beats c and c beats a, each pair by the majority of its decided comparisons. */
  readonly circular: number;
  /** The most that so many models allow. */
  readonly maximum: number;
  /** Kendall's ζ = 1 − circular / maximum; null where a pair was not compared or is undecided, or with fewer than three models. */
  readonly zeta: number | null;
  /** The first circle by name, each over the next and the last over the first. */
  readonly example: readonly [string, string, string] | null;
}

/** Circular triads of comparisons between `models`; ties decide nothing. */
export const circlesOf = (rows: readonly Comparison[], models: readonly string[]): Circles => {
  const votes = rows.flatMap(({ model_a, model_b, winner }) =>
    winner === 'tie'
      ? []
      : [
          winner === 'model_a'
            ? { group: '', winner: model_a, loser: model_b }
            : { group: '', winner: model_b, loser: model_a },
        ],
  );
  const [report] = circularTriads(votes);
  return {
    circular: report?.circular ?? 0,
    maximum: maximumTriads(models.length),
    zeta: report?.items === models.length ? report.consistency : null,
    example: report?.example ?? null,
  };
};
