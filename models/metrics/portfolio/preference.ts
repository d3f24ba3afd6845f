/** Who is preferred: win rates, ratings, and whether a metric follows people (S193, S194, S229). */
import type { Figure, MetricRow } from '../../../schemas/metrics.ts';
import { correlationOf, rollingCorrelation } from '../../drift/correlation.ts';
import { type RatingMethod, rateComparisons } from '../../ratings/document.ts';
import { winRate } from '../win-rate.ts';
import { having, type Metric } from './metric.ts';

const comparisons = (rows: readonly MetricRow[]) =>
  having(rows, 'model_a', 'model_b', 'winner').filter(({ model_a, model_b }) => model_a !== model_b);

const winRates: Metric = {
  id: 'S193',
  metric: 'preference win rate, a tie half a win',
  needs: 'model_a, model_b and winner',
  compute: (rows) => {
    const all = comparisons(rows);
    const models = [...new Set(all.flatMap(({ model_a, model_b }) => [model_a, model_b]))].sort();
    return models.flatMap((model) => {
      const own = all.filter(({ model_a, model_b }) => model === model_a || model === model_b);
      const ties = own.filter(({ winner }) => winner === 'tie').length;
      const wins = own.filter(
        ({ winner, model_a, model_b }) => model === { model_a, model_b, tie: null }[winner],
      ).length;
      const found = winRate({ wins, ties, losses: own.length - wins - ties });
      return found === null ? [] : [{ name: 'win rate', of: model, value: found.rate, ci: [...found.ci], n: found.n }];
    });
  },
};

const NAMES = {
  bt: 'Bradley–Terry rating',
  elo: 'Elo rating, in order of the rows',
  pl: 'Plackett–Luce rating',
} as const;

const ratings: Metric = {
  id: 'S194',
  metric: 'Elo rating, and Bradley–Terry free of order',
  needs: 'model_a, model_b and winner (two rows at least)',
  compute: async (rows, { seed }) => {
    const all = comparisons(rows).map((row, line) => ({ ...row, line: line + 1 }));
    if (all.length < 2) return [];
    const figures: Figure[] = [];
    for (const method of ['bt', 'elo'] satisfies RatingMethod[]) {
      const document = await rateComparisons(all, 'the rows', method, { seed });
      for (const { model, rating, ci } of document.ratings)
        figures.push({ name: NAMES[method], of: model, value: rating, ci: ci && [...ci], n: document.comparisons });
    }
    return figures;
  },
};

/** Parts into which a series is cut where its rows have times. */
const WINDOWS = 5;

const humanMetric: Metric = {
  id: 'S229',
  metric: 'human–metric correlation (Spearman), over time',
  needs: 'human and metric (four rows at least, both varying)',
  compute: (rows) => {
    const both = having(rows, 'human', 'metric');
    const [x, y] = [both.map(({ human }) => human), both.map(({ metric }) => metric)];
    const whole = both.length < 4 ? null : correlationOf(x, y);
    if (whole === null) return [];
    const figure = (found: typeof whole, of: string | null): Figure => ({
      name: 'ρ',
      of,
      value: found.rho,
      ci: [...found.ci],
      n: found.n,
    });
    const timed = having(both, 'time').sort((a, b) => a.time - b.time);
    const window = Math.floor(timed.length / WINDOWS);
    const parts =
      window < 4
        ? []
        : rollingCorrelation(
            timed.map(({ human }) => human ?? 0),
            timed.map(({ metric }) => metric ?? 0),
            window,
          );
    const until = (end: number) => new Date(timed[end - 1]?.time ?? 0).toISOString().slice(0, 10);
    return [figure(whole, null), ...parts.map((part) => figure(part, `until ${until(part.end)}`))];
  },
};

export const PREFERENCE: readonly Metric[] = [winRates, ratings, humanMetric];
