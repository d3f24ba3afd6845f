/** One metric of the portfolio, and the ways figures and their intervals are made. */
import type { Figure, MetricRow } from '../../../schemas/metrics.ts';
import { quantile } from '../../order.ts';
import { createRandom } from '../../random.ts';
import { bootstrapMean } from '../../trust/bootstrap.ts';
import type { H3 } from '../alignment-scores.ts';
import { wilson } from '../wilson.ts';

/** What no row can say. */
export interface MetricOptions {
  /** Weights of helpful, honest and harmless: not negative, sum 1. */
  readonly h3: H3;
  /** Groups and locales with fewer rows are flagged, or kept back. */
  readonly least: number;
  /** L of |f(x) − f(y)| ≤ L · d(x, y). */
  readonly lipschitz: number;
  readonly seed: number;
}

export interface Metric {
  readonly id: string;
  readonly metric: string;
  /** The columns it needs, in words: "no row has …". */
  readonly needs: string;
  /** Its figures, none where no row has what it needs; or in words why there are none. */
  readonly compute: (
    rows: readonly MetricRow[],
    options: MetricOptions,
  ) => readonly Figure[] | string | Promise<readonly Figure[] | string>;
}

type Having<K extends keyof MetricRow> = MetricRow & { readonly [P in K]-?: NonNullable<MetricRow[P]> };

/** The rows that have a value in every one of the columns. */
export const having = <K extends keyof MetricRow>(rows: readonly MetricRow[], ...columns: readonly K[]): Having<K>[] =>
  rows.filter((row): row is Having<K> => columns.every((column) => row[column] != null));

/** Share with Wilson's interval; nothing of no row. */
export const shareFigure = (name: string, hits: number, n: number, of: string | null = null): Figure[] =>
  n === 0 ? [] : [{ name, of, value: hits / n, ci: wilson(hits, n), n }];

/** Share of the rows for which something holds. */
export const shareOf = <R>(
  name: string,
  rows: readonly R[],
  holds: (row: R) => boolean,
  of: string | null = null,
): Figure[] => shareFigure(name, rows.filter(holds).length, rows.length, of);

const clustersOf = (rows: readonly MetricRow[]): string[] =>
  rows.map(({ cluster, id }, i) => (cluster == null ? (id == null ? `row ${i}` : `id ${id}`) : `cluster ${cluster}`));

/** Mean of a value per row, its interval by resampling clusters; nothing of no row, no interval of one cluster. */
export const meanFigure = <R extends MetricRow>(
  name: string,
  rows: readonly R[],
  valueOf: (row: R) => number,
  { seed }: Pick<MetricOptions, 'seed'>,
  of: string | null = null,
): Figure[] => {
  if (rows.length === 0) return [];
  const { value, ci, groups } = bootstrapMean(rows.map(valueOf), clustersOf(rows), { seed });
  return [{ name, of, value, ci: groups < 2 ? null : ci, n: rows.length }];
};

/** Resamples: fewer of many rows, whose intervals are narrow anyway. */
const SAMPLES = { least: 100, most: 500, rows: 1_000_000 } as const;

/**
 * Any statistic of rows, its interval by resampling clusters; resamples in which it has no value are left out. Nothing where it has
 * none on the rows themselves.
 */
export const resampledFigure = <R extends MetricRow>(
  name: string,
  rows: readonly R[],
  statistic: (rows: readonly R[]) => number | null,
  { seed }: Pick<MetricOptions, 'seed'>,
  of: string | null = null,
): Figure[] => {
  const value = statistic(rows);
  if (value === null) return [];
  const names = clustersOf(rows);
  const clusters = [...Map.groupBy(rows.keys(), (i) => names[i] ?? '').values()];
  const random = createRandom(seed);
  const samples = Math.min(SAMPLES.most, Math.max(SAMPLES.least, Math.round(SAMPLES.rows / rows.length)));
  const values: number[] = [];
  for (let sample = 0; sample < samples && clusters.length > 1; sample++) {
    const drawn = clusters.flatMap(() => clusters[Math.floor(random() * clusters.length)] ?? []);
    const again = statistic(drawn.map((i) => rows[i] as R));
    if (again !== null) values.push(again);
  }
  values.sort((a, b) => a - b);
  const ci =
    values.length < samples / 2 ? null : ([quantile(values, 0.025), quantile(values, 0.975)] as [number, number]);
  return [{ name, of, value, ci, n: rows.length }];
};

/** Rows by a value, values in order of text. */
export const slicesOf = <R>(rows: readonly R[], keyOf: (row: R) => string): [string, R[]][] =>
  [...Map.groupBy(rows, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1));
