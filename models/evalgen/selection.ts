/** Choosing a criterion's assertions: the set, of a stated size at most, that agrees best with people's grades (S156). */
import { byText } from '../order.ts';
import { alignmentValue, failsAny, type Marks } from './alignment.ts';

export interface Candidate {
  readonly id: string;
  readonly fails: Marks;
}

/** Ids of a set, sorted, and its alignment. */
export interface Choice {
  readonly assertions: readonly string[];
  readonly alignment: number;
}

/** Up to so many candidates every set is looked at. */
export const EXHAUSTIVE = 12;

/** Best first: by alignment, then the smaller set, then by text. */
const better = (a: Choice, b: Choice): number =>
  b.alignment - a.alignment ||
  a.assertions.length - b.assertions.length ||
  byText(a.assertions.join(' '), b.assertions.join(' '));

/** Sets of candidates (indices ascending), each looked at once. */
const createSeen = (good: Marks, candidates: readonly Candidate[]) => {
  const seen = new Map<string, Choice>();
  return {
    look(set: readonly number[]): Choice {
      const sorted = set.toSorted((a, b) => a - b);
      const key = sorted.join(',');
      const known = seen.get(key);
      if (known !== undefined) return known;
      const members = sorted.flatMap((i) => candidates[i] ?? []);
      const fails = failsAny(
        members.map((member) => member.fails),
        good.length,
      );
      const choice = { assertions: members.map(({ id }) => id), alignment: alignmentValue(good, fails) };
      seen.set(key, choice);
      return choice;
    },
    all: () => [...seen.values()],
  };
};

type Seen = ReturnType<typeof createSeen>;

const exhaust = (seen: Seen, n: number, most: number): void => {
  for (let set = 1; set < 1 << n; set++) {
    const members = Array.from({ length: n }, (_, i) => i).filter((i) => (set & (1 << i)) !== 0);
    if (members.length <= most) seen.look(members);
  }
};

/** From each single candidate uphill, by adding one, leaving one out, or putting one in another's place, until nothing helps. */
const climb = (seen: Seen, n: number, most: number): void => {
  const every = Array.from({ length: n }, (_, i) => i);
  for (const start of every) {
    let set = [start];
    let here = seen.look(set);
    for (;;) {
      const outside = every.filter((i) => !set.includes(i));
      const moves = [
        ...(set.length < most ? outside.map((i) => [...set, i]) : []),
        ...(set.length > 1 ? set.map((gone) => set.filter((i) => i !== gone)) : []),
        ...set.flatMap((gone) => outside.map((i) => [...set.filter((j) => j !== gone), i])),
      ];
      let next = set;
      for (const move of moves) {
        const there = seen.look(move);
        if (better(there, here) < 0) [next, here] = [move, there];
      }
      if (next === set) break;
      set = next;
    }
  }
};

/**
 * The best set of at most `most` assertions, and the best of the others that were looked at: all sets for up to `EXHAUSTIVE`
 * candidates, beyond that those met on the way uphill from each candidate. Nothing is chosen where no set agrees at all.
 */
export const selectAssertions = (
  good: Marks,
  candidates: readonly Candidate[],
  most: number,
  { alternatives = 3, exhaustive = EXHAUSTIVE }: { alternatives?: number; exhaustive?: number } = {},
): { readonly chosen: Choice | null; readonly alternatives: readonly Choice[] } => {
  const sorted = candidates.toSorted((a, b) => byText(a.id, b.id));
  const seen = createSeen(good, sorted);
  if (sorted.length <= exhaustive) exhaust(seen, sorted.length, most);
  else climb(seen, sorted.length, most);
  const [chosen, ...others] = seen
    .all()
    .filter(({ alignment }) => alignment > 0)
    .sort(better);
  return { chosen: chosen ?? null, alternatives: others.slice(0, alternatives) };
};
