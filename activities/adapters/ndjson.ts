import { open } from 'node:fs/promises';
import { wellFormed } from '../unicode.ts';

const FLUSH_CHARACTERS = 1 << 20;

export interface Written {
  readonly rows: number;
  /** Bytes of the longest row. */
  readonly longest: number;
}

/** Rows as JSON lines into a file, a megabyte at a time. Strings that are not Unicode get U+FFFD where they are broken. */
export const writeNdjson = async (
  file: string,
  rows: Iterable<unknown> | AsyncIterable<unknown>,
  encode: (row: unknown) => unknown = (row) => row,
): Promise<Written> => {
  const handle = await open(file, 'w');
  let lines: string[] = [];
  let characters = 0;
  let count = 0;
  let longest = 0;
  const flush = async () => {
    await handle.appendFile(lines.join(''));
    lines = [];
    characters = 0;
  };
  const add = (row: unknown) => {
    const line = `${jsonText(encode(row))}\n`;
    lines.push(line);
    characters += line.length;
    count++;
    // Only long rows are measured exactly: a character has at most three bytes.
    if (line.length * 3 > longest) longest = Math.max(longest, Buffer.byteLength(line));
  };
  try {
    if (Symbol.asyncIterator in rows) {
      for await (const row of rows) {
        add(row);
        if (characters >= FLUSH_CHARACTERS) await flush();
      }
    } else {
      for (const row of rows) {
        add(row);
        if (characters >= FLUSH_CHARACTERS) await flush();
      }
    }
    await flush();
  } finally {
    await handle.close();
  }
  return { rows: count, longest };
};

/** A lone surrogate is written `\udxxx` by JSON.stringify, which no UTF-8 column can hold. */
const SURROGATE = /\\ud[89a-f]/;

/** JSON text whose strings are all Unicode. */
export const jsonText = (row: unknown): string => {
  const text = JSON.stringify(row);
  return SURROGATE.test(text) ? JSON.stringify(wellFormed(row)) : text;
};
