/** Acceptance sampling of finished work, and how large a sample must be (S328, S111). */
import { atLeast } from './binomial.ts';

export interface SamplingPlan {
  /** Items looked at. */
  readonly sample: number;
  /** Accepted with no more bad ones than this among them. */
  readonly accept: number;
}

/** Probability that work with this share of bad items is accepted: P(Binomial(sample, share) ≤ accept). */
export const acceptance = ({ sample, accept }: SamplingPlan, share: number): number =>
  share <= 0 ? 1 : share >= 1 ? Number(accept >= sample) : 1 - atLeast(accept + 1, sample, share);

/**
 * The largest number of bad items at which work of acceptable quality is still accepted at no more than 1 − `risk`: work with the
 * acceptable share `aql` is sent back with probability `risk` at most (producer's risk, as ISO 2859-1 plans it).
 */
export const planFor = (sample: number, aql: number, risk = 0.05): SamplingPlan => {
  let accept = 0;
  while (accept < sample && acceptance({ sample, accept }, aql) < 1 - risk) accept++;
  return { sample, accept };
};

/** 97.5 % quantile of the standard normal. */
const Z95 = 1.959963984540054;

/** Answers needed for a 95 % interval of ± `halfWidth` around a share near `share`: z²·p(1 − p)/w² (as statsmodels'; not rounded). */
export const sampleSize = (halfWidth: number, share = 0.5): number => (share * (1 - share) * Z95 ** 2) / halfWidth ** 2;
