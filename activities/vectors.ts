/** Feature vectors as they stand in Parquet: the bytes of float32 numbers, little-endian as every machine this runs on. */

export const vectorBytes = (vector: Float32Array): Uint8Array =>
  new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/** Writes a vector's bytes into `target` from `offset`. Throws RangeError where it does not have `dims` numbers. */
export const readVector = (bytes: Uint8Array, target: Float32Array, offset: number, dims: number): void => {
  if (bytes.length !== 4 * dims) throw new RangeError(`${bytes.length} bytes for a vector of ${dims}`);
  vectorBytes(target).set(bytes, 4 * offset);
};
