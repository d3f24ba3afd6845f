/** What a run's votes took: time, money, and how long an item waits between its first vote and its last. */
import { quantile } from '../../models/order.ts';
import type { CostFigures } from '../../schemas/scorecard.ts';
import { dayOf } from './agreement.ts';
import type { ItemVotes } from './read.ts';

const HOUR_MS = 3_600_000;
const HOUR_SECONDS = 3600;

interface Day {
  votes: number;
  seconds: number;
  cost: number | null;
  readonly annotators: Set<string>;
}

/** Takes all votes of one item, each item once; `hourlyCost` is that of a person, null where nobody knows it. */
export const collectCost = (hourlyCost: (subject: string) => number | null) => {
  let [votes, items, seconds, timed, costed] = [0, 0, 0, 0, 0];
  let cost: number | null = null;
  const spans: number[] = [];
  const days = new Map<string, Day>();
  return {
    add(item: ItemVotes): void {
      if (item.votes.length === 0) return;
      items++;
      votes += item.votes.length;
      for (const vote of item.votes) {
        const rate = vote.seconds === null ? null : hourlyCost(vote.source.id);
        const paid = rate === null || vote.seconds === null ? null : (rate * vote.seconds) / HOUR_SECONDS;
        seconds += vote.seconds ?? 0;
        timed += Number(vote.seconds !== null);
        if (paid !== null) {
          cost = (cost ?? 0) + paid;
          costed++;
        }
        if (vote.at == null) continue;
        const day: Day = days.get(dayOf(vote.at)) ?? { votes: 0, seconds: 0, cost: null, annotators: new Set() };
        days.set(dayOf(vote.at), day);
        day.votes++;
        day.seconds += vote.seconds ?? 0;
        if (paid !== null) day.cost = (day.cost ?? 0) + paid;
        day.annotators.add(vote.source.id);
      }
      const moments = item.votes.flatMap(({ at }) => at ?? []);
      if (moments.length >= 2) spans.push((Math.max(...moments) - Math.min(...moments)) / HOUR_MS);
    },
    end(): Omit<CostFigures, 'coverage'> {
      const sorted = spans.toSorted((a, b) => a - b);
      const at = (q: number) => (sorted.length === 0 ? null : quantile(sorted, q));
      return {
        votes,
        items,
        seconds,
        timed,
        cost,
        costed,
        perItem: {
          seconds: items === 0 || timed === 0 ? null : seconds / items,
          cost: items === 0 || cost === null ? null : cost / items,
        },
        turnaround: { p50: at(0.5), p95: at(0.95), items: sorted.length },
        byDay: [...days]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([day, { annotators, ...sums }]) => ({ day, ...sums, annotators: annotators.size })),
      };
    },
  };
};
