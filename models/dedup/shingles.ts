/** What near-duplicate detection compares of a text: the set of its word n-grams, as 32-bit hashes. */
import { characterTable, SOLO, SPACE } from '../encoders/characters.ts';
import { FNV_OFFSET, FNV_PRIME, mix } from '../encoders/ngrams.ts';

/**
 * A text as it is compared: NFC and lower case. White space only separates words, so how much of it there is does not count;
 * punctuation does, or code and formulas that differ in nothing else would be the same.
 */
export const normalise = (text: string): string => text.normalize('NFC').toLowerCase();

/** Hashes of n-grams; `length` of them hold, the rest is what longer texts left. */
interface Hashes {
  values: Int32Array;
  length: number;
}

/** Returns a function from a text to its n-gram hashes, as often as they occur; they hold until its next call. */
export const createShingler = (n: number): ((text: string) => Int32Array) => {
  const words: Hashes = { values: new Int32Array(1 << 12), length: 0 };
  const grams: Hashes = { values: new Int32Array(1 << 12), length: 0 };
  return (text) => {
    const normal = normalise(text);
    hashWords(normal, words);
    // Too few words for one n-gram: the characters tell such texts apart. Their hashes start elsewhere, lest they meet words.
    if (words.length < n) {
      hashCharacters(normal, words);
      joinGrams(words, Math.min(n, words.length), ~n, grams);
    } else joinGrams(words, n, n, grams);
    return grams.values.subarray(0, grams.length);
  };
};

const reserve = (hashes: Hashes, size: number): Int32Array => {
  if (hashes.values.length < size) hashes.values = new Int32Array(2 * size);
  return hashes.values;
};

/** Words are runs without white space; in scripts that write without spaces each character is one. */
const hashWords = (normal: string, words: Hashes): void => {
  const table = characterTable();
  const values = reserve(words, normal.length + 1);
  let count = 0;
  let hash = FNV_OFFSET;
  let inWord = false;
  for (let i = 0; i < normal.length; i++) {
    const unit = normal.charCodeAt(i);
    const bits = table[unit] ?? 0;
    if ((bits & (SOLO | SPACE)) === 0) {
      hash = Math.imul(hash ^ unit, FNV_PRIME);
      inWord = true;
      continue;
    }
    if (inWord) {
      values[count++] = mix(hash);
      hash = FNV_OFFSET;
      inWord = false;
    }
    if ((bits & SOLO) !== 0) values[count++] = mix(Math.imul(FNV_OFFSET ^ unit, FNV_PRIME));
  }
  if (inWord) values[count++] = mix(hash);
  words.length = count;
};

/** Code points, runs of white space being one space. */
const hashCharacters = (normal: string, characters: Hashes): void => {
  const text = normal.trim().replace(/\s+/g, ' ');
  const values = reserve(characters, text.length);
  let count = 0;
  for (const character of text) values[count++] = mix(character.codePointAt(0) ?? 0);
  characters.length = count;
};

/** Every n units in a row as one hash; of no unit one hash too, so that empty texts are equal. */
const joinGrams = ({ values, length }: Hashes, n: number, seed: number, grams: Hashes): void => {
  const count = length - n + 1;
  const into = reserve(grams, count);
  for (let i = 0; i < count; i++) into[i] = gramHash(values, i, n, seed);
  grams.length = count;
};

/** Hash of the n units from `at` on. */
export const gramHash = (values: Int32Array, at: number, n: number, seed: number): number => {
  let hash = seed;
  for (let i = at; i < at + n; i++) hash = Math.imul(hash ^ (values[i] ?? 0), 0x9e3779b1) ^ (hash >>> 15);
  return mix(hash);
};
