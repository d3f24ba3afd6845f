import type { Candidate } from './candidate.ts';
import { type Claim, claimKey, contradict } from './claim.ts';
import type { Removal } from './filters.ts';

/** What a candidate's label claims; responses are told apart by the hash of their content. */
const claimOf = ({ verdict, responses }: Candidate): Claim => {
  const hash = (index: number | null) => (index === null ? null : (responses[index] ?? null));
  return {
    chosen: hash(verdict?.chosen ?? null),
    rejected: hash(verdict?.rejected ?? null),
    good: verdict?.good ?? null,
  };
};

/**
 * Of candidates with equal content (a pair's sides may be swapped) the first stays. Where two of them prefer opposite sides, or
 * one calls good what the other calls bad, nobody knows which is right: all go.
 */
export const duplicates = (candidates: readonly Candidate[], alive: readonly number[]): Map<number, Removal> => {
  const groups = new Map<string, number[]>();
  for (const index of alive) {
    const key = candidates[index]?.content ?? '';
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [index]);
    else known.push(index);
  }
  const removed = new Map<number, Removal>();
  for (const members of groups.values()) {
    if (members.length < 2) continue;
    const all = members.map((index) => claimOf(candidates[index] as Candidate));
    const claims = [...new Map(all.map((claim) => [claimKey(claim), claim])).values()];
    const conflict = claims.some((a, i) => claims.slice(i + 1).some((b) => contradict(a, b)));
    const first = candidates[members[0] ?? 0]?.item ?? '';
    for (const index of conflict ? members : members.slice(1))
      removed.set(
        index,
        conflict
          ? { reason: 'conflict', values: { copies: members.length } }
          : { reason: 'duplicate', values: { duplicateOf: first } },
      );
  }
  return removed;
};
