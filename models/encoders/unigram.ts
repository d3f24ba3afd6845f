/** A Unigram tokeniser (Kudo 2018): the likeliest division of a text into the pieces of a vocabulary, found by Viterbi over typed arrays. */
import { READ_UNITS } from './ngrams.ts';

/** Pieces (NFKC, lower case, `▁` for a space) and their log probabilities. */
export interface UnigramVocabulary {
  readonly pieces: readonly string[];
  readonly scores: Float32Array;
}

export interface Unigram {
  /** Indexes of the pieces of `text` in order; characters that no piece holds are left out. */
  encode(text: string): Int32Array;
}

const READ_HEAD = (READ_UNITS / 4) * 3;
/** What an unknown character costs beyond the rarest piece, as SentencePiece has it. */
const UNKNOWN_PENALTY = 10;
const SPACE = '▁';
const UNKNOWN = -1;
/** The one character that nmt_nfkc leaves as it is although NFKC would not. */
const WAVE = '～';

const REMOVED = /[\u0001-\u0008\u000B\u000E-\u001F\u007F\u008F\u009F]/g;
const SPACES = /[\u0009\u000A\u000C\u000D\u00A0\u1680\u2000-\u200F\u2028\u2029\u202F\u205F\u2581\u3000\uFEFF\uFFFD ]+/g;

/**
 * What is divided into pieces: SentencePiece's nmt_nfkc rules, lower case, and `▁` before each word. Texts longer than READ_UNITS are
 * read at their beginning and end, so that a megabyte costs no more.
 */
export const normalise = (text: string): string => {
  const read = text.length > READ_UNITS ? `${text.slice(0, READ_HEAD)}\n${text.slice(READ_HEAD - READ_UNITS)}` : text;
  const plain = read.replace(REMOVED, '').replace(SPACES, ' ').split(WAVE);
  const folded = plain
    .map((part) => part.normalize('NFKC'))
    .join(WAVE)
    .toLowerCase();
  const marked = folded.replace(/ +/g, SPACE).slice(0, READ_UNITS);
  return marked.startsWith(SPACE) || marked === '' ? marked : SPACE + marked;
};

const hash = (node: number, unit: number): number => {
  const h = Math.imul(node ^ Math.imul(unit, 0x9e3779b1), 0x85ebca6b);
  return h ^ (h >>> 15);
};

const sharedLength = (a: string, b: string): number => {
  let i = 0;
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
};

/** A trie in one hash table of 16-byte slots: parent, unit, piece, score. A node is the number of its slot, plus one; the root is 0. */
const buildTrie = ({ pieces, scores }: UnigramVocabulary) => {
  // Sorted pieces share their beginnings; of others too many nodes are counted, never too few.
  const nodes = pieces.reduce((sum, piece, i) => sum + piece.length - sharedLength(piece, pieces[i - 1] ?? ''), 0);
  const mask = 2 ** Math.ceil(Math.log2(1.5 * nodes + 2)) - 1;
  const slots = new Int32Array(4 * (mask + 1));
  const values = new Float32Array(slots.buffer);
  for (let i = 0; i < slots.length; i += 4) slots[i] = UNKNOWN;
  pieces.forEach((piece, id) => {
    let node = 0;
    for (let i = 0; i < piece.length; i++) {
      const unit = piece.charCodeAt(i);
      let at = hash(node, unit) & mask;
      while (slots[4 * at] !== UNKNOWN && (slots[4 * at] !== node || slots[4 * at + 1] !== unit)) at = (at + 1) & mask;
      if (slots[4 * at] === UNKNOWN) {
        slots[4 * at] = node;
        slots[4 * at + 1] = unit;
        slots[4 * at + 2] = UNKNOWN;
      }
      node = at + 1;
    }
    if (node === 0) return;
    slots[4 * (node - 1) + 2] = id;
    values[4 * (node - 1) + 3] = scores[id] ?? 0;
  });
  return { slots, values, mask };
};

/** Code units of the character at `i`. */
const widthAt = (text: string, i: number): number => ((text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1);

/** A tokeniser over a vocabulary; equal to a Hugging Face `Unigram` model with the same pieces, unknown tokens dropped. */
export const createUnigram = (vocabulary: UnigramVocabulary): Unigram => {
  const { slots, values, mask } = buildTrie(vocabulary);
  const unknown = vocabulary.scores.reduce((least, score) => Math.min(least, score), 0) - UNKNOWN_PENALTY;
  const best = new Float64Array(READ_UNITS + 2);
  const from = new Int32Array(READ_UNITS + 2);
  const piece = new Int32Array(READ_UNITS + 2);
  const found = new Int32Array(READ_UNITS + 2);

  const divide = (text: string): void => {
    const units = text.length;
    best.fill(Number.NEGATIVE_INFINITY, 0, units + 1);
    best[0] = 0;
    for (let i = 0; i < units; i++) {
      const here = best[i] ?? 0;
      if (here === Number.NEGATIVE_INFINITY) continue;
      const first = i + widthAt(text, i);
      let single = false;
      let node = 0;
      for (let j = i; j < units; j++) {
        const unit = text.charCodeAt(j);
        let at = hash(node, unit) & mask;
        while (slots[4 * at] !== UNKNOWN && (slots[4 * at] !== node || slots[4 * at + 1] !== unit))
          at = (at + 1) & mask;
        if (slots[4 * at] === UNKNOWN) break;
        const id = slots[4 * at + 2] ?? UNKNOWN;
        node = at + 1;
        if (id === UNKNOWN) continue;
        const end = j + 1;
        if (end === first) single = true;
        const score = here + (values[4 * at + 3] ?? 0);
        if (score <= (best[end] ?? 0)) continue;
        best[end] = score;
        from[end] = i;
        piece[end] = id;
      }
      if (single || here + unknown <= (best[first] ?? 0)) continue;
      best[first] = here + unknown;
      from[first] = i;
      piece[first] = UNKNOWN;
    }
  };

  return {
    encode(text) {
      const normal = normalise(text);
      divide(normal);
      let count = 0;
      for (let at = normal.length; at > 0; at = from[at] ?? 0) {
        const id = piece[at] ?? UNKNOWN;
        if (id !== UNKNOWN) found[count++] = id;
      }
      return found.slice(0, count).reverse();
    },
  };
};

/** Units of a text that are surely read whole: NFKC makes up to eighteen of one. */
const PART = READ_UNITS / 32;

/** How many pieces a text of any length has; where more than PART units hold no space, one or two more. */
export const countPieces = (unigram: Unigram, text: string): number => {
  let count = 0;
  for (let from = 0; from < text.length; ) {
    const end = from + PART;
    const space = end >= text.length ? -1 : text.lastIndexOf(' ', end);
    const to = space > from ? space : end;
    count += unigram.encode(text.slice(from, to)).length;
    from = to;
  }
  return count;
};
