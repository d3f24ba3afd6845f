/**
 * Locality-sensitive hashing by bands (Indyk and Motwani 1998): rows that agree in the key of any band are candidates. Keys are read
 * shard by shard and partition by partition, so what is held at once is one band of one partition, however many rows there are.
 */
import { createForest, type Forest } from './forest.ts';

/** Keys of the rows from `first` on: band after band, `rows` keys each. */
export interface BandKeys {
  readonly first: number;
  readonly rows: number;
  readonly keys: Int32Array;
}

/** One of `of` parts of all keys. Equal keys are in one part, and every key is in one. */
export interface Partition {
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Partition = { index: 0, of: 1 };

/** Rows that share a band's key, in ascending order, for every such key of a partition: at least two of them. */
export function* bandBuckets(
  shards: readonly BandKeys[],
  bands: number,
  partition: Partition = WHOLE,
): Generator<Int32Array> {
  for (let band = 0; band < bands; band++) {
    const entries = sortedEntries(shards, band, partition);
    for (let from = 0; from < entries.length; ) {
      let to = from + 2;
      while (to < entries.length && entries[to + HIGH] === entries[from + HIGH]) to += 2;
      if (to - from > 2) yield Int32Array.from({ length: (to - from) / 2 }, (_, i) => entries[from + 2 * i + LOW] ?? 0);
      from = to;
    }
  }
}

/** Key and row of each key of a band that is in the partition, by key and then row. */
const sortedEntries = (shards: readonly BandKeys[], band: number, { index, of }: Partition): Int32Array => {
  const within = (key: number): boolean => (key >>> 0) % of === index;
  let count = 0;
  for (const { rows, keys } of shards)
    for (let i = band * rows; i < (band + 1) * rows; i++) if (within(keys[i] ?? 0)) count++;
  const entries = new Int32Array(2 * count);
  let at = 0;
  for (const { first, rows, keys } of shards) {
    for (let i = 0; i < rows; i++) {
      const key = keys[band * rows + i] ?? 0;
      if (!within(key)) continue;
      entries[at + LOW] = first + i;
      entries[at + HIGH] = key;
      at += 2;
    }
  }
  // Read as one number, of which the key is the high half: that sorts without a comparator.
  new BigInt64Array(entries.buffer).sort();
  return entries;
};

/** Where a 64-bit number has its low half. */
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/**
 * Joins rows of a bucket that match, directly or through others of the bucket. Which rows end up together does not depend on the
 * order: a row is held against every group that it is not joined with yet. Buckets of many copies stay linear, as the first
 * of a group mostly matches.
 */
export const linkBucket = (
  bucket: Iterable<number>,
  forest: Forest,
  matches: (a: number, b: number) => boolean,
): void => {
  const groups: number[][] = [];
  for (const row of bucket) {
    let home: number[] | undefined;
    for (let g = groups.length - 1; g >= 0; g--) {
      const group = groups[g] as number[];
      const joined = forest.find(group[0] as number) === forest.find(row);
      if (!joined && !group.some((other) => matches(other, row))) continue;
      forest.union(group[0] as number, row);
      if (home === undefined) home = group;
      else {
        for (const other of group) home.push(other);
        groups.splice(g, 1);
      }
    }
    if (home === undefined) groups.push([row]);
    else home.push(row);
  }
};

/**
 * Edges between rows 0, 1, … of the shards that meet in a band of the partition and match, directly or through others, as
 * `Forest.edges` gives them.
 */
export const linkPartition = (
  shards: readonly BandKeys[],
  bands: number,
  matches: (a: number, b: number) => boolean,
  partition: Partition = WHOLE,
): Int32Array => {
  const forest = createForest(shards.reduce((sum, { rows }) => sum + rows, 0));
  for (const bucket of bandBuckets(shards, bands, partition)) linkBucket(bucket, forest, matches);
  return forest.edges();
};
