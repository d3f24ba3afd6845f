/** What a text shares word for word with a benchmark (Brown et al. 2020, appendix C: 13-grams). */
import { gramHash } from '../dedup/shingles.ts';
import { wordSpans } from './words.ts';

/** Words in a row from which a text is taken to hold a benchmark row. */
export const OVERLAP_WORDS = 13;

/** Every n-gram of a benchmark's rows. */
export interface OverlapIndex {
  readonly n: number;
  /** Words of all rows, one row after the other; row r from `starts[r]` to `starts[r + 1]`. */
  readonly words: Int32Array;
  readonly starts: Uint32Array;
  /** First place of an n-gram by its hash, and the next of the same hash after each place; −1 ends it. */
  readonly first: ReadonlyMap<number, number>;
  readonly next: Int32Array;
  /** Rows of fewer than n words: no text can match them. */
  readonly tooShort: number;
}

/** Indexes the n-grams of a benchmark's texts. */
export const indexBenchmark = (texts: readonly string[], n = OVERLAP_WORDS): OverlapIndex => {
  const rows = texts.map((text) => wordSpans(text).hashes);
  const starts = new Uint32Array(rows.length + 1);
  rows.forEach((row, r) => {
    starts[r + 1] = (starts[r] ?? 0) + row.length;
  });
  const words = new Int32Array(starts[rows.length] ?? 0);
  const first = new Map<number, number>();
  const next = new Int32Array(words.length).fill(-1);
  // From the end, so that chains run from the first row to the last.
  for (let r = rows.length - 1; r >= 0; r--) {
    const start = starts[r] ?? 0;
    words.set(rows[r] as Int32Array, start);
    for (let at = (starts[r + 1] ?? 0) - n; at >= start; at--) {
      const hash = gramHash(words, at, n, n);
      next[at] = first.get(hash) ?? -1;
      first.set(hash, at);
    }
  }
  return { n, words, starts, first, next, tooShort: rows.filter(({ length }) => length < n).length };
};

/** The longest run of words that a text shares with a benchmark. */
export interface Overlap {
  /** The benchmark row that holds it; of equals the first. */
  readonly row: number;
  readonly words: number;
  /** Where it stands in the text, in code points, and what it is there. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Every benchmark row that n words or more are shared with, ascending. */
  readonly rows: readonly number[];
}

/** What `text` shares with the benchmark; null for less than n words in a row. */
export const findOverlap = (index: OverlapIndex, text: string): Overlap | null => {
  const { n, words, starts, first, next } = index;
  const { hashes, starts: from, ends } = wordSpans(text);
  const rows = new Set<number>();
  let best = { row: 0, words: 0, at: 0 };
  for (let i = 0; i + n <= hashes.length; i++) {
    for (let at = first.get(gramHash(hashes, i, n, n)) ?? -1; at !== -1; at = next[at] ?? -1) {
      const row = rowAt(starts, at);
      // With the word before it shared too, this run has been seen from there.
      if (i > 0 && at > (starts[row] ?? 0) && hashes[i - 1] === words[at - 1]) continue;
      const most = Math.min(hashes.length - i, (starts[row + 1] ?? 0) - at);
      let shared = 0;
      while (shared < most && hashes[i + shared] === words[at + shared]) shared++;
      if (shared < n) continue;
      rows.add(row);
      if (shared > best.words || (shared === best.words && row < best.row)) best = { row, words: shared, at: i };
    }
  }
  if (rows.size === 0) return null;
  const start = from[best.at] ?? 0;
  const end = ends[best.at + best.words - 1] ?? 0;
  return {
    row: best.row,
    words: best.words,
    start,
    end,
    text: Array.from(text).slice(start, end).join(''),
    rows: [...rows].sort((a, b) => a - b),
  };
};

/** The row that holds place `at`: the last one that starts there or before. */
const rowAt = (starts: Uint32Array, at: number): number => {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
};
