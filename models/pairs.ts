/** Preference pairs from labels (S103): who won, who lost, and which groups must not straddle a split. */
import type { Label } from '../schemas/label.ts';
import { unitHash } from './hash.ts';
import { byText } from './order.ts';

/** One response of one item. */
export interface ResponseRef {
  readonly item: string;
  readonly response: number;
}

export interface PreferencePair {
  readonly winner: ResponseRef;
  readonly loser: ResponseRef;
  /** The winner's group. */
  readonly group: string;
  /** The loser's; the same but for pairs across items of different prompts. */
  readonly loserGroup: string;
  readonly weight: number;
  /** How much better, 1 … 4; null where nobody said. */
  readonly strength: number | null;
  /** Probability that the label is the wrong way round; null where nothing is known. */
  readonly pFlip: number | null;
}

export interface PreferredRow {
  readonly item: string;
  readonly group: string;
  readonly preferred: 'a' | 'b' | 'tie';
  readonly strength?: number | null;
  readonly pFlip?: number | null;
}

/** A response with a figure, higher better. */
export interface RatedRow extends ResponseRef {
  readonly group: string;
  readonly value: number;
}

export interface RatingPairOptions {
  /** Values must differ by more than this. */
  readonly margin?: number;
  /** Neighbours each response is compared with where its group has no other response. */
  readonly neighbours?: number;
  readonly seed?: number;
  /** Weight of each aspect's z-score in a response's rating; with none named, its mean over aspects as they are rated. */
  readonly aspects?: Readonly<Record<string, number>>;
}

const NEIGHBOURS = 4;

const compareRefs = (a: ResponseRef, b: ResponseRef): number => byText(a.item, b.item) || a.response - b.response;

const ref = ({ item, response }: ResponseRef): ResponseRef => ({ item, response });

/** The pair of two rated responses; null within the margin. */
const decide = (a: RatedRow, b: RatedRow, margin: number, weight: number): PreferencePair | null => {
  if (!(Math.abs(a.value - b.value) > margin)) return null;
  const [winner, loser] = a.value > b.value ? [a, b] : [b, a];
  const sides = { winner: ref(winner), loser: ref(loser), group: winner.group, loserGroup: loser.group };
  return { ...sides, weight, strength: null, pFlip: null };
};

const sortPairs = (pairs: PreferencePair[]): PreferencePair[] =>
  pairs.sort((a, b) => compareRefs(a.winner, b.winner) || compareRefs(a.loser, b.loser));

const groupBy = <T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const known = groups.get(key(row));
    if (known === undefined) groups.set(key(row), [row]);
    else known.push(row);
  }
  return groups;
};

/** Every two of a few. */
const combinations = <T>(rows: readonly T[]): [T, T][] =>
  rows.flatMap((a, i) => rows.slice(i + 1).map((b): [T, T] => [a, b]));

/** One pair per decided item; ties give none. */
export const pairwisePairs = (rows: readonly PreferredRow[]): PreferencePair[] =>
  sortPairs(
    rows
      .filter(({ preferred }) => preferred !== 'tie')
      .map(({ item, group, preferred, strength = null, pFlip = null }) => {
        const [won, lost] = preferred === 'a' ? [0, 1] : [1, 0];
        return {
          winner: { item, response: won },
          loser: { item, response: lost },
          group,
          loserGroup: group,
          weight: 1,
          strength,
          pFlip,
        };
      }),
  );

/** Responses of one item of which every two are a pair; of more, each is compared with as many neighbours on a ring: K²/2 pairs of a thousand responses say little more. */
const COMPLETE = 64;

/** Pairs of responses of one item by mean rank (`value` is the rank: lower wins), weighted so that items weigh the same. */
export const rankingPairs = (rows: readonly RatedRow[]): PreferencePair[] =>
  sortPairs(
    [...groupBy(rows, ({ item }) => item).values()].flatMap((ranked) => {
      const rows = ranked.map((row) => ({ ...row, value: -row.value }));
      const all = rows.length <= COMPLETE ? combinations(rows) : ring(rows, COMPLETE / 2, 0);
      return all.flatMap(([a, b]) => decide(a, b, 0, 1 / all.length) ?? []);
    }),
  );

/** Each row with the next `neighbours` rows of a ring ordered by hash: bounded, and the same whatever the input's order. */
const ring = (rows: readonly RatedRow[], neighbours: number, seed: number): [RatedRow, RatedRow][] => {
  const keyed = rows.map((row) => ({ row, key: unitHash(seed, `${row.item}/${row.response}`) }));
  const order = keyed.sort((a, b) => a.key - b.key || compareRefs(a.row, b.row)).map(({ row }) => row);
  const pairs: [RatedRow, RatedRow][] = [];
  const reach = Math.min(neighbours, Math.floor((order.length - 1) / 2));
  order.forEach((row, i) => {
    for (let k = 1; k <= reach; k++) {
      const other = order[(i + k) % order.length];
      if (other !== undefined) pairs.push([row, other]);
    }
  });
  return order.length <= 2 * neighbours ? combinations(order) : pairs;
};

/**
 * Pairs from ratings: within a group (one prompt) that has two rated responses or more; a response alone in its group is
 * compared across prompts with neighbours drawn by hash. A group too large for all pairs is compared with neighbours too.
 */
export const ratingPairs = (rows: readonly RatedRow[], options: RatingPairOptions = {}): PreferencePair[] => {
  const { margin = 0, neighbours = NEIGHBOURS, seed = 0 } = options;
  const sorted = [...rows].filter(({ value }) => Number.isFinite(value)).sort(compareRefs);
  const groups = [...groupBy(sorted, ({ group }) => group).values()];
  const alone = groups.flatMap((members) => (members.length === 1 ? members : []));
  const compared = groups.filter((members) => members.length > 1).flatMap((members) => ring(members, neighbours, seed));
  return sortPairs([...compared, ...ring(alone, neighbours, seed)].flatMap(([a, b]) => decide(a, b, margin, 1) ?? []));
};

/** Ratings of the weighted aspects, each as weight × z-score over all of that aspect (S115); all as they are with no weights. */
const weighted = (labels: readonly Label[], weights: Readonly<Record<string, number>>): readonly Label[] => {
  if (Object.keys(weights).length === 0) return labels;
  return [...groupBy(labels, ({ aspect }) => aspect ?? '')].flatMap(([aspect, mine]) => {
    const weight = weights[aspect] ?? 0;
    const values = mine.flatMap(({ value }) => value ?? []).sort((a, b) => a - b);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    if (weight === 0 || !(spread > 0)) return [];
    return mine.map((label) =>
      label.value === null ? label : { ...label, value: (weight * (label.value - mean)) / spread },
    );
  });
};

/** Mean over aspects of a response's rating labels, or 1 / 0 for a binary label. */
const ratedRows = (
  labels: readonly Label[],
  groupOf: (item: string) => string,
  task: 'rating' | 'binary',
  weights: Readonly<Record<string, number>> = {},
): RatedRow[] => {
  const own = labels.filter((label) => label.task === task);
  const mine = task === 'rating' ? weighted(own, weights) : own;
  return [...groupBy(mine, ({ item, response }) => `${item}/${response ?? 0}`).values()].flatMap((aspects) => {
    const values = aspects.flatMap(({ value, category }) =>
      task === 'rating' ? (value ?? []) : category === null ? [] : category === 'true' ? 1 : 0,
    );
    const [first] = aspects;
    if (first === undefined || values.length === 0) return [];
    const value = values.sort((a, b) => a - b).reduce((sum, each) => sum + each, 0) / values.length;
    return [{ item: first.item, response: first.response ?? 0, group: groupOf(first.item), value }];
  });
};

/** All pairs that a drop's labels give: pairwise, ranking, rating and binary; one pair per two responses, the first of these tasks wins. */
export const pairsFromLabels = (
  labels: readonly Label[],
  groupOf: (item: string) => string,
  options: RatingPairOptions = {},
): PreferencePair[] => {
  const preferred = labels.flatMap(({ task, item, category, value, pFlip }) =>
    task === 'pairwise' && (category === 'a' || category === 'b')
      ? [{ item, group: groupOf(item), preferred: category, strength: value, pFlip } as const]
      : [],
  );
  const ranked = labels.flatMap(({ task, item, response, value }) =>
    task === 'ranking' && response !== null && value !== null ? [{ item, group: groupOf(item), response, value }] : [],
  );
  const all = [
    ...pairwisePairs(preferred),
    ...rankingPairs(ranked),
    ...ratingPairs(ratedRows(labels, groupOf, 'rating', options.aspects), options),
    ...ratingPairs(ratedRows(labels, groupOf, 'binary'), options),
  ];
  const seen = new Set<string>();
  return sortPairs(
    all.filter(({ winner, loser }) => {
      const [a, b] = compareRefs(winner, loser) < 0 ? [winner, loser] : [loser, winner];
      const key = `${a.item}/${a.response}/${b.item}/${b.response}`;
      return !seen.has(key) && seen.add(key) !== undefined;
    }),
  );
};

/** At most `most` pairs, those with the smallest hash. */
export const samplePairs = (pairs: readonly PreferencePair[], most: number, seed: number): PreferencePair[] => {
  if (pairs.length <= most) return [...pairs];
  const key = ({ winner, loser }: PreferencePair) =>
    unitHash(seed, `${winner.item}/${winner.response}/${loser.item}/${loser.response}`);
  const keyed = pairs.map((pair, i) => ({ pair, i, key: key(pair) })).sort((a, b) => a.key - b.key || a.i - b.i);
  return keyed
    .slice(0, most)
    .sort((a, b) => a.i - b.i)
    .map(({ pair }) => pair);
};
