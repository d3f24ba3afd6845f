/** What `assay stats aggregate` says of rows (item, annotator, value). */
import { CategoryMethod, type NumberMethod } from '../../schemas/label.ts';
import type { RatingRow } from '../agreement/report.ts';
import { pearson } from '../metrics/correlation.ts';
import { wilson } from '../metrics/wilson.ts';
import { byText } from '../order.ts';
import { winnerOf } from './fit.ts';
import { CATEGORY_FITS } from './methods.ts';
import { EMPTY, grown, numberOf, type Scales, type Spread } from './numbers.ts';
import { voteTable } from './vote-table.ts';

export type RowMethod = CategoryMethod | NumberMethod;

/** Items and annotators sorted by name. */
export interface AggregateReport {
  /** `posterior` is null for numbers. */
  readonly labels: readonly { item: string; value: string | number; posterior: number | null }[];
  /**
   * Of categories the share of votes that are right, by the label (majority, weighted) or as the method expects; of numbers the
   * correlation with the labels, null where either is constant.
   */
  readonly annotators: readonly { annotator: string; quality: number | null }[];
  readonly method: RowMethod;
  readonly iterations: number;
  readonly converged: boolean;
  /** Against the truth of those items that have one. */
  readonly truth?: { readonly n: number; readonly accuracy: number; readonly ci: readonly [number, number] };
}

const isCategory = (method: RowMethod): method is CategoryMethod => CategoryMethod.safeParse(method).success;

/** Share of labels that are the truth, with its Wilson interval; a number is right when it is equal. */
const against = (
  labels: AggregateReport['labels'],
  truth: ReadonlyMap<string, string | number>,
): NonNullable<AggregateReport['truth']> => {
  const known = labels.filter(({ item }) => truth.has(item));
  const right = known.filter(({ item, value }) => truth.get(item) === value).length;
  return { n: known.length, accuracy: known.length === 0 ? 0 : right / known.length, ci: wilson(right, known.length) };
};

const categoryReport = (rows: readonly RatingRow[], method: CategoryMethod): AggregateReport => {
  const { items, table } = voteTable(
    rows.map(({ item, annotator, value }) => ({ item, annotator, category: String(value) })),
  );
  const K = table.categories.length;
  const fit = CATEGORY_FITS[method](table);
  const labels = items.map((item, i) => {
    const winner = winnerOf(fit, i, K);
    return { item, value: table.categories[winner] ?? '', posterior: fit.posteriors[i * K + winner] ?? 0 };
  });
  const annotators = table.annotators.map((annotator, a) => ({ annotator, quality: fit.quality[a] ?? 0 }));
  return { labels, annotators, method, iterations: fit.iterations, converged: fit.converged };
};

const numberReport = (rows: readonly RatingRow[], method: NumberMethod): AggregateReport => {
  const items = new Map<string, { source: string; value: number }[]>();
  const spreads = new Map<string, Spread>();
  let all = EMPTY;
  for (const { item, annotator, value } of rows.toSorted(
    (a, b) => byText(a.item, b.item) || byText(a.annotator, b.annotator),
  )) {
    items.set(item, [...(items.get(item) ?? []), { source: annotator, value: Number(value) }]);
    spreads.set(annotator, grown(spreads.get(annotator) ?? EMPTY, Number(value)));
    all = grown(all, Number(value));
  }
  const scales: Scales = { all, annotators: spreads };
  const values = new Map([...items].map(([item, votes]) => [item, numberOf(votes, method, scales)]));
  const annotators = [...spreads.keys()].sort(byText).map((annotator) => {
    const own = rows.filter((row) => row.annotator === annotator);
    const quality = pearson(
      own.map(({ value }) => Number(value)),
      own.map(({ item }) => values.get(item) ?? 0),
    );
    return { annotator, quality };
  });
  const labels = [...values].map(([item, value]) => ({ item, value, posterior: null }));
  return { labels, annotators, method, iterations: 0, converged: true };
};

/** One label per item, one quality per annotator; with `truth` (by item) how many labels are right. */
export const aggregateRows = (
  rows: readonly RatingRow[],
  method: RowMethod = 'majority',
  truth?: ReadonlyMap<string, string | number>,
): AggregateReport => {
  const report = isCategory(method) ? categoryReport(rows, method) : numberReport(rows, method);
  return truth === undefined ? report : { ...report, truth: against(report.labels, truth) };
};
