/**
 * MinHash signatures (Broder 1997, "On the resemblance and containment of documents") over 32-bit integers, and what banding of them
 * catches. Values are filled as in fast similarity sketching (Dahlgaard, Knudsen and Thorup 2017, arXiv:1704.04370, algorithm 1):
 * one hash of an element serves whichever value it falls on, so that a set of n costs about n + count · ln count hashes, not
 * n · count. Two sets agree in a value with a probability that is their Jaccard similarity, as ever, and estimates vary less.
 */
import { createRandom } from '../random.ts';

/** How signatures are cut for locality-sensitive hashing: documents meet where all `rows` values of one of `bands` bands are equal. */
export interface Bands {
  readonly bands: number;
  readonly rows: number;
}

/**
 * Probability that documents of Jaccard similarity `s` meet in a band: 1 − (1 − s^rows)^bands (Leskovec, Rajaraman and Ullman,
 * "Mining of Massive Datasets", §3.4.2), which is of independent values; measured catches lie within .02 of it.
 */
export const catchProbability = (s: number, { bands, rows }: Bands): number => 1 - (1 - s ** rows) ** bands;

/** What signatures are made with: permutations x → a·x + b mod 2³² with a odd, two for each of `count` values. */
export interface Permutations {
  readonly count: number;
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** Permutations for signatures of `count` values, drawn by `seed`: signatures compare only within one seed. */
export const drawPermutations = (count: number, seed: number): Permutations => {
  const random = createRandom(seed);
  const draw = () => Int32Array.from({ length: 2 * count }, () => Math.floor(random() * 2 ** 32));
  return { count, a: draw().map((value) => value | 1), b: draw() };
};

/** Returns a function that writes the signature of a set of hashes; one that is there twice counts once. */
export const createSigner = ({ count, a, b }: Permutations): ((hashes: Int32Array, signature: Int32Array) => void) => {
  /** The round that filled each value; −1 before. */
  const filled = new Int32Array(count);
  return (hashes, signature) => {
    filled.fill(-1);
    let empty = count;
    // In a round the high bits of each hash choose one value, which keeps the least hash of the first round that meets it.
    for (let round = 0; round < count && empty > 0; round++) {
      const factor = a[round] ?? 0;
      const offset = b[round] ?? 0;
      for (let i = 0; i < hashes.length; i++) {
        const hash = (Math.imul(hashes[i] ?? 0, factor) + offset) | 0;
        const slot = Math.imul(hash >>> 16, count) >>> 16;
        const by = filled[slot];
        if (by === -1) {
          filled[slot] = round;
          signature[slot] = hash;
          empty--;
        } else if (by === round && hash < (signature[slot] ?? 0)) signature[slot] = hash;
      }
    }
    // Small sets may leave some empty: each of those is the least of a permutation of its own.
    for (let slot = 0; slot < count && empty > 0; slot++)
      if (filled[slot] === -1) signature[slot] = least(hashes, a[count + slot] ?? 0, b[count + slot] ?? 0);
  };
};

const least = (hashes: Int32Array, factor: number, offset: number): number => {
  let value = 0x7fffffff;
  for (let i = 0; i < hashes.length; i++) value = Math.min(value, (Math.imul(hashes[i] ?? 0, factor) + offset) | 0);
  return value;
};

/** The share of equal values of two signatures: an unbiased estimate of Jaccard's similarity s, of variance s(1 − s) / length at most. */
export const estimateJaccard = (x: Int32Array, y: Int32Array): number => {
  let equal = 0;
  for (let i = 0; i < x.length; i++) if (x[i] === y[i]) equal++;
  return equal / x.length;
};
