/** One number from several annotators' numbers. */
import type { NumberMethod } from '../../schemas/label.ts';
import { quantile } from '../order.ts';

/** One annotator's numbers summed up, or everyone's. */
export interface Spread {
  readonly n: number;
  readonly mean: number;
  /** Σ (x − mean)². */
  readonly squares: number;
}

export interface Scales {
  readonly all: Spread;
  readonly annotators: ReadonlyMap<string, Spread>;
}

export const EMPTY: Spread = { n: 0, mean: 0, squares: 0 };

/** With one number more (Welford 1962). */
export const grown = ({ n, mean, squares }: Spread, value: number): Spread => {
  const next = mean + (value - mean) / (n + 1);
  return { n: n + 1, mean: next, squares: squares + (value - mean) * (value - next) };
};

const deviation = ({ n, squares }: Spread): number => (n < 2 ? 0 : Math.sqrt(squares / n));

/**
 * A number as the distance from its annotator's mean in their standard deviations (of the population, so that an annotator's
 * z-scores have mean 0 and deviation 1; S127). Who gave a single number is measured by everyone's; who gave the same every time says 0.
 */
export const zScore = (value: number, annotator: string, { all, annotators }: Scales): number => {
  const own = annotators.get(annotator) ?? EMPTY;
  const scale = own.n < 2 ? all : own;
  const spread = deviation(scale);
  return spread === 0 ? 0 : (value - scale.mean) / spread;
};

const meanOf = (values: readonly number[]): number => {
  // Sorted, so that the sum's rounding does not depend on the order of arrival.
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
};

/** The label of numbers; the mean z-score is brought back to everyone's mean and deviation, so that floors and scales keep their sense. */
export const numberOf = (
  votes: readonly { readonly source: string; readonly value: number }[],
  method: NumberMethod,
  scales?: Scales,
): number => {
  switch (method) {
    case 'mean':
      return meanOf(votes.map(({ value }) => value));
    case 'median':
      return quantile(
        votes.map(({ value }) => value).sort((a, b) => a - b),
        0.5,
      );
    case 'z-mean': {
      if (scales === undefined) throw new RangeError('z-scores need the annotators’ scales');
      const z = meanOf(votes.map(({ source, value }) => zScore(value, source, scales)));
      return scales.all.mean + z * deviation(scales.all);
    }
  }
};
