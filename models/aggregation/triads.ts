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
  /** Circles of three: a over b over c over a. */
  readonly circular: number;
  /** The first of them by text, from its first item; null where there is none. */
  readonly example: readonly [string, string, string] | null;
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

/** Counted, not kept: there may be n³/24 of them. */
const circles = (
  items: readonly string[],
  beats: ReadonlyMap<string, ReadonlySet<string>>,
): Pick<TriadReport, 'circular' | 'example'> => {
  const none: ReadonlySet<string> = new Set();
  let circular = 0;
  let example: TriadReport['example'] = null;
  for (const a of items)
    for (const b of beats.get(a) ?? none) {
      if (b < a) continue;
      for (const c of beats.get(b) ?? none) {
        if (c < a || !beats.get(c)?.has(a)) continue;
        circular++;
        if (example === null || (byText(a, example[0]) || byText(b, example[1]) || byText(c, example[2])) < 0)
          example = [a, b, c];
      }
    }
  return { circular, example };
};

const reportOf = (group: string, votes: readonly PairwiseVote[]): TriadReport => {
  const beats = preferences(votes);
  const items = [...beats.keys()].sort(byText);
  const { circular, example } = circles(items, beats);
  const n = items.length;
  const decided = items.reduce((sum, item) => sum + (beats.get(item)?.size ?? 0), 0);
  const whole = n >= 3 && decided === (n * (n - 1)) / 2;
  const maximum = maximumTriads(n);
  return { group, items: n, circular, example, maximum, consistency: whole ? 1 - circular / maximum : null };
};

/** Circular triads of each group of votes, groups by text; a group with circles is one to rank together instead of in pairs. */
export const circularTriads = (votes: readonly PairwiseVote[]): TriadReport[] =>
  [...Map.groupBy(votes, ({ group }) => group)]
    .sort(([a], [b]) => byText(a, b))
    .map(([group, own]) => reportOf(group, own));
