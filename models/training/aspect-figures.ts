import type { HeadScores } from '../heads/head.ts';
import type { HeadParameters } from '../heads/parameters.ts';
import { pearson, spearman } from '../metrics/correlation.ts';
import type { TrainingSet } from './examples.ts';

export interface AspectFigures {
  readonly aspect: string;
  /** Validation ratings. */
  readonly n: number;
  /** Root mean squared error in the aspect's own scale, and that of always saying the training mean. */
  readonly rmse: number;
  readonly rmseOfMean: number;
  /** Correlations of value and rating; null where a side is constant. */
  readonly pearson: number | null;
  readonly spearman: number | null;
}

const rootMean = (errors: readonly number[]): number =>
  errors.length === 0 ? 0 : Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);

/** Of each aspect of a head, on validation ratings. */
export const aspectFigures = (set: TrainingSet, { aspects }: HeadParameters, scores: HeadScores): AspectFigures[] =>
  aspects.map((aspect, k) => {
    const mine = set.ratings.filter((rating) => rating.aspect === aspect);
    const train = mine.filter(({ split }) => split === 'train');
    const validation = mine.filter(({ split }) => split === 'validation');
    const mean = train.reduce((sum, { value }) => sum + value, 0) / Math.max(1, train.length);
    const values = validation.map(({ row }) => scores.aspects?.[row * aspects.length + k] ?? 0);
    const ratings = validation.map(({ value }) => value);
    return {
      aspect,
      n: validation.length,
      rmse: rootMean(validation.map(({ value }, i) => (values[i] ?? 0) - value)),
      rmseOfMean: rootMean(validation.map(({ value }) => mean - value)),
      pearson: pearson(values, ratings),
      spearman: spearman(values, ratings),
    };
  });
