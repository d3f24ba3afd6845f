import type { Finding } from './finding.ts';

export type LengthUnit = 'characters' | 'words' | 'tokens';

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Code points of a text. */
const characters = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

/** Words as Unicode divides text (UAX 29), in scripts without spaces by the dictionaries of ICU; punctuation is none. */
const words = (text: string): number => {
  let count = 0;
  for (const { isWordLike } of segmenter.segment(text)) if (isWordLike === true) count++;
  return count;
};

export interface LengthBounds {
  readonly least?: number;
  readonly most?: number;
}

/**
 * Length of a text in code points, words (UAX 29) or tokens, which whoever has a tokenizer counted; `too short` and `too long` are
 * its reasons. Throws RangeError for tokens without a count.
 */
export const lengthOf = (
  text: string,
  unit: LengthUnit,
  { least = 0, most = Number.POSITIVE_INFINITY }: LengthBounds = {},
  tokens?: number,
): Finding => {
  if (unit === 'tokens' && tokens === undefined) throw new RangeError('a length in tokens needs their count');
  const value = unit === 'characters' ? characters(text) : unit === 'words' ? words(text) : (tokens ?? 0);
  if (value < least) return { value, reason: 'too short' };
  return value > most ? { value, reason: 'too long' } : { value };
};
