/** 64-bit hashes within a Hamming distance, found exactly by bands (Norouzi, Punjani and Fleet 2012, "Fast search in Hamming space with multi-index hashing"). */
import { mix } from '../encoders/ngrams.ts';
import { type BandKeys, linkPartition } from './banding.ts';

/** Hashes as halves of 32 bits, and which of them are there. */
interface Halves {
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly present: Uint8Array;
}

const halvesOf = (hashes: readonly (bigint | null)[]): Halves => ({
  high: Int32Array.from(hashes, (hash) => Number(BigInt.asIntN(32, (hash ?? 0n) >> 32n))),
  low: Int32Array.from(hashes, (hash) => Number(BigInt.asIntN(32, hash ?? 0n))),
  present: Uint8Array.from(hashes, (hash) => (hash === null ? 0 : 1)),
});

const popcount = (word: number): number => {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** Bits in which two 64-bit hashes differ. */
export const hammingDistance = (a: bigint, b: bigint): number => {
  const different = a ^ b;
  return popcount(Number(BigInt.asIntN(32, different >> 32n))) + popcount(Number(BigInt.asIntN(32, different)));
};

/**
 * Keys of `most` + 1 bands of bits: hashes that differ in `most` bits or fewer are equal in one band at least. A hash that is null
 * has keys of its own.
 */
export const hashBands = (hashes: readonly (bigint | null)[], most: number): BandKeys => {
  const { high, low, present } = halvesOf(hashes);
  const rows = hashes.length;
  const keys = new Int32Array((most + 1) * rows);
  for (let band = 0; band <= most; band++) {
    const from = Math.floor((64 * band) / (most + 1));
    const to = Math.floor((64 * (band + 1)) / (most + 1));
    for (let row = 0; row < rows; row++) {
      let key = 0;
      for (let bit = from; bit < to; bit++)
        key = (key << 1) | (((bit < 32 ? (high[row] ?? 0) : (low[row] ?? 0)) >>> (31 - (bit & 31))) & 1);
      keys[band * rows + row] = mix(present[row] === 1 ? key : ~row);
    }
  }
  return { first: 0, rows, keys };
};

/** Whether two rows of `hashes` are there and differ in `most` bits or fewer. */
export const within = (hashes: readonly (bigint | null)[], most: number): ((a: number, b: number) => boolean) => {
  const { high, low, present } = halvesOf(hashes);
  return (a, b) =>
    (present[a] ?? 0) + (present[b] ?? 0) === 2 &&
    popcount((high[a] ?? 0) ^ (high[b] ?? 0)) + popcount((low[a] ?? 0) ^ (low[b] ?? 0)) <= most;
};

/** Bits in which perceptual hashes of one picture, scaled or compressed anew, may differ: of a million unrelated pictures some two pairs are as near. */
export const IMAGE_DISTANCE = 6;

/** Edges between hashes that differ in `most` bits (0 … 63) or fewer, directly or through others; null is like no other. */
export const linkHashes = (hashes: readonly (bigint | null)[], most = IMAGE_DISTANCE): Int32Array =>
  linkPartition([hashBands(hashes, most)], most + 1, within(hashes, most));
