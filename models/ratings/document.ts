/** The document of `assay stats ratings`: ratings with bootstrap intervals from comparisons. */
import { AssayError } from '../../schemas/errors.ts';
import { byText, quantile } from '../order.ts';
import { createRandom } from '../random.ts';
import { type Circles, circlesOf } from './circles.ts';
import { connectedSets } from './components.ts';
import { elo, type Game } from './elo.ts';
import type { LossOf } from './likelihood.ts';
import { listLoss, pairLoss } from './likelihood.ts';
import { modelsOf, poolOutcomes, rankingsOf } from './outcomes.ts';
import { drawCounts, drawWeights } from './resample.ts';
import type { Comparison } from './rows.ts';
import { readComparisons } from './rows.ts';
import { fitStrengths } from './strengths.ts';
import { styleDifferences } from './style.ts';
import { STYLE_FEATURES } from './style-counts.ts';
import { fitStyled } from './styled.ts';

export const RATING_METHODS = ['bt', 'elo', 'pl'] as const;
export type RatingMethod = (typeof RATING_METHODS)[number];

export interface RatingOptions {
  /** Resamples for the intervals; 0 for none. */
  readonly bootstraps?: number;
  readonly seed?: number;
  /** Elo's step; FastChat's 4 unless told. */
  readonly k?: number;
  /** `bt`: beside the strengths, what the answers' looks do. */
  readonly style?: boolean;
}

export interface Rating {
  readonly model: string;
  /** 400 · log₁₀ of the strength, mean 1000 over models. */
  readonly rating: number;
  /** 2.5 % and 97.5 % quantiles over resamples; null without resamples. */
  readonly ci: readonly [number, number] | null;
}

/** What one mark of style does to the odds, whoever answers. */
export interface StyleEffect {
  readonly feature: (typeof STYLE_FEATURES)[number];
  /** Change of the log odds of winning per standard deviation of the difference. */
  readonly coefficient: number;
  readonly ci: readonly [number, number] | null;
}

export interface RatingsReport {
  readonly method: RatingMethod;
  readonly comparisons: number;
  /** Best first, equal ratings by name. */
  readonly ratings: readonly Rating[];
  /** Elo's step. */
  readonly k?: number;
  /** `bt`, `pl`: models whose differences are maximum likelihood; more than one set where some won or lost everything. */
  readonly groups?: readonly (readonly string[])[];
  readonly style?: readonly StyleEffect[];
  readonly triads: Circles;
}

/** Ratings of a JSON Lines text. Throws ASY-7001 (file, line) on a bad row; ASY-7002 on too few rows or models that never met. */
export const ratingsDocument = async (
  text: string,
  file: string,
  method: RatingMethod,
  options: RatingOptions = {},
): Promise<RatingsReport> => rateComparisons(readComparisons(text, file), file, method, options);

/** Ratings of comparisons that were read already; `file` is what messages call them. Throws ASY-7002 for models that never met. */
export const rateComparisons = async (
  rows: readonly Comparison[],
  file: string,
  method: RatingMethod,
  options: RatingOptions = {},
): Promise<RatingsReport> => {
  const models = modelsOf(rows);
  const sets = connectedSets(models.length, rankingsOf(poolOutcomes(rows, models)));
  if (sets.length > 1) {
    const names = sets.map((set) => set.map((i) => models[i]).join(', ')).join(' | ');
    throw new AssayError('ASY-7002', { file, reason: `${sets.length} sets of models never met: ${names}` });
  }
  const { values, resamples, ...rest } = await rate(rows, models, method, file, options);
  const ratings = models
    .map((model, i) => ({ model, rating: values[i] ?? 0, ci: interval(resamples.map((r) => r[i] ?? 0)) }))
    .sort((a, b) => b.rating - a.rating || byText(a.model, b.model));
  return { method, comparisons: rows.length, ratings, ...rest, triads: circlesOf(rows, models) };
};

const BOOTSTRAPS = 200;
const K = 4;
const LOSS: Readonly<Record<Exclude<RatingMethod, 'elo'>, LossOf>> = {
  bt: (rankings) => pairLoss(rankings),
  pl: listLoss,
};

interface Rated extends Pick<RatingsReport, 'k' | 'groups' | 'style'> {
  readonly values: Float64Array;
  readonly resamples: readonly Float64Array[];
}

const rate = async (
  rows: readonly Comparison[],
  models: readonly string[],
  method: RatingMethod,
  file: string,
  options: RatingOptions,
): Promise<Rated> => {
  if (method === 'elo') return rateByElo(rows, models, options);
  if (options.style === true) return rateWithStyle(rows, models, styleDifferences(rows, file), options);
  return rateByLikelihood(rows, models, LOSS[method], options);
};

const gamesOf = (rows: readonly Comparison[], models: readonly string[]): Game[] => {
  const index = new Map(models.map((model, i) => [model, i]));
  return rows.map(({ model_a, model_b, winner }) => ({
    a: index.get(model_a) ?? 0,
    b: index.get(model_b) ?? 0,
    score: winner === 'tie' ? 0.5 : winner === 'model_a' ? 1 : 0,
  }));
};

/** Elo over the rows in file order; a resample repeats and drops rows but keeps their order. */
const rateByElo = (rows: readonly Comparison[], models: readonly string[], options: RatingOptions): Rated => {
  const { bootstraps = BOOTSTRAPS, seed = 0, k = K } = options;
  const games = gamesOf(rows, models);
  const random = createRandom(seed);
  const resamples = Array.from({ length: bootstraps }, () =>
    elo(models.length, games, k, drawCounts(games.length, random)),
  );
  return { values: elo(models.length, games, k), resamples, k };
};

const rateByLikelihood = async (
  rows: readonly Comparison[],
  models: readonly string[],
  lossOf: LossOf,
  { bootstraps = BOOTSTRAPS, seed = 0 }: RatingOptions,
): Promise<Rated> => {
  const outcomes = poolOutcomes(rows, models);
  const fit = await fitStrengths(models.length, rankingsOf(outcomes), lossOf);
  // A resample's own spread is far above what this tolerance leaves.
  const options = { start: fit.values, tolerance: 1e-8 };
  const random = createRandom(seed);
  const counts = outcomes.map(({ count }) => count);
  const resamples: Float64Array[] = [];
  for (let b = 0; b < bootstraps; b++) {
    const rankings = rankingsOf(outcomes, drawWeights(counts, random));
    resamples.push(scaled((await fitStrengths(models.length, rankings, lossOf, options)).values));
  }
  const groups = fit.groups.map((set) => set.map((i) => models[i] ?? ''));
  return { values: scaled(fit.values), resamples, groups };
};

/** Strengths as they would be were all answers alike in looks, and what looks do. */
const rateWithStyle = async (
  rows: readonly Comparison[],
  models: readonly string[],
  differences: Float64Array,
  { bootstraps = BOOTSTRAPS, seed = 0 }: RatingOptions,
): Promise<Rated> => {
  const width = STYLE_FEATURES.length;
  const games = gamesOf(rows, models).map((game, i) => ({
    ...game,
    style: differences.subarray(i * width, (i + 1) * width),
  }));
  const { fit, resamples } = await fitStyled(models.length, games, { bootstraps, random: createRandom(seed) });
  return {
    values: scaled(fit.strengths),
    resamples: resamples.map(({ strengths }) => scaled(strengths)),
    style: STYLE_FEATURES.map((feature, j) => ({
      feature,
      coefficient: fit.coefficients[j] ?? 0,
      ci: interval(resamples.map(({ coefficients }) => coefficients[j] ?? 0)),
    })),
  };
};

const scaled = (strengths: Float64Array): Float64Array => strengths.map((s) => 1000 + 400 * Math.LOG10E * s);

const interval = (values: readonly number[]): readonly [number, number] | null => {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
};
