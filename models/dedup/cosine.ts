/** Rows of embeddings that point the same way, by exact search in blocks. */
import { AssayError } from '../../schemas/errors.ts';

/** Rows of `dims` values, one after the other, each of length 1, or 0 where there is no direction. */
export interface UnitRows {
  readonly values: Float32Array;
  readonly dims: number;
  readonly rows: number;
}

/** The rows at unit length. Throws ASY-5005 for a value that is no number. */
export const unitRows = (embeddings: Float32Array, dims: number): UnitRows => {
  const rows = embeddings.length / dims;
  const values = new Float32Array(embeddings.length);
  for (let row = 0; row < rows; row++) {
    let square = 0;
    for (let i = row * dims; i < (row + 1) * dims; i++) square += (embeddings[i] ?? 0) ** 2;
    if (!Number.isFinite(square)) throw new AssayError('ASY-5005', { what: `embedding ${row}` });
    const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
    for (let i = row * dims; i < (row + 1) * dims; i++) values[i] = (embeddings[i] ?? 0) * scale;
  }
  return { values, dims, rows };
};

/** Rows of the one side that stay in the cache while those of the other pass. */
const BLOCK = 32;

/** Calls `visit` for every pair (i of `a`, j of `b`, j from `from(i)` on, which never falls) of cosine `threshold` or more. */
export const visitSimilar = (
  a: UnitRows,
  b: UnitRows,
  threshold: number,
  visit: (i: number, j: number, cosine: number) => void,
  from: (i: number) => number = () => 0,
): void => {
  for (let start = 0; start < a.rows; start += BLOCK) {
    const end = Math.min(a.rows, start + BLOCK);
    for (let j = from(start); j < b.rows; j++)
      for (let i = start; i < end; i++) {
        if (j < from(i)) continue;
        const cosine = dot(a.values, i * a.dims, b.values, j * a.dims, a.dims);
        if (cosine >= threshold) visit(i, j, cosine);
      }
  }
};

/** Sum of products of `length` numbers of each, from the places given. */
export const dot = (x: Float32Array, xAt: number, y: Float32Array, yAt: number, length: number): number => {
  // Two sums, which do not wait for each other.
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 1 < length; i += 2) {
    even += (x[xAt + i] ?? 0) * (y[yAt + i] ?? 0);
    odd += (x[xAt + i + 1] ?? 0) * (y[yAt + i + 1] ?? 0);
  }
  return i < length ? even + odd + (x[xAt + i] ?? 0) * (y[yAt + i] ?? 0) : even + odd;
};

export interface Neighbour {
  readonly row: number;
  readonly cosine: number;
}

/** For each query the nearest row (of equals the first), where its cosine is `threshold` or more; else null. */
export const nearestRows = (
  queries: Float32Array,
  embeddings: Float32Array,
  dims: number,
  threshold: number,
): (Neighbour | null)[] => {
  const [a, b] = [unitRows(queries, dims), unitRows(embeddings, dims)];
  const nearest = Array.from({ length: a.rows }, (): Neighbour | null => null);
  visitSimilar(a, b, threshold, (i, row, cosine) => {
    if (cosine > (nearest[i]?.cosine ?? Number.NEGATIVE_INFINITY)) nearest[i] = { row, cosine };
  });
  return nearest;
};
