/** The document of `assay verify contamination`. */
import type { Benchmark } from './benchmark.ts';
import { findOverlap, type OverlapIndex } from './overlap.ts';

/** A text that shares words in a row with a benchmark row. */
export interface Contamination {
  readonly id: string;
  /** Id of the benchmark row of which the longest run is. */
  readonly benchmark: string;
  readonly words: number;
  /** Where that run stands in the text, in code points, and what it is there. */
  readonly start: number;
  readonly end: number;
  readonly span: string;
}

export interface ContaminationDocument {
  readonly rows: number;
  readonly contaminated: readonly Contamination[];
  readonly ngram: number;
  readonly benchmark: {
    readonly field: string;
    readonly rows: number;
    /** Rows that some text shares n words or more with. */
    readonly found: number;
    /** Rows of fewer than n words, which this check cannot find. */
    readonly tooShort: number;
  };
}

/** Holds texts against a benchmark as they come. */
export const contaminationDocument = async (
  texts: AsyncIterable<{ readonly id: string; readonly text: string }>,
  { field, rows: questions }: Benchmark,
  index: OverlapIndex,
): Promise<ContaminationDocument> => {
  const contaminated: Contamination[] = [];
  const found = new Set<number>();
  let rows = 0;
  for await (const { id, text } of texts) {
    rows++;
    const overlap = findOverlap(index, text);
    if (overlap === null) continue;
    for (const row of overlap.rows) found.add(row);
    const { row, words, start, end, text: span } = overlap;
    contaminated.push({ id, benchmark: questions[row]?.id ?? '', words, start, end, span });
  }
  const { n: ngram, tooShort } = index;
  return { rows, contaminated, ngram, benchmark: { field, rows: questions.length, found: found.size, tooShort } };
};
