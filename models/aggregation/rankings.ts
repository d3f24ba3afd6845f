/** One ranking from several: Borda, Kemeny and Plackett–Luce (S126, S166). Ranks are numbers per thing, 1 the best, equal ones tied. */
import type { RankingMethod } from '../../schemas/label.ts';
import { midranks } from '../order.ts';
import { connectedSets } from '../ratings/components.ts';
import { listLoss } from '../ratings/likelihood.ts';
import type { Ranking } from '../ratings/outcomes.ts';
import { fitStrengths } from '../ratings/strengths.ts';

/** Points per thing: from each ranking one for every thing it is above, half for every tie (Borda 1784). */
export const bordaPoints = (rankings: readonly ArrayLike<number>[]): Float64Array => {
  const n = rankings[0]?.length ?? 0;
  const points = new Float64Array(n);
  for (const ranks of rankings)
    midranks(ranks).forEach((rank, i) => {
      points[i] = (points[i] ?? 0) + n - rank;
    });
  return points;
};

/** things × things: how many rankings put the first above the second; a tie is half of each. */
const preferences = (rankings: readonly ArrayLike<number>[]): Float64Array => {
  const n = rankings[0]?.length ?? 0;
  const above = new Float64Array(n * n);
  for (const ranks of rankings)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const [a, b] = [ranks[i] ?? 0, ranks[j] ?? 0];
        if (i !== j && a <= b) above[i * n + j] = (above[i * n + j] ?? 0) + (a < b ? 1 : 0.5);
      }
  return above;
};

export interface Kemeny {
  /** Things, the best first. */
  readonly order: readonly number[];
  /** Σ over its pairs of the rankings that agree. */
  readonly score: number;
}

/** Largest number of things that `kemeny` orders: its table has 2ⁿ entries. */
export const KEMENY_MOST = 16;

/**
 * The order that agrees with most pairs of the rankings (Kemeny 1959), exactly, by dynamic programming over subsets (Held & Karp's
 * scheme): the best order of a set is that of the set without its last thing, plus what the others score above it. Of equal
 * orders the one that puts things with smaller indices last the latest. Throws RangeError beyond `KEMENY_MOST`.
 */
export const kemeny = (rankings: readonly ArrayLike<number>[]): Kemeny => {
  const n = rankings[0]?.length ?? 0;
  if (n > KEMENY_MOST) throw new RangeError(`${n} things; Kemeny's order is found for ${KEMENY_MOST} at most`);
  const above = preferences(rankings);
  const best = new Float64Array(1 << n).fill(-1);
  const last = new Int8Array(1 << n);
  best[0] = 0;
  for (let set = 1; set < 1 << n; set++)
    for (let i = n - 1; i >= 0; i--) {
      if ((set & (1 << i)) === 0) continue;
      const rest = set & ~(1 << i);
      let score = best[rest] ?? 0;
      for (let j = 0; j < n; j++) if ((rest & (1 << j)) !== 0) score += above[j * n + i] ?? 0;
      if (score > (best[set] ?? -1)) {
        best[set] = score;
        last[set] = i;
      }
    }
  const order: number[] = [];
  for (let set = (1 << n) - 1; set !== 0; set &= ~(1 << (last[set] ?? 0))) order.unshift(last[set] ?? 0);
  return { order, score: best[(1 << n) - 1] ?? 0 };
};

/** Plackett–Luce strengths by maximum likelihood; of ties every order counts alike. Null where rankings join nothing. */
const strengthsOf = async (rankings: readonly ArrayLike<number>[]): Promise<Float64Array | null> => {
  const n = rankings[0]?.length ?? 0;
  const lists = rankings.flatMap((ranks) => untied(ranks));
  if (n < 2 || connectedSets(n, lists).length > 1) return null;
  return (await fitStrengths(n, lists, listLoss, { tolerance: 1e-10 })).values;
};

/** A ranking as lists without ties: those that follow the indices in each tie and those that go against them, half a vote each. */
const untied = (ranks: ArrayLike<number>): Ranking[] => {
  const things = Array.from({ length: ranks.length }, (_, i) => i);
  const at = (i: number) => ranks[i] ?? 0;
  const along = things.toSorted((a, b) => at(a) - at(b) || a - b);
  const against = things.toSorted((a, b) => at(a) - at(b) || b - a);
  return [along, against].map((order) => ({ order, weight: 0.5 }));
};

/** Ranks of the consensus, 1 the best, ties by mid-ranks. All rankings are of the same things, at least one of them. */
export const consensusRanks = async (
  rankings: readonly ArrayLike<number>[],
  method: RankingMethod,
): Promise<Float64Array> => {
  switch (method) {
    case 'borda':
      return midranks(bordaPoints(rankings).map((points) => -points));
    case 'kemeny': {
      const ranks = new Float64Array(rankings[0]?.length ?? 0);
      kemeny(rankings).order.forEach((thing, place) => {
        ranks[thing] = place + 1;
      });
      return ranks;
    }
    case 'plackett-luce': {
      // Strengths that the last digits alone tell apart are equal.
      const strengths = await strengthsOf(rankings);
      return strengths === null
        ? consensusRanks(rankings, 'borda')
        : midranks(strengths.map((s) => -Math.round(s * 1e6)));
    }
  }
};
