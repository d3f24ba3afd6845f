import { wellFormed } from '../unicode.ts';

/** A lone surrogate is written `\udxxx` by JSON.stringify, which no UTF-8 column can hold. */
const SURROGATE = /\\ud[89a-f]/;

/** JSON text whose strings are all Unicode: U+FFFD stands where they were broken. */
export const jsonText = (row: unknown): string => {
  const text = JSON.stringify(row);
  return SURROGATE.test(text) ? JSON.stringify(wellFormed(row)) : text;
};

/** The value of a JSON text as DuckDB prints it: NaN and infinities, which JSON lacks, are null. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(
      text.replaceAll(/"(?:[^"\\]|\\.)*"|NaN|-?Infinity/g, (token) => (token.startsWith('"') ? token : 'null')),
    );
  }
};
