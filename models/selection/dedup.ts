import type { Candidate } from './candidate.ts';
import type { Removal } from './filters.ts';

/** What a candidate's label claims, comparable between candidates of equal content. */
const claimOf = ({ verdict, responses }: Candidate): string => {
  if (verdict === null) return '';
  const hash = (index: number | null) => (index === null ? '' : (responses[index] ?? ''));
  return JSON.stringify([hash(verdict.chosen), hash(verdict.rejected), verdict.good]);
};

/** Whether two claims about the same content cannot both hold: the sides are swapped, or good is bad. */
const contradict = (a: string, b: string): boolean => {
  if (a === b) return false;
  const [wonA, lostA, goodA] = JSON.parse(a) as [string, string, boolean | null];
  const [wonB, lostB, goodB] = JSON.parse(b) as [string, string, boolean | null];
  if (goodA !== null && goodB !== null && goodA !== goodB) return true;
  return wonA !== '' && lostA !== '' && wonA === lostB && lostA === wonB;
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
    const claims = [...new Set(members.map((index) => claimOf(candidates[index] as Candidate)))];
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
