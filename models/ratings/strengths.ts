/** Strengths of items by maximum likelihood, and where they stand when the likelihood has no maximum. */
import { mutualSets } from './components.ts';
import type { LossOf } from './likelihood.ts';
import { minimise, pairLoss } from './likelihood.ts';
import type { Ranking } from './outcomes.ts';

export interface Strengths {
  /** Natural logarithms, mean 0. */
  readonly values: Float64Array;
  /** Sets inside which differences are maximum likelihood; a single set where the maximum exists. */
  readonly groups: readonly (readonly number[])[];
}

export interface FitOptions {
  /** Where to start when the maximum exists. */
  readonly start?: Float64Array;
  /** Largest entry of the gradient of the mean loss to stop at. */
  readonly tolerance?: number;
}

/** Wins that the losing set is given against a set that beat it every time: half a game, as for odds with an empty cell (Haldane 1956). */
const HALF = 0.5;

/**
 * Strengths of `count` items that comparisons join into one set. Where some items won or lost everything against the others the
 * likelihood grows for ever: each mutually beaten set is then fitted on its own, and the sets are placed by what happened
 * between them plus half a win for the losing side of each two sets.
 */
export const fitStrengths = async (
  count: number,
  rankings: readonly Ranking[],
  lossOf: LossOf,
  { start = new Float64Array(count), tolerance = 1e-12 }: FitOptions = {},
): Promise<Strengths> => {
  const groups = mutualSets(count, rankings);
  if (groups.length === 1) return { values: centred(await minimise(lossOf(rankings), start, tolerance)), groups };
  const group = new Int32Array(count);
  groups.forEach((items, g) => {
    for (const item of items) group[item] = g;
  });
  const values = new Float64Array(count);
  for (const items of groups) {
    if (items.length === 1) continue;
    const place = new Map(items.map((item, i) => [item, i]));
    const own = rankings
      .map(({ order, weight }) => ({ order: order.flatMap((item) => place.get(item) ?? []), weight }))
      .filter(({ order }) => order.length > 1);
    const fit = centred(await minimise(lossOf(own), new Float64Array(items.length), tolerance));
    items.forEach((item, i) => {
      values[item] = fit[i] ?? 0;
    });
  }
  const offsets = await minimise(
    pairLoss(between(rankings, group), values, group),
    new Float64Array(groups.length),
    tolerance,
  );
  return { values: centred(values.map((value, item) => value + (offsets[group[item] ?? 0] ?? 0))), groups };
};

/** Pairs across sets, each with its share of the half win of the side that lost. */
const between = (rankings: readonly Ranking[], group: Int32Array): Ranking[] => {
  const pairs = rankings.flatMap(({ order, weight }) =>
    order.flatMap((better, i) =>
      order
        .slice(i + 1)
        .filter((worse) => group[worse] !== group[better])
        .map((worse) => ({ better, worse, weight, key: `${group[better]} ${group[worse]}` })),
    ),
  );
  const games = new Map<string, number>();
  for (const { key, weight } of pairs) games.set(key, (games.get(key) ?? 0) + weight);
  return pairs.flatMap(({ better, worse, weight, key }) => [
    { order: [better, worse], weight },
    { order: [worse, better], weight: (HALF * weight) / (games.get(key) ?? weight) },
  ]);
};

const centred = (values: Float64Array): Float64Array => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
};
