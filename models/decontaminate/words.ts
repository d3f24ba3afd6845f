/** The words of a text as decontamination compares them, and where they stand. */
import { characterTable, SOLO, WORD } from '../encoders/characters.ts';
import { FNV_OFFSET, FNV_PRIME, mix } from '../encoders/ngrams.ts';

export interface WordSpans {
  /** Of each word in NFC and lower case. */
  readonly hashes: Int32Array;
  /** Where each begins and ends in the text as it is given, in code points. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Hash of the word that stands in `text` from one code unit to another. */
const hashOf = (text: string, from: number, to: number): number => {
  let hash = FNV_OFFSET;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return hashNormalised(text.slice(from, to).normalize('NFC').toLowerCase());
    hash = Math.imul(hash ^ (unit >= 65 && unit <= 90 ? unit + 32 : unit), FNV_PRIME);
  }
  return mix(hash);
};

const hashNormalised = (word: string): number => {
  let hash = FNV_OFFSET;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FNV_PRIME);
  return mix(hash);
};

/** Whether the unit at `i` is the second half of a code point. */
const isSecondHalf = (text: string, i: number): boolean => {
  const [before, unit] = [text.charCodeAt(i - 1), text.charCodeAt(i)];
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
};

/**
 * Runs of letters, digits and marks; in scripts that write without spaces each character. Punctuation and white space only separate,
 * as copies of benchmarks often differ in them (Brown et al. 2020, "Language Models are Few-Shot Learners", appendix C).
 */
export const wordSpans = (text: string): WordSpans => {
  const table = characterTable();
  const hashes: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let points = 0;
  // Where the word that is open began: in code units and in code points.
  let unitStart = -1;
  let pointStart = 0;
  const end = (unit: number): void => {
    hashes.push(hashOf(text, unitStart, unit));
    starts.push(pointStart);
    ends.push(points);
    unitStart = -1;
  };
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const bits = table[unit] ?? 0;
    if (unitStart !== -1 && (bits & (SOLO | WORD)) !== WORD) end(i);
    if (unitStart === -1 && (bits & (SOLO | WORD)) !== 0) {
      unitStart = i;
      pointStart = points;
    }
    if (!isSecondHalf(text, i)) points++;
    if ((bits & SOLO) !== 0) end(i + 1);
  }
  if (unitStart !== -1) end(text.length);
  return { hashes: Int32Array.from(hashes), starts: Uint32Array.from(starts), ends: Uint32Array.from(ends) };
};
