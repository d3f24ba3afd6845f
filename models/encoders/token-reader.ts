/** Texts to token ids as a tokenizer.json says, special tokens kept when a text is cut. */
import { Tokenizer } from '@huggingface/tokenizers';
import type { TextSide } from '../../schemas/encoder.ts';
import { AssayError } from '../../schemas/errors.ts';

/** UTF-16 units read per token that may be kept: tokens hold about four, so that only a text of a megabyte of blanks is cut short. */
const UNITS_PER_TOKEN = 32;

export type TokenReader = (text: string) => readonly number[];

const openTokenizer = (json: unknown, name: string): Tokenizer => {
  try {
    return new Tokenizer(json as object, {});
  } catch (cause) {
    throw new AssayError('ASY-5003', { file: `${name}/tokenizer.json`, reason: String(cause) }, { cause });
  }
};

/** What the tokenizer puts before and after a text ([CLS] … [SEP]), read off one that it framed. */
const frameOf = (tokenizer: Tokenizer, name: string): { before: readonly number[]; after: readonly number[] } => {
  const bare: readonly number[] = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const framed: readonly number[] = tokenizer.encode('a').ids;
  for (let at = 0; at + bare.length <= framed.length; at++)
    if (bare.length > 0 && bare.every((id, i) => framed[at + i] === id))
      return { before: framed.slice(0, at), after: framed.slice(at + bare.length) };
  throw new AssayError('ASY-5003', { file: `${name}/tokenizer.json`, reason: 'it does not keep a text together' });
};

/** The first units of a text, never half of a surrogate pair. */
const startOf = (text: string, units: number): string => {
  if (text.length <= units) return text;
  const code = text.charCodeAt(units - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? units - 1 : units);
};

/** Reads texts, prefix first, as at most `maxTokens` ids. Throws ASY-5003 where `json` is no tokenizer. */
export const openTokenReader = (json: unknown, { prefix, maxTokens }: TextSide, name: string): TokenReader => {
  const tokenizer = openTokenizer(json, name);
  const { before, after } = frameOf(tokenizer, name);
  const room = maxTokens - before.length - after.length;
  return (text) => {
    const ids: readonly number[] = tokenizer.encode(prefix + startOf(text, room * UNITS_PER_TOKEN), {
      add_special_tokens: false,
    }).ids;
    return [...before, ...ids.slice(0, room), ...after];
  };
};

/** How many tokens a text has by itself, without what a tokenizer or a chat template puts around it. Throws ASY-5003 where `json` is no tokenizer. */
export const openTokenCounter = (json: unknown, name: string): ((text: string) => number) => {
  const tokenizer = openTokenizer(json, name);
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length;
};
