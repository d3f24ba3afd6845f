/** What an answer looks like: its length and its Markdown. */
import { z } from 'zod';

/** The covariates, in order. */
export const STYLE_FEATURES = ['tokens', 'headers', 'lists', 'bold'] as const;

const count = z.number().nonnegative();

/** Counts of one answer: its length in tokens, Markdown headers, list items and bold passages. */
export const StyleCounts = z.object({ tokens: count, headers: count, lists: count, bold: count });
export type StyleCounts = z.infer<typeof StyleCounts>;

/** Code in fences, then in ticks: marks inside are no style. */
const CODE = [/```[^`]*```/g, /`[^`\n]+`/g];
/** Scripts written without spaces give a token per character, others one per word; marks stand alone. */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;
const HEADER = /^#{1,6}\s/gm;
// Blanks but not line ends: a run of empty lines would otherwise be read once per line.
const LIST = /^[^\S\n]*(?:\d+\.|[-*+])\s/gm;
const BOLD = /\*\*[^*\n]+\*\*|__[^_\n]+__/g;

const matches = (text: string, pattern: RegExp): number => {
  let found = 0;
  for (const _ of text.matchAll(pattern)) found++;
  return found;
};

/** Counts of an answer's text, marks as FastChat's arena counts them; tokens are words and marks, since its tokenizer is not at hand. */
export const countStyle = (text: string): StyleCounts => {
  const prose = CODE.reduce((rest, pattern) => rest.replace(pattern, ''), text);
  return {
    tokens: matches(text, TOKEN),
    headers: matches(prose, HEADER),
    lists: matches(prose, LIST),
    bold: matches(prose, BOLD),
  };
};
