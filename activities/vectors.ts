/** Feature vectors as they stand in Parquet: float32 little-endian, base64 on the way in and out. */

export const toBase64 = (vector: Float32Array): string =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');

/** Writes a base64 vector into `target` from `offset`. Throws RangeError where it does not have `dims` numbers. */
export const readVector = (base64: string, target: Float32Array, offset: number, dims: number): void => {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== 4 * dims) throw new RangeError(`${bytes.length} bytes for a vector of ${dims}`);
  for (let j = 0; j < dims; j++) target[offset + j] = bytes.readFloatLE(4 * j);
};
