/** Copies and near-copies among candidates: which of a cluster stays, and what is told of the others. */
import type { ClusterRow } from '../../schemas/dataset.ts';
import { createForest } from '../dedup/forest.ts';
import type { Candidate } from './candidate.ts';
import { type Claim, claimKey, contradict } from './claim.ts';
import type { Removal } from './filters.ts';

export interface Deduplication {
  readonly removed: ReadonlyMap<number, Removal>;
  /** In the order of first members. */
  readonly clusters: readonly ClusterRow[];
}

/** Responses of near-copies are told apart by those of the cluster's first member, of copies by the hash of their content. */
const claimOf = ({ verdict, responses, near }: Candidate): Claim => {
  const key = (index: number | null) =>
    index === null ? null : near === null ? (responses[index] ?? null) : `#${near.sides[index] ?? -1}`;
  return {
    chosen: key(verdict?.chosen ?? null),
    rejected: key(verdict?.rejected ?? null),
    good: verdict?.good ?? null,
  };
};

/** Indices that hang together, by equal content or a cluster of near-duplicates: two and more, in their order. */
const clustersOf = (candidates: readonly Candidate[], alive: readonly number[]): number[][] => {
  const forest = createForest(alive.length);
  const first = new Map<string, number>();
  for (const [position, index] of alive.entries()) {
    const { content, near } = candidates[index] as Candidate;
    for (const key of [`=${content}`, ...(near === null ? [] : [`~${near.cluster}`])]) {
      const known = first.get(key);
      if (known === undefined) first.set(key, position);
      else forest.union(known, position);
    }
  }
  const clusters = new Map<number, number[]>();
  for (const [position, index] of alive.entries()) {
    const root = forest.find(position);
    clusters.set(root, [...(clusters.get(root) ?? []), index]);
  }
  return [...clusters.values()];
};

const isConflict = (members: readonly Candidate[]): boolean => {
  const claims = [...new Map(members.map(claimOf).map((claim) => [claimKey(claim), claim])).values()];
  return claims.some((a, i) => claims.slice(i + 1).some((b) => contradict(a, b)));
};

/**
 * Of copies (a pair's sides may be swapped) and near-copies the first stays. Where two of them prefer opposite sides, or one calls
 * good what the other calls bad, nobody knows which is right: all go, to be asked about again. Where an earlier dataset has one, all go.
 */
export const duplicates = (candidates: readonly Candidate[], alive: readonly number[]): Deduplication => {
  const removed = new Map<number, Removal>();
  const told: ClusterRow[] = [];
  let cluster = 0;
  for (const indices of clustersOf(candidates, alive)) {
    const members = indices.map((index) => candidates[index] as Candidate);
    const earlier = members.find(({ near }) => near?.earlier != null)?.near?.earlier ?? null;
    if (members.length < 2 && earlier === null) continue;
    const conflict = earlier === null && isConflict(members);
    const first = members[0]?.item ?? '';
    for (const [position, index] of indices.entries()) {
      const { item, near } = members[position] as Candidate;
      const similarity = near?.similarity ?? 1;
      const kind = near === null ? 'exact' : near.kind;
      const kept = earlier === null && !conflict && position === 0;
      const reason = earlier !== null ? 'in-earlier-dataset' : conflict ? 'conflict' : kept ? 'canonical' : 'duplicate';
      const canonical = earlier !== null ? earlier.item : conflict ? null : first;
      told.push({ item, cluster, kept, canonical, kind, similarity, reason });
      if (kept) continue;
      const values = {
        cluster,
        similarity,
        ...(near !== null && near.kind !== null && { kind: near.kind }),
        ...(earlier !== null
          ? { dataset: earlier.dataset, duplicateOf: earlier.item }
          : conflict
            ? { copies: members.length }
            : { duplicateOf: first }),
      };
      removed.set(index, { reason, values });
    }
    cluster++;
  }
  return { removed, clusters: told };
};
