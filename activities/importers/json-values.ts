import { jsonRow } from './json-rows.ts';
import type { Line, LineOptions } from './lines.ts';
import { RAW_BYTES, type RawRow } from './raw-row.ts';

const [LF, QUOTE, BACKSLASH, COMMA] = [10, 34, 92, 44];
const OPEN = new Set([123, 91]);
const CLOSE = new Set([125, 93]);

/**
 * Rows of a JSON document: the elements of one list, or values one after the other, as exports of annotation tools are written,
 * laid out in any way. A row's number is its place, from 1. Faults as for JSON lines; an element over `rowBytes` is never held.
 */
export async function* readJsonValues(
  chunks: AsyncIterable<Buffer>,
  { rowBytes }: Pick<LineOptions, 'rowBytes'>,
): AsyncGenerator<RawRow> {
  let row = 0;
  for await (const value of split(chunks, rowBytes)) yield jsonRow({ ...value, row: ++row }, rowBytes);
}

/** Cuts at commas and brackets of the outermost list, by bytes: none of them is part of a longer character in UTF-8. */
async function* split(chunks: AsyncIterable<Buffer>, rowBytes: number): AsyncGenerator<Omit<Line, 'row'>> {
  let [depth, outer] = [0, -1];
  let [inText, escaped] = [false, false];
  let held: Buffer[] = [];
  let [length, first] = [0, true];
  /** Bytes before the chunk. */
  let before = 0;
  const add = (piece: Buffer) => {
    const room = (length > rowBytes ? RAW_BYTES : rowBytes + 1) - length;
    if (room > 0) held.push(Buffer.from(piece.subarray(0, room)));
    length += piece.length;
  };
  const end = (at: number) => {
    const bytes = Buffer.concat(held);
    const value = {
      bytes: length > rowBytes ? bytes.subarray(0, RAW_BYTES) : bytes,
      start: before + at - length,
      length,
      tooLong: length > rowBytes,
    };
    held = [];
    length = 0;
    return value;
  };
  for await (const whole of chunks) {
    let chunk = whole;
    if (first && chunk.subarray(0, 3).equals(BOM)) {
      chunk = chunk.subarray(3);
      before = 3;
    }
    first = false;
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inText = false;
        continue;
      }
      if (outer === -1 && !isSpace(byte)) {
        outer = byte === 91 ? 1 : 0;
        depth = outer;
        if (outer === 1) {
          from = at + 1;
          continue;
        }
      }
      if (byte === QUOTE) inText = true;
      else if (OPEN.has(byte)) depth++;
      else if (CLOSE.has(byte)) depth--;
      const separates = outer === 1 ? (byte === COMMA && depth === 1) || depth === 0 : depth === 0 && byte !== QUOTE;
      if (!separates) continue;
      const keeps = outer === 0 && CLOSE.has(byte);
      if (outer === 0 && !keeps && byte !== LF) continue;
      const until = keeps ? at + 1 : at;
      add(chunk.subarray(from, until));
      from = at + 1;
      const value = end(until);
      if (!isBlankValue(value.bytes) || value.tooLong) yield value;
    }
    add(chunk.subarray(from));
    before += chunk.length;
  }
  const rest = end(0);
  if (!isBlankValue(rest.bytes) || rest.tooLong) yield rest;
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const isSpace = (byte: number): boolean => byte === 32 || byte === 9 || byte === 10 || byte === 13;
const isBlankValue = (bytes: Buffer): boolean => bytes.every(isSpace);
