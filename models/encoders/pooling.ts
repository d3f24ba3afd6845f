import type { TextSide } from '../../schemas/encoder.ts';

/**
 * One vector per text from hidden states [n, width, dims]: the mean over its `lengths[i]` tokens (padding excluded), its first or
 * its last token; `none` takes states that are [n, dims] already. Sums are made in double precision, in order.
 */
export const pool = (
  states: Float32Array,
  pooling: TextSide['pooling'],
  lengths: readonly number[],
  width: number,
  dims: number,
): Float32Array => {
  if (pooling === 'none') return states.slice(0, lengths.length * dims);
  const out = new Float32Array(lengths.length * dims);
  const sum = new Float64Array(dims);
  for (const [row, length] of lengths.entries()) {
    const base = row * width * dims;
    if (pooling !== 'mean') {
      const at = base + (pooling === 'cls' ? 0 : length - 1) * dims;
      out.set(states.subarray(at, at + dims), row * dims);
      continue;
    }
    sum.fill(0);
    for (let t = 0, at = base; t < length; t++)
      for (let j = 0; j < dims; j++) sum[j] = (sum[j] ?? 0) + (states[at++] ?? 0);
    for (let j = 0; j < dims; j++) out[row * dims + j] = (sum[j] ?? 0) / length;
  }
  return out;
};

/** Scales each row of `dims` numbers to length 1, in place; a row of zeros stays. */
export const normaliseRows = (rows: Float32Array, dims: number): void => {
  for (let from = 0; from < rows.length; from += dims) {
    let squares = 0;
    for (let j = from; j < from + dims; j++) squares += (rows[j] ?? 0) ** 2;
    if (squares === 0) continue;
    const length = Math.sqrt(squares);
    for (let j = from; j < from + dims; j++) rows[j] = (rows[j] ?? 0) / length;
  }
};
