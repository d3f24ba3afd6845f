import type { RatingRow } from '../agreement/krippendorff.ts';
import { byText } from '../order.ts';
import { majorityOf } from './majority.ts';

/** What `stats aggregate` prints: items and annotators sorted by name. */
export interface AggregateReport {
  readonly labels: readonly { item: string; value: string; posterior: number }[];
  /** Share of the annotator's votes that agree with the label. */
  readonly annotators: readonly { annotator: string; quality: number }[];
}

/** Majority label per item (of tied values the first by text), and each annotator's agreement with the labels. */
export const aggregateRows = (rows: readonly RatingRow[]): AggregateReport => {
  const items = new Map<string, string[]>();
  for (const { item, value } of rows) {
    const known = items.get(item);
    if (known === undefined) items.set(item, [String(value)]);
    else known.push(String(value));
  }
  const winners = new Map([...items].map(([item, values]) => [item, majorityOf(values)]));
  const annotators = new Map<string, { right: number; all: number }>();
  for (const { item, annotator, value } of rows) {
    const tally = annotators.get(annotator) ?? { right: 0, all: 0 };
    tally.all++;
    if (winners.get(item)?.category === String(value)) tally.right++;
    annotators.set(annotator, tally);
  }
  return {
    labels: [...winners]
      .map(([item, { category, posterior }]) => ({ item, value: category, posterior }))
      .sort((a, b) => byText(a.item, b.item)),
    annotators: [...annotators]
      .map(([annotator, { right, all }]) => ({ annotator, quality: right / all }))
      .sort((a, b) => byText(a.annotator, b.annotator)),
  };
};
