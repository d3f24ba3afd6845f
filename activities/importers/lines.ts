import { RAW_BYTES } from './raw-row.ts';

export interface Line {
  readonly row: number;
  /** Without line end; the first 64 KiB of a line that is too long. */
  readonly bytes: Buffer;
  /** Bytes of the whole line. */
  readonly length: number;
  readonly tooLong: boolean;
  /** Where the line starts, counted from the start of `chunks`. */
  readonly start: number;
}

export interface LineOptions {
  readonly rowBytes: number;
  /** Number of the first line; a byte-order mark is taken off line 1 only. */
  readonly firstRow?: number;
  /** Give blank lines too, and leave carriage returns: for formats whose fields may hold line ends. */
  readonly verbatim?: boolean;
}

const LF = 10;
const CR = 13;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Lines of a byte stream. A line over `rowBytes` is never held: its bytes are counted until it ends. Blank lines count, but are not given. */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  { rowBytes, firstRow = 1, verbatim = false }: LineOptions,
): AsyncGenerator<Line> {
  let row = firstRow;
  let start = 0;
  let length = 0;
  let parts: Buffer[] = [];
  let held = 0;

  const add = (piece: Buffer) => {
    length += piece.length;
    const keep = length > rowBytes ? RAW_BYTES - held : piece.length;
    if (length > rowBytes && held > RAW_BYTES) {
      parts = [Buffer.concat(parts, RAW_BYTES)];
      held = RAW_BYTES;
    } else if (keep > 0) {
      const part = piece.subarray(0, keep);
      parts.push(part);
      held += part.length;
    }
  };
  const end = (): Line | null => {
    let bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    const line = { row, start, length, tooLong: length > rowBytes };
    if (row === 1 && bytes.subarray(0, 3).equals(BOM)) bytes = bytes.subarray(3);
    if (verbatim) return next({ ...line, bytes });
    if (!line.tooLong && bytes.at(-1) === CR) bytes = bytes.subarray(0, -1);
    return next(isBlank(bytes) && !line.tooLong ? null : { ...line, bytes });
  };
  const next = (line: Line | null): Line | null => {
    row++;
    start += length + 1;
    length = 0;
    held = 0;
    parts = [];
    return line;
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
      add(chunk.subarray(from, at));
      from = at + 1;
      const line = end();
      if (line !== null) yield line;
    }
    // Copied, so that a kept rest does not hold its whole chunk.
    if (from < chunk.length) add(Buffer.from(chunk.subarray(from)));
  }
  if (length > 0) {
    const line = end();
    if (line !== null) yield line;
  }
}

/** Nothing but spaces, tabs and carriage returns. */
export const isBlank = (bytes: Buffer): boolean => {
  for (const byte of bytes) if (byte !== 32 && byte !== 9 && byte !== CR) return false;
  return true;
};
