import { isUtf8 } from 'node:buffer';
import { AssayError } from '../../schemas/errors.ts';
import { wellFormed } from '../unicode.ts';
import { type Line, type LineOptions, readLines } from './lines.ts';
import type { RawRow } from './raw-row.ts';

/** Rows of JSON lines. Faults: ASY-2001 no JSON, ASY-2005 no UTF-8, ASY-2006 too long. */
export async function* readJsonRows(chunks: AsyncIterable<Buffer>, options: LineOptions): AsyncGenerator<RawRow> {
  for await (const line of readLines(chunks, options)) yield jsonRow(line, options.rowBytes);
}

export const jsonRow = ({ row, bytes, start, length, tooLong }: Line, rowBytes: number): RawRow => {
  const base = { row, raw: bytes, rawBytes: length, place: { start, end: start + length } };
  if (tooLong) return { ...base, fault: new AssayError('ASY-2006', { limit: rowBytes }) };
  if (!isUtf8(bytes)) return { ...base, fault: new AssayError('ASY-2005') };
  const text = bytes.toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    return { ...base, value: ESCAPED_SURROGATE.test(text) ? wellFormed(value) : value };
  } catch (error) {
    return { ...base, fault: new AssayError('ASY-2001', { reason: reasonOf(error) }) };
  }
};

const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;

/** The parser's words without the row's own, which may name people. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : 'broken')
    .replace(/, (\.\.\.)?"[\s\S]*$/, '')
    .replace(/token '[\s\S]*?'/u, 'character');
