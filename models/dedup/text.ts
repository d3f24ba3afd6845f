/**
 * Near-duplicate texts: shards are signed apart (`signShard`), rows that meet in a band are compared partition by partition
 * (`linkPartition`), and `mergeClusters` puts the partitions' edges together. All three are pure: activities can do the same apart.
 */
import { mix } from '../encoders/ngrams.ts';
import type { BandKeys } from './banding.ts';
import { distinct, jaccard } from './jaccard.ts';
import { type Bands, createSigner, drawPermutations, estimateJaccard } from './minhash.ts';
import { createShingler } from './shingles.ts';

export interface TextSettings extends Bands {
  /** Words of an n-gram. */
  readonly ngram: number;
  readonly seed: number;
  /** `exact` holds the n-grams of each text, `estimate` its signature: 4 bytes per n-gram, or per value. */
  readonly similarity: 'exact' | 'estimate';
}

export const TEXT_DEFAULTS: TextSettings = { ngram: 5, bands: 14, rows: 8, seed: 0, similarity: 'exact' };

/** What is kept of the texts of a shard. */
export interface SignedShard extends BandKeys {
  /** Of text i, from `offsets[i]` to `offsets[i + 1]`: its n-grams as they occur, or its signature. */
  readonly values: Int32Array;
  readonly offsets: Uint32Array;
}

/** Signs the rows from `first` on. Shards to be compared are signed under equal settings. */
export const signShard = (texts: readonly string[], first: number, settings: TextSettings): SignedShard => {
  const { bands, rows, ngram, seed, similarity } = settings;
  const sign = createSigner(drawPermutations(bands * rows, seed));
  const shingles = createShingler(ngram);
  const signature = new Int32Array(bands * rows);
  const keys = new Int32Array(bands * texts.length);
  const offsets = new Uint32Array(texts.length + 1);
  let values = new Int32Array(128 * texts.length);
  texts.forEach((text, i) => {
    const hashes = shingles(text);
    sign(hashes, signature);
    for (let band = 0; band < bands; band++) keys[band * texts.length + i] = bandKey(signature, band, rows);
    const start = offsets[i] ?? 0;
    const own = similarity === 'estimate' ? signature : hashes;
    const end = start + own.length;
    if (end > values.length) {
      const grown = new Int32Array(2 * end);
      grown.set(values);
      values = grown;
    }
    values.set(own, start);
    offsets[i + 1] = end;
  });
  return { first, rows: texts.length, keys, values: values.slice(0, offsets[texts.length]), offsets };
};

/** Equal bands have equal keys; others do but once in 2³² pairs, and those are found out when the texts are compared. */
export const bandKey = (signature: Int32Array, band: number, rows: number): number => {
  let key = band;
  for (let j = band * rows; j < (band + 1) * rows; j++)
    key = Math.imul(key ^ (signature[j] ?? 0), 0x9e3779b1) ^ (key >>> 13);
  return mix(key);
};

/** Similarity of two rows of the shards: by their n-grams, Jaccard's itself (of 32-bit hashes); by signatures, an estimate. */
export const similarityOf = (
  shards: readonly SignedShard[],
  { similarity }: TextSettings,
): ((a: number, b: number) => number) => {
  const byStart = shards.toSorted((a, b) => a.first - b.first);
  const valuesOf = (row: number): Int32Array => {
    const { first, values, offsets } = shardOf(byStart, row);
    return values.subarray(offsets[row - first], offsets[row - first + 1]);
  };
  if (similarity === 'estimate') return (a, b) => estimateJaccard(valuesOf(a), valuesOf(b));
  // Sorted when first compared, as most texts never meet another.
  const sets = new Map<number, Int32Array>();
  let held = 0;
  const setOf = (row: number): Int32Array => {
    const known = sets.get(row);
    if (known !== undefined) return known;
    const set = distinct(valuesOf(row));
    if (held + set.length > HELD_VALUES) {
      sets.clear();
      held = 0;
    }
    sets.set(row, set);
    held += set.length;
    return set;
  };
  return (a, b) => jaccard(setOf(a), setOf(b));
};

/** Values of the sorted sets held at once: 128 MiB, and one set more where that alone has as many. */
const HELD_VALUES = 1 << 25;

/** The shard that holds a row, by bisection. */
const shardOf = (byStart: readonly SignedShard[], row: number): SignedShard => {
  let low = 0;
  let high = byStart.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((byStart[middle]?.first ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return byStart[low] as SignedShard;
};
