/** Near-duplicate items: those that share a key of a partition are compared, and clusters hang together by pairs that are near. */
import type { NearConfig } from '../../schemas/curation.ts';
import { linkBucket } from './banding.ts';
import { createForest } from './forest.ts';
import { alignMeanings, type Meaning, meaningSimilarity } from './meaning.ts';
import { alignResponses, isMedia, isNear, itemSimilarity, type Signature } from './signature.ts';

/** Pairs of ids of near items of the buckets (ids that share a key), directly or through others: as few as make the same clusters. */
export const linkNear = (
  buckets: readonly (readonly string[])[],
  signatures: ReadonlyMap<string, Signature>,
  config: NearConfig,
): [string, string][] => {
  const ids = [...signatures.keys()].sort();
  const numbers = new Map(ids.map((id, row) => [id, row]));
  const known = ids.map((id) => signatures.get(id) as Signature);
  const forest = createForest(ids.length);
  const matches = (a: number, b: number) => isNear(known[a] as Signature, known[b] as Signature, config);
  for (const bucket of buckets)
    linkBucket(
      bucket.flatMap((id) => numbers.get(id) ?? []),
      forest,
      matches,
    );
  const edges = forest.edges();
  return Array.from({ length: edges.length / 2 }, (_, i): [string, string] => [
    ids[edges[2 * i] ?? 0] ?? '',
    ids[edges[2 * i + 1] ?? 0] ?? '',
  ]);
};

/** The least id of the cluster of every id that an edge names. */
export const clustersOf = (edges: Iterable<readonly [string, string]>): Map<string, string> => {
  const parents = new Map<string, string>();
  const find = (id: string): string => {
    let at = id;
    for (let up = parents.get(at) ?? at; up !== at; up = parents.get(at) ?? at) {
      parents.set(at, parents.get(up) ?? up);
      at = up;
    }
    return at;
  };
  for (const [a, b] of edges) {
    const [x, y] = [find(a), find(b)].sort() as [string, string];
    for (const id of [a, b]) if (!parents.has(id)) parents.set(id, id);
    parents.set(y, x);
  }
  return new Map([...parents.keys()].map((id) => [id, find(id)]));
};

/** What joins a member with the first of its cluster, directly or through others: words, pictures and frames, or meaning alone. */
export type NearKind = 'lexical' | 'perceptual' | 'semantic';

/** What is known of a member of a cluster beside its first member. */
export interface Nearness {
  readonly kind: NearKind;
  /** To the cluster's first member. Below the threshold where others lie between them. */
  readonly similarity: number;
  /** For each response the one of the first member that it is most like; −1: none. */
  readonly sides: readonly number[];
}

export const nearnessTo = (first: Signature, member: Signature, config: NearConfig): Nearness => ({
  kind: isMedia(first) ? 'perceptual' : 'lexical',
  similarity: itemSimilarity(member, first, config),
  sides: alignResponses(member, first, config),
});

/** The same where meaning alone joins them. */
export const meaningNearnessTo = (first: Meaning, member: Meaning): Nearness => ({
  kind: 'semantic',
  similarity: meaningSimilarity(member, first),
  sides: alignMeanings(member, first),
});
