import { distinct } from '../../models/dedup/jaccard.ts';
import { createShingler } from '../../models/dedup/shingles.ts';

/** Every pair of texts of Jaccard similarity `threshold` or more, by counting the n-grams that they share: pairs of rows a < b. */
export const truePairs = (texts: readonly string[], ngram: number, threshold: number): [number, number][] => {
  const shingles = createShingler(ngram);
  const sizes: number[] = [];
  const rowsOf = new Map<number, number[]>();
  const pairs: [number, number][] = [];
  texts.forEach((text, row) => {
    const set = distinct(shingles(text));
    sizes.push(set.length);
    const common = new Map<number, number>();
    for (const gram of set) {
      const rows = rowsOf.get(gram) ?? [];
      for (const other of rows) common.set(other, (common.get(other) ?? 0) + 1);
      rows.push(row);
      rowsOf.set(gram, rows);
    }
    for (const [other, count] of common)
      if (count / ((sizes[other] ?? 0) + set.length - count) >= threshold) pairs.push([other, row]);
  });
  return pairs;
};
