/** What of an item is answered piece by piece: steps of a response, words of a prompt, code points of a text. */
import type { Message } from './item.ts';

export interface Piece {
  /** In UTF-16 units, as JavaScript slices: from `start`, before `end`. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const piecesOf = (text: string, pattern: RegExp): Piece[] =>
  [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ start: index, end: index + found.length, text: found }));

/** The steps of a response: its paragraphs where blank lines part them, else its lines. Code points outside steps are blank. */
export const stepsOf = (text: string): Piece[] =>
  piecesOf(
    text.replaceAll('\r\n', ' \n'),
    /\n[^\S\n]*\n/.test(text.trim().replaceAll('\r\n', ' \n')) ? /\S(?:(?!\n[^\S\n]*\n)[^])*/g : /\S[^\n]*/g,
  ).map(({ start, end }) => ({ start, end, text: text.slice(start, end).trimEnd() }));

/** The words that RichHF-18K's labels count: what stands between these characters. */
export const promptWords = (text: string): string[] => text.split(/[,.?!":; ]/).filter((word) => word !== '');

/** The part of a prompt whose words are asked about: what the person said last. */
export const askedText = (prompt: readonly Message[]): string =>
  (prompt.findLast(({ role }) => role === 'user') ?? prompt.at(-1))?.content ?? '';

/** Code points of a text before the UTF-16 unit `at`; a pair is not cut. */
export const codePointOf = (text: string, at: number): number => {
  let points = 0;
  for (let i = 0; i < at; i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1) points++;
  return points;
};

/** The UTF-16 unit at which code point `point` begins; the text's end for those beyond it. */
export const unitOf = (text: string, point: number): number => {
  let unit = 0;
  for (let i = 0; i < point && unit < text.length; i++) unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  return unit;
};
