/** How far language heads may leave the shared one (S246), found on pairs they did not see. */

import { unitHash } from '../hash.ts';
import { fitTemperature, softplus } from '../metrics/calibration.ts';
import { sampleLanguages } from './language-sample.ts';
import type { LanguagesInput, MultilingualFit } from './multilingual.ts';
import { multilingualProblem, pairsAt } from './multilingual.ts';

export interface ShrinkageInput extends LanguagesInput {
  /** Per pair; a group's pairs, in whatever language, are held out together. Both sides' groups must be held out. */
  readonly groups: readonly string[];
  readonly loserGroups?: readonly string[];
  /** Tried beside Infinity. */
  readonly candidates?: readonly number[];
  readonly seed?: number;
}

export interface ShrinkageTrial {
  readonly shrinkage: number;
  /** Weighted mean −log P of the held-out preferences, at the temperature that suits them. */
  readonly loss: number;
  /** Loss above the best trial's, and its standard error over groups. */
  readonly excess: number;
  readonly standardError: number;
}

export interface ShrinkageChoice {
  readonly shrinkage: number;
  readonly trials: readonly ShrinkageTrial[];
}

/** The pairs that are tried, with their weights. */
type Sampled = LanguagesInput & { readonly weights: Float32Array };

const FOLDS = 4;
/** Sixteen fits of more pairs than this take longer than a training may; their standard errors are small enough with these. */
const MOST_PAIRS = 8000;
/** A head a hundred times stiffer than the shared one hardly moves; one as free as it is nearly a model of its own. */
const CANDIDATES = [1, 10, 100];

/** Reward difference of pair i. */
const predicted = (
  { shared, offsets }: MultilingualFit,
  { differences, dims, languages }: LanguagesInput,
  i: number,
) => {
  const own = (languages[i] ?? -1) * dims;
  let z = 0;
  for (let j = 0; j < dims; j++)
    z += (differences[i * dims + j] ?? 0) * ((shared[j] ?? 0) + (own >= 0 ? (offsets[own + j] ?? 0) : 0));
  return z;
};

/** Reward differences per pair and shrinkage by models that did not see the pair's groups; NaN where it stands across two folds. */
const heldOut = async (
  input: Sampled,
  folds: readonly (readonly number[])[],
  shrinkages: readonly number[],
): Promise<Float64Array[]> => {
  const { n, weights } = input;
  const differences = shrinkages.map(() => new Float64Array(n).fill(Number.NaN));
  for (let fold = 0; fold < FOLDS; fold++) {
    const wanted = folds.flatMap((own, i) => (own.every((each) => each === fold) ? i : []));
    const kept = folds.flatMap((own, i) => (!own.includes(fold) && (weights[i] ?? 0) > 0 ? i : []));
    if (wanted.length === 0 || kept.length < 2) continue;
    const fit = await multilingualProblem(pairsAt(input, kept));
    let start: MultilingualFit | undefined;
    for (const [k, shrinkage] of shrinkages.entries()) {
      start = await fit({ shrinkage, start, tolerance: 'rough' });
      for (const i of wanted) (differences[k] as Float64Array)[i] = predicted(start, input, i);
    }
  }
  return differences;
};

/**
 * Loss per pair, NaN as above, at the best temperature: heads are calibrated afterwards, and language heads, which add to what
 * the penalty allows, would else win by their length alone wherever the penalty is large.
 */
const calibratedLosses = (differences: Float64Array, { targets, weights }: Sampled): Float64Array => {
  const heard = Array.from(differences, (z, i) => (Number.isFinite(z) ? [i] : [])).flat();
  const of = (value: (i: number) => number) => Float64Array.from(heard, value);
  const target = (i: number) => targets?.[i] ?? 1;
  const n = heard.length;
  if (n === 0) return differences;
  // Platt's smoothing keeps targets off certainty, so that a handful of right answers has a temperature.
  const temperature = fitTemperature(
    of((i) => differences[i] ?? 0),
    of((i) => (target(i) * n + 1) / (n + 2)),
    of((i) => weights[i] ?? 1),
  );
  return differences.map((difference, i) => {
    const z = difference / temperature;
    return softplus(-z) + (1 - target(i)) * z;
  });
};

/** Mean of the values over groups' sums, and its standard error with groups as the units. */
const overGroups = (values: Float64Array, weights: Float32Array, groups: readonly string[]) => {
  const sums = new Map<string, { value: number; weight: number }>();
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const sum = sums.get(groups[i] ?? '') ?? { value: 0, weight: 0 };
    sum.value += value * (weights[i] ?? 0);
    sum.weight += weights[i] ?? 0;
    sums.set(groups[i] ?? '', sum);
  });
  const all = [...sums.values()];
  const weight = all.reduce((total, sum) => total + sum.weight, 0);
  if (weight === 0) return { mean: 0, standardError: 0 };
  const mean = all.reduce((total, sum) => total + sum.value, 0) / weight;
  // Standard error of a ratio of sums (Cochran 1977, eq. 6.13) over independent groups.
  const spread = all.reduce((total, sum) => total + (sum.value - mean * sum.weight) ** 2, 0);
  return { mean, standardError: Math.sqrt((spread * all.length) / Math.max(1, all.length - 1)) / weight };
};

/**
 * The largest shrinkage whose held-out loss is within one standard error (of the difference, over groups) of the least, Infinity
 * (one shared head) among them: language heads must earn their place. Four folds of groups, drawn by hash; of more than 8,000
 * pairs a sample, drawn by hash of the group, with equally many of every language.
 */
export const chooseShrinkage = async (given: ShrinkageInput): Promise<ShrinkageChoice> => {
  const { loserGroups = given.groups, candidates = CANDIDATES, seed = 0 } = given;
  const { rows, weights } = sampleLanguages(given, given.groups, MOST_PAIRS, seed);
  const input: Sampled = { ...pairsAt(given, rows), weights };
  const groups = rows.map((row) => given.groups[row] ?? '');
  const fold = (group: string) => Math.floor(unitHash(seed, `language fold ${group}`) * FOLDS);
  const folds = rows.map((row, i) => [fold(groups[i] ?? ''), fold(loserGroups[row] ?? '')]);
  const shrinkages = [Infinity, ...candidates.toSorted((a, b) => b - a)];
  const tried = (await heldOut(input, folds, shrinkages)).map((differences, k) => {
    const losses = calibratedLosses(differences, input);
    return { shrinkage: shrinkages[k] ?? Infinity, losses, loss: overGroups(losses, weights, groups).mean };
  });
  const best = tried.reduce((least, trial) => (trial.loss < least.loss ? trial : least));
  const trials = tried.map(({ shrinkage, losses, loss }): ShrinkageTrial => {
    const difference = losses.map((value, i) => value - (best.losses[i] ?? 0));
    const { mean, standardError } = overGroups(difference, weights, groups);
    return { shrinkage, loss, excess: mean, standardError };
  });
  const chosen = trials.find(({ excess, standardError }) => excess <= standardError);
  return { shrinkage: chosen?.shrinkage ?? Infinity, trials };
};
