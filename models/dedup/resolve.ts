/** What becomes of each row of near-duplicates, and why: the first is kept, unless their labels contradict each other. */
import { type Claim, claimKey, contradict } from '../selection/claim.ts';

export interface ClaimedRow {
  readonly id: string;
  /** Keys of its responses are those of clusters of responses, so that they compare between near-duplicates; null where unlabelled. */
  readonly claim: Claim | null;
}

export interface DedupRow {
  readonly id: string;
  /** Number of its cluster, from 0. */
  readonly cluster: number;
  /** Id of the cluster's first row. */
  readonly canonical: string;
  /** To the canonical row. Below the threshold where other rows of the cluster lie between them. */
  readonly similarity: number;
  /** `canonical`: kept; `duplicate`: left out; `conflict`: neither, people are to be asked again. */
  readonly reason: 'canonical' | 'duplicate' | 'conflict';
}

/** Labels of near-duplicates that cannot all be right. */
export interface Conflict {
  readonly cluster: number;
  /** Each claim that another contradicts, and the rows that make it. */
  readonly sides: readonly { readonly claim: Claim; readonly ids: readonly string[] }[];
}

export interface Resolution {
  /** Rows of clusters only; all others are alone. */
  readonly rows: readonly DedupRow[];
  readonly conflicts: readonly Conflict[];
}

const sidesOf = (members: readonly ClaimedRow[]): Conflict['sides'] => {
  const byClaim = new Map<string, { claim: Claim; ids: string[] }>();
  for (const { id, claim } of members) {
    if (claim === null) continue;
    const key = claimKey(claim);
    const side = byClaim.get(key);
    if (side === undefined) byClaim.set(key, { claim, ids: [id] });
    else side.ids.push(id);
  }
  const claims = [...byClaim.values()];
  return claims.filter((side) => claims.some((other) => contradict(side.claim, other.claim)));
};

/** Decides on clusters as `mergeClusters` gives them. Of a cluster with contradicting labels no row is kept and none deleted. */
export const resolveClusters = (
  clusters: readonly (readonly number[])[],
  rowOf: (row: number) => ClaimedRow,
  similarity: (a: number, b: number) => number,
): Resolution => {
  const decided: DedupRow[] = [];
  const conflicts: Conflict[] = [];
  clusters.forEach((cluster, number) => {
    const [first = 0] = cluster;
    const canonical = rowOf(first).id;
    const sides = sidesOf(cluster.map(rowOf));
    if (sides.length > 0) conflicts.push({ cluster: number, sides });
    for (const row of cluster)
      decided.push({
        id: rowOf(row).id,
        cluster: number,
        canonical,
        similarity: row === first ? 1 : similarity(first, row),
        reason: sides.length > 0 ? 'conflict' : row === first ? 'canonical' : 'duplicate',
      });
  });
  return { rows: decided, conflicts };
};
