/** The words of a text as 16-bit hashes, for the style features of encoders that need no n-grams. */
import { characterTable, SOLO, WORD } from './characters.ts';
import { FNV_OFFSET, FNV_PRIME, mix, type Words } from './ngrams.ts';

/** The words of `text` (already `readable`) in order, divided and hashed as the hashed n-grams do it. */
export const wordsOf = (text: string): Words => {
  const classes = characterTable();
  const units = text.length;
  const ids = new Uint16Array(units);
  let count = 0;
  let word = FNV_OFFSET;
  let inWord = false;
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i);
    const bits = classes[unit] ?? 0;
    if (inWord && (bits & (SOLO | WORD)) !== WORD) {
      ids[count++] = mix(word) >>> 16;
      word = FNV_OFFSET;
      inWord = false;
    }
    if ((bits & SOLO) !== 0) ids[count++] = mix(Math.imul(FNV_OFFSET ^ unit, FNV_PRIME)) >>> 16;
    else if ((bits & WORD) !== 0) {
      word = Math.imul(word ^ unit, FNV_PRIME);
      inWord = true;
    }
  }
  if (inWord) ids[count++] = mix(word) >>> 16;
  return { ids, length: count };
};
