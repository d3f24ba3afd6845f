/** Hashed n-grams of a text: words, pairs of words, and three characters in a row (Weinberger et al. 2009: signs keep dot products unbiased). */
import { characterTable, SOLO, WORD } from './characters.ts';

/** Buckets a text is hashed into. */
export const BUCKETS = 180;

const UNIGRAM = 1;
const BIGRAM = 0.5;
const TRIGRAM = 0.3;
/** Longer texts are read at their beginning and end: a megabyte costs no more than this many code units. */
export const READ_UNITS = 32_768;
const READ_HEAD = 24_576;

/** Where n-grams are gathered: cell = row × BUCKETS + bucket, with a signed weight. Grows by itself. */
export interface Cells {
  index: Int32Array;
  weight: Float32Array;
  length: number;
}

export const createCells = (): Cells => ({
  index: new Int32Array(1 << 16),
  weight: new Float32Array(1 << 16),
  length: 0,
});

const grow = (cells: Cells, needed: number): void => {
  if (needed <= cells.index.length) return;
  const size = 2 ** Math.ceil(Math.log2(needed));
  const index = new Int32Array(size);
  const weight = new Float32Array(size);
  index.set(cells.index);
  weight.set(cells.weight);
  cells.index = index;
  cells.weight = weight;
};

/** What is read of a text in NFC: lower case, at most READ_UNITS. */
export const readable = (text: string): string =>
  (text.length > READ_UNITS
    ? `${text.slice(0, READ_HEAD)}\n${text.slice(READ_HEAD - READ_UNITS)}`
    : text
  ).toLowerCase();

/** Murmur3's finaliser: every bit of the input moves every bit of the output. */
export const mix = (hash: number): number => {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
};

export const FNV_OFFSET = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;
const BOUNDARY = 32;

/** The words of one text as 16-bit hashes, in order. */
export interface Words {
  ids: Uint16Array;
  length: number;
}

export const createWords = (): Words => ({ ids: new Uint16Array(READ_UNITS * 2), length: 0 });

/** Adds the n-grams of `text` (already `readable`) to row `row`, and leaves its words in `words`. */
export const addNgrams = (text: string, row: number, cells: Cells, words: Words): void => {
  const classes = characterTable();
  const units = text.length;
  // A unit starts at most one word (two cells) and ends at most two trigrams.
  grow(cells, cells.length + 4 * units + 8);
  if (words.ids.length < units + 1) words.ids = new Uint16Array(units + 1);
  const { index, weight } = cells;
  const { ids } = words;
  const base = row * BUCKETS;
  let at = cells.length;
  let count = 0;
  let word = FNV_OFFSET;
  let inWord = false;
  let before = 0;
  let a = BOUNDARY;
  let b = BOUNDARY;

  const put = (hash: number, value: number): void => {
    const h = mix(hash);
    index[at] = base + (Math.imul(h >>> 16, BUCKETS) >>> 16);
    weight[at++] = (h & 1) === 0 ? value : -value;
  };
  const putTrigram = (c: number): void => {
    if (b !== BOUNDARY && (a !== BOUNDARY || c !== BOUNDARY))
      put(Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x27d4eb2f) ^ Math.imul(c, 0x165667b1) ^ 0x5bd1e995, TRIGRAM);
    a = b;
    b = c;
  };
  const endWord = (): void => {
    const id = mix(word);
    ids[count++] = id >>> 16;
    put(word, UNIGRAM);
    if (count > 1) put(Math.imul(before, 31) ^ word ^ 0x3c6ef372, BIGRAM);
    before = word;
    word = FNV_OFFSET;
    inWord = false;
  };

  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i);
    const bits = classes[unit] ?? 0;
    if ((bits & SOLO) !== 0) {
      if (inWord) endWord();
      putTrigram(unit);
      word = Math.imul(word ^ unit, FNV_PRIME);
      endWord();
    } else if ((bits & WORD) !== 0) {
      putTrigram(unit);
      word = Math.imul(word ^ unit, FNV_PRIME);
      inWord = true;
    } else if (inWord || b !== BOUNDARY) {
      if (inWord) endWord();
      putTrigram(BOUNDARY);
      a = BOUNDARY;
      b = BOUNDARY;
    }
  }
  if (inWord) endWord();
  if (b !== BOUNDARY) putTrigram(BOUNDARY);
  cells.length = at;
  words.length = count;
};
