/** Circular triads, A over B over C over A (S165; Kendall & Babington Smith 1940): pairwise votes that no ranking explains. */
import { byText } from '../order.ts';

export interface PairwiseVote {
  /** What is looked at by itself: a rater, a prompt, or both. */
  readonly group: string;
  readonly winner: string;
  readonly loser: string;
}

export interface TriadReport {
  readonly group: string;
  readonly items: number;
  /** Each circle once, as items a over b over c over a, from its first item by text. */
  readonly triads: readonly (readonly [string, string, string])[];
  /** The most circles that this many items allow, every pair compared. */
  readonly maximum: number;
  /** Kendall's ζ = 1 − circles / maximum; null where a pair was not compared or is undecided, or with fewer than three items. */
  readonly consistency: number | null;
}

/** Most circular triads among n items: (n³ − n)/24 for odd n, (n³ − 4n)/24 for even n. */
export const maximumTriads = (n: number): number => (n % 2 === 1 ? n ** 3 - n : n ** 3 - 4 * n) / 24;

/** Who is preferred to whom: of several votes on one pair the majority; undecided pairs are in neither set. */
const preferences = (votes: readonly PairwiseVote[]): Map<string, Set<string>> => {
  const leads = new Map<string, Map<string, number>>();
  const count = (a: string, b: string, by: number) => {
    const row = leads.get(a) ?? new Map<string, number>();
    row.set(b, (row.get(b) ?? 0) + by);
    leads.set(a, row);
  };
  for (const { winner, loser } of votes) {
    if (winner === loser) continue;
    count(winner, loser, 1);
    count(loser, winner, -1);
  }
  return new Map([...leads].map(([a, row]) => [a, new Set([...row].flatMap(([b, lead]) => (lead > 0 ? [b] : [])))]));
};

const reportOf = (group: string, votes: readonly PairwiseVote[]): TriadReport => {
  const beats = preferences(votes);
  const items = [...beats.keys()].sort(byText);
  const triads = items.flatMap((a) =>
    [...(beats.get(a) ?? [])].flatMap((b) =>
      [...(beats.get(b) ?? [])].flatMap((c) => {
        const circle = a < b && a < c && (beats.get(c)?.has(a) ?? false);
        return circle ? [[a, b, c] as const] : [];
      }),
    ),
  );
  triads.sort(([a, b, c], [x, y, z]) => byText(a, x) || byText(b, y) || byText(c, z));
  const n = items.length;
  const decided = items.reduce((sum, item) => sum + (beats.get(item)?.size ?? 0), 0);
  const whole = n >= 3 && decided === (n * (n - 1)) / 2;
  const maximum = maximumTriads(n);
  return { group, items: n, triads, maximum, consistency: whole ? 1 - triads.length / maximum : null };
};

/** Circular triads of each group of votes, groups by text; a group with circles is one to rank together instead of in pairs. */
export const circularTriads = (votes: readonly PairwiseVote[]): TriadReport[] =>
  [...Map.groupBy(votes, ({ group }) => group)]
    .sort(([a], [b]) => byText(a, b))
    .map(([group, own]) => reportOf(group, own));
