/** Words and phrases that somebody does not want to meet (S061). */
import type { Item } from '../../schemas/item.ts';

const LETTER = '[\\p{L}\\p{M}\\p{N}_]';
/** Scripts that put no blanks between words: there a word stands anywhere. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const patternOf = (phrase: string): string => {
  const words = plain(phrase).trim().split(/\s+/u).map(escaped).join('\\s+');
  return UNSPACED.test(phrase) ? words : `(?<!${LETTER})${words}(?!${LETTER})`;
};

export type OptOut = (item: Pick<Item, 'prompt' | 'responses'>) => boolean;

/** Whether an item's text holds one of the phrases: whole words, whatever their case and width. */
export const createOptOut = (phrases: readonly string[]): OptOut => {
  const wanted = phrases.filter((phrase) => phrase.trim() !== '');
  if (wanted.length === 0) return () => false;
  const pattern = new RegExp(wanted.map(patternOf).join('|'), 'u');
  return ({ prompt, responses }) =>
    [...prompt.map(({ content }) => content), ...responses.map(({ text }) => text ?? '')].some((text) =>
      pattern.test(plain(text)),
    );
};
