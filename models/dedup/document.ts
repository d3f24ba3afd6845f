/** The document of `assay verify dedup`. */
import { linkPartition } from './banding.ts';
import { mergeClusters } from './forest.ts';
import { catchProbability } from './minhash.ts';
import { resolveClusters } from './resolve.ts';
import { type SignedShard, similarityOf, type TextSettings } from './text.ts';

export interface DedupDocument {
  readonly rows: number;
  readonly kept: number;
  /** Ids of near-duplicates, of each cluster the kept one first; rows that are alone are in none. */
  readonly clusters: readonly (readonly string[])[];
  /** Every row that is not kept, the row kept for it, and how alike they are. */
  readonly removed: readonly { readonly id: string; readonly canonical: string; readonly similarity: number }[];
  readonly threshold: number;
  readonly settings: TextSettings;
  /** Probability that two texts exactly at the threshold are compared at all. */
  readonly catchProbability: number;
}

/** Rows whose keys are sorted at once: with more rows than that, in several partitions. */
const PARTITION_ROWS = 1 << 20;

/** Clusters of texts that are at least `threshold` alike. `ids` are those of rows 0, 1, … of the shards; the first of a cluster is kept. */
export const dedupDocument = (
  ids: readonly string[],
  shards: readonly SignedShard[],
  settings: TextSettings,
  threshold: number,
): DedupDocument => {
  const similarity = similarityOf(shards, settings);
  const of = Math.ceil(ids.length / PARTITION_ROWS);
  const edges = Array.from({ length: of }, (_, index) =>
    linkPartition(shards, settings.bands, (a, b) => similarity(a, b) >= threshold, { index, of }),
  );
  const clusters = mergeClusters(ids.length, edges);
  const { rows } = resolveClusters(clusters, (row) => ({ id: ids[row] ?? '', claim: null }), similarity);
  const removed = rows.filter(({ reason }) => reason === 'duplicate');
  return {
    rows: ids.length,
    kept: ids.length - removed.length,
    clusters: clusters.map((cluster) => cluster.map((row) => ids[row] ?? '')),
    removed: removed.map(({ id, canonical, similarity: alike }) => ({ id, canonical, similarity: alike })),
    threshold,
    settings,
    catchProbability: catchProbability(threshold, settings),
  };
};
