/** Bytes of a stream with parts of it replaced. */

/** Bytes [start, end) of a stream, and what stands there instead. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly by: Uint8Array;
}

const LF = Buffer.from('\n');

/** Line ends in a piece. */
const lineEnds = (piece: Buffer): Buffer => {
  let n = 0;
  for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) n++;
  return Buffer.alloc(n, LF);
};

/**
 * The stream with the splices, which are in order and do not overlap, put in. With `lines`, line ends of what is replaced stay:
 * the rows after it keep their numbers.
 */
export async function* spliced(
  chunks: AsyncIterable<Buffer>,
  splices: readonly Splice[],
  { lines }: { readonly lines: boolean },
): AsyncGenerator<Buffer> {
  let next = 0;
  let at = 0;
  for await (const chunk of chunks) {
    const end = at + chunk.length;
    let from = at;
    for (let splice = splices[next]; splice !== undefined && splice.start < end; splice = splices[next]) {
      if (splice.start >= at) {
        if (splice.start > from) yield chunk.subarray(from - at, splice.start - at);
        if (splice.by.length > 0) yield Buffer.from(splice.by);
      }
      const gone = chunk.subarray(Math.max(splice.start, from) - at, Math.min(splice.end, end) - at);
      const kept = lines ? lineEnds(gone) : LF.subarray(1);
      if (kept.length > 0) yield kept;
      from = Math.min(splice.end, end);
      if (splice.end > end) break;
      next++;
    }
    if (from < end) yield chunk.subarray(from - at);
    at = end;
  }
}
