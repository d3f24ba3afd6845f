/**
 * Asking as many people as an item needs: `node bench/redundancy.ts [DATA]`. Recorded votes are given out in random orders (20 of each
 * item's); `votesWanted` says when to stop. For each fixed k one JSON line: the adaptive rule with the cheapest confidence whose accuracy
 * is not below that of k votes by majority, chosen on one half of the items and measured on the other, both ways, with paired bootstrap
 * intervals over items; once with everybody trusted alike (.8), once with accuracies learnt (one-coin) from the other half.
 * Then, at equal votes in all, accuracy when the item is asked next whose answer says most, against one drawn at random.
 */
import { expectedQuality } from '../models/aggregation/fit.ts';
import { majorityOf } from '../models/aggregation/majority.ts';
import { oneCoin } from '../models/aggregation/one-coin.ts';
import { mostInformative } from '../models/aggregation/picking.ts';
import { type VoteRow, voteTable } from '../models/aggregation/vote-table.ts';
import { createRandom } from '../models/random.ts';
import { pairedDifference } from '../models/trust/bootstrap.ts';
import { type Answer, posteriorOf, votesWanted } from '../schemas/redundancy.ts';
import { type Recorded, recorded } from './votes/recorded.ts';

const data = process.argv[2] ?? new URL('../../shared/data', import.meta.url).pathname;
const ORDERS = 20;
const PRIOR = 0.8;
const CONFIDENCES = [0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999];

interface Item {
  readonly truth: string;
  readonly half: 0 | 1;
  /** Orders of its votes. */
  readonly orders: readonly (readonly VoteRow[])[];
}

const shuffled = <T>(values: readonly T[], random: () => number): T[] => {
  const out = [...values];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
};

const itemsOf = ({ rows, truth }: Recorded): Item[] => {
  const random = createRandom(1);
  const items = Map.groupBy(rows, ({ item }) => item);
  return [...items]
    .filter(([item, votes]) => truth.has(item) && votes.length >= 10)
    .map(([item, votes], i) => ({
      truth: truth.get(item) ?? '',
      half: i % 2 === 0 ? 0 : 1,
      orders: Array.from({ length: ORDERS }, () => shuffled(votes, random)),
    }));
};

type Accuracy = (vote: VoteRow, half: 0 | 1) => number;

/** One-coin accuracies from the items of the other half, drawn towards the prior by ten votes. */
const learnt = (items: readonly Item[]): Accuracy => {
  const [first, second] = ([1, 0] as const).map((half) => {
    const { table } = voteTable(items.filter((item) => item.half === half).flatMap(({ orders }) => orders[0] ?? []));
    const { posteriors } = oneCoin(table);
    const quality = expectedQuality(table, posteriors);
    const counts = new Float64Array(table.annotators.length);
    for (const a of table.annotator) counts[a] = (counts[a] ?? 0) + 1;
    return new Map(
      table.annotators.map((name, a) => {
        const n = counts[a] ?? 0;
        return [name, Math.min(0.98, Math.max(0.51, (n * (quality[a] ?? 0) + 10 * PRIOR) / (n + 10)))];
      }),
    );
  });
  return ({ annotator }, half) => (half === 0 ? first : second)?.get(annotator) ?? PRIOR;
};

/** Mean votes and share right of an item over its orders. */
interface Outcome {
  readonly votes: number;
  readonly right: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const over = (item: Item, run: (votes: readonly VoteRow[]) => { votes: number; answer: string }): Outcome => {
  const runs = item.orders.map(run);
  return {
    votes: mean(runs.map(({ votes }) => votes)),
    right: mean(runs.map(({ answer }) => Number(answer === item.truth))),
  };
};

const fixed = (item: Item, k: number): Outcome =>
  over(item, (votes) => ({ votes: k, answer: majorityOf(votes.slice(0, k).map(({ category }) => category)).category }));

const adaptive = (item: Item, confidence: number, max: number, accuracy: Accuracy): Outcome =>
  over(item, (votes) => {
    const answers: Answer[] = [];
    for (;;) {
      const wanted = votesWanted({ people: answers.length, answers }, { min: 1, max, confidence });
      if (wanted === answers.length) return { votes: wanted, answer: posteriorOf(answers)[0]?.[0] ?? '' };
      for (const vote of votes.slice(answers.length, wanted))
        answers.push({ category: vote.category, accuracy: accuracy(vote, item.half) });
    }
  });

const rounded = (x: number): number => Number(x.toFixed(4));

const againstFixed = (name: string, items: readonly Item[], trust: string, accuracy: Accuracy): void => {
  const curves = CONFIDENCES.map((confidence) => items.map((item) => adaptive(item, confidence, 10, accuracy)));
  for (const k of [3, 5, 7, 10]) {
    const plain = items.map((item) => fixed(item, k));
    const chosen = ([0, 1] as const).map((half) => {
      const of = (outcomes: readonly Outcome[]) => outcomes.filter((_, i) => items[i]?.half !== half);
      const target = mean(of(plain).map(({ right }) => right));
      const good = curves.filter((curve) => mean(of(curve).map(({ right }) => right)) >= target);
      return (good.length > 0 ? good : curves.slice(-1)).toSorted(
        (a, b) => mean(of(a).map(({ votes }) => votes)) - mean(of(b).map(({ votes }) => votes)),
      )[0];
    });
    const found = items.map((item, i) => chosen[item.half]?.[i] ?? { votes: 0, right: 0 });
    const groups = items.map((_, i) => String(i));
    const difference = (of: (outcome: Outcome) => number) =>
      pairedDifference(found.map(of), plain.map(of), groups, { range: [-10, 10] });
    const [accuracies, votes] = [difference(({ right }) => right), difference(({ votes: n }) => n)];
    console.log(
      JSON.stringify({
        data: name,
        items: items.length,
        trust,
        k,
        fixedAccuracy: rounded(mean(plain.map(({ right }) => right))),
        accuracyDifference: rounded(accuracies.value),
        accuracyCi: accuracies.ci.map(rounded),
        votes: rounded(mean(found.map((outcome) => outcome.votes))),
        saved: rounded(-votes.value / k),
        savedCi: votes.ci.map((x) => rounded(-x / k)).reverse(),
      }),
    );
  }
};

/** Share right of each item when `budget` votes are given out one at a time, the first of each item first. */
const picked = (items: readonly Item[], order: number, budget: number, random: (() => number) | null): number[] => {
  const categories = new Set(items.flatMap(({ orders }) => (orders[0] ?? []).map(({ category }) => category))).size;
  const given = items.map(() => 1);
  const posterior = (i: number): Map<string, number> => {
    const votes = items[i]?.orders[order]?.slice(0, given[i]) ?? [];
    return new Map(
      posteriorOf(
        votes.map(({ category }) => ({ category, accuracy: PRIOR })),
        categories,
      ),
    );
  };
  const posteriors = items.map((_, i) => posterior(i));
  const open = (i: number) => (given[i] ?? 0) < (items[i]?.orders[order]?.length ?? 0);
  const full = (p: Map<string, number>): number[] => {
    const named = [...p.values()];
    const rest = Math.max(0, 1 - named.reduce((sum, x) => sum + x, 0));
    return [...named, ...Array.from({ length: categories - named.length }, () => rest / (categories - named.length))];
  };
  for (let asked = items.length; asked < budget; asked++) {
    let next =
      random === null
        ? mostInformative(
            posteriors.map((p, i) => (open(i) ? full(p) : null)),
            PRIOR,
          )
        : null;
    while (random !== null && (next === null || !open(next))) next = Math.floor(random() * items.length);
    if (next === null) break;
    given[next] = (given[next] ?? 0) + 1;
    posteriors[next] = posterior(next);
  }
  return posteriors.map((p, i) => {
    const ranked = [...p].sort(([, a], [, b]) => b - a);
    const leaders = ranked.filter(([, x]) => Math.abs(x - (ranked[0]?.[1] ?? 0)) < 1e-12);
    return leaders.some(([category]) => category === items[i]?.truth) ? 1 / leaders.length : 0;
  });
};

const activeAgainstRandom = (name: string, items: readonly Item[]): void => {
  for (const perItem of [2, 3, 5]) {
    const orders = [0, 1];
    const of = (seeded: boolean) => {
      const runs = orders.map((order) =>
        picked(items, order, perItem * items.length, seeded ? createRandom(order + 1) : null),
      );
      return items.map((_, i) => mean(runs.map((run) => run[i] ?? 0)));
    };
    const [active, random] = [of(false), of(true)];
    const { value, ci } = pairedDifference(
      active,
      random,
      items.map((_, i) => String(i)),
    );
    console.log(
      JSON.stringify({
        data: name,
        votesPerItem: perItem,
        active: rounded(mean(active)),
        random: rounded(mean(random)),
        difference: rounded(value),
        ci: ci.map(rounded),
      }),
    );
  }
};

/** 500 questions with 10 votes each by people who are right three times in four. */
const planted = (): Recorded => {
  const random = createRandom(3);
  const truth = new Map<string, string>();
  const rows = Array.from({ length: 500 }, (_, i) => `q${i}`).flatMap((item) => {
    const right = random() < 0.5 ? 'a' : 'b';
    truth.set(item, right);
    return Array.from({ length: 10 }, (_, j): VoteRow => {
      const category = random() < 0.75 ? right : right === 'a' ? 'b' : 'a';
      return { item, annotator: `p${(Number(item.slice(1)) + 7 * j) % 40}`, category };
    });
  });
  return { name: 'planted', rows, truth };
};

for (const set of [planted(), ...recorded(data)]) {
  const items = itemsOf(set);
  if (items.length < 100) continue;
  againstFixed(set.name, items, 'alike', () => PRIOR);
  againstFixed(set.name, items, 'learnt', learnt(items));
  activeAgainstRandom(set.name, items);
}
