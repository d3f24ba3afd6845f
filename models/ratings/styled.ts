/** Bradley–Terry strengths beside the effect of style: P(a over b) = σ(s_a − s_b + c·z). */

import { type Loss, minimise } from './likelihood.ts';
import { drawWeights } from './resample.ts';

/** One comparison: indices of two models, the first one's score (1, ½, 0) and its covariates. */
export interface StyledGame {
  readonly a: number;
  readonly b: number;
  readonly score: number;
  readonly style: Float64Array;
}

export interface StyledFit {
  /** Natural logarithms, mean 0. */
  readonly strengths: Float64Array;
  /** Change of the log odds per standard deviation of each covariate. */
  readonly coefficients: Float64Array;
}

/**
 * FastChat's ridge, which its use of scikit-learn's LogisticRegression implies: C = 1 on rows counted twice, strengths in units of
 * ln 10. It gives every data set a maximum and moves a strength by less than half a game would.
 */
const RIDGE = 0.25;

const styledLoss = (models: number, games: readonly StyledGame[], weights: readonly number[]): Loss => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (x) => {
    const gradient = new Float64Array(x.length);
    let value = 0;
    games.forEach(({ a, b, score, style }, g) => {
      let lead = (x[a] ?? 0) - (x[b] ?? 0);
      for (let j = 0; j < style.length; j++) lead += (style[j] ?? 0) * (x[models + j] ?? 0);
      const share = (weights[g] ?? 0) / total;
      // −score·ln σ(lead) − (1 − score)·ln σ(−lead)
      value += share * (Math.max(0, lead) + Math.log1p(Math.exp(-Math.abs(lead))) - score * lead);
      const pull = share * (1 / (1 + Math.exp(-lead)) - score);
      gradient[a] = (gradient[a] ?? 0) + pull;
      gradient[b] = (gradient[b] ?? 0) - pull;
      for (let j = 0; j < style.length; j++)
        gradient[models + j] = (gradient[models + j] ?? 0) + pull * (style[j] ?? 0);
    });
    for (let k = 0; k < x.length; k++) {
      const ridge = RIDGE / total / (k < models ? Math.LN10 ** 2 : 1);
      value += ridge * (x[k] ?? 0) ** 2;
      gradient[k] = (gradient[k] ?? 0) + 2 * ridge * (x[k] ?? 0);
    }
    return { value, gradient };
  };
};

const split = (x: Float64Array, models: number): StyledFit => {
  const strengths = x.slice(0, models);
  const mean = strengths.reduce((sum, value) => sum + value, 0) / models;
  return { strengths: strengths.map((value) => value - mean), coefficients: x.slice(models) };
};

/** The fit, and fits under the Bayesian bootstrap (a random weight per game). */
export const fitStyled = async (
  models: number,
  games: readonly StyledGame[],
  { bootstraps, random }: { readonly bootstraps: number; readonly random: () => number },
): Promise<{ readonly fit: StyledFit; readonly resamples: readonly StyledFit[] }> => {
  const width = games[0]?.style.length ?? 0;
  const once = games.map(() => 1);
  const best = await minimise(styledLoss(models, games, once), new Float64Array(models + width), 1e-12);
  const resamples: StyledFit[] = [];
  for (let b = 0; b < bootstraps; b++) {
    // A resample's own spread is far above what this tolerance leaves.
    resamples.push(split(await minimise(styledLoss(models, games, drawWeights(once, random)), best, 1e-7), models));
  }
  return { fit: split(best, models), resamples };
};
