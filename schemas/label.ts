import { z } from 'zod';
import { Task } from './annotation.ts';

/** How categories become a label; all but `majority` weigh votes by what the whole drop says of their annotators. */
export const CategoryMethod = z.enum(['majority', 'weighted', 'dawid-skene', 'one-coin', 'glad', 'mace']);
export type CategoryMethod = z.infer<typeof CategoryMethod>;

/** How numbers become a label; `z-mean` averages after each annotator's mean and spread are made the same. */
export const NumberMethod = z.enum(['mean', 'median', 'z-mean']);
export type NumberMethod = z.infer<typeof NumberMethod>;

/** How rankings become one ranking. */
export const RankingMethod = z.enum(['borda', 'kemeny', 'plackett-luce']);
export type RankingMethod = z.infer<typeof RankingMethod>;

/** How a label came about; `ruling`: a reviewer's answer. */
export const AggregationMethod = z.enum([
  ...CategoryMethod.options,
  ...NumberMethod.options,
  ...RankingMethod.options,
  'ruling',
]);
export type AggregationMethod = z.infer<typeof AggregationMethod>;

/** Levels of measurement for Krippendorff's alpha. */
export const MeasurementLevel = z.enum(['nominal', 'ordinal', 'interval', 'ratio']);
export type MeasurementLevel = z.infer<typeof MeasurementLevel>;

/** The aggregate of an item's annotations for one task (and response and aspect, where the task has them). */
export const Label = z.object({
  item: z.string(),
  task: Task,
  /** Index of the response judged; null where the task judges all of them together. */
  response: z.int().nullable(),
  /** Aspect, criterion or check; null where the task has none. */
  aspect: z.string().nullable(),
  /** The winning category (`a`, `b`, `tie`, `true` …); null for numbers. */
  category: z.string().nullable(),
  /** The number of numbers, the rank in the consensus of rankings; of a pairwise label the mean strength its winning side's votes state; else null. */
  value: z.number().nullable(),
  /** Probability of the category: its share of the (weighted) votes, or what the method makes of them. Null for numbers. */
  posterior: z.number().nullable(),
  /** Probability that the label is the wrong way round; null where votes do not tell: there is one, or a reviewer ruled. */
  pFlip: z.number().nullable(),
  /** Share of agreeing pairs of votes; null with fewer than two votes. */
  agreement: z.number().nullable(),
  /** Standard deviation over votes (n − 1); null for categories or fewer than two votes. */
  std: z.number().nullable(),
  n: z.int().min(1),
  /** Votes per category, kept beside the winner: a minority is never erased. */
  votes: z.record(z.string(), z.int()),
  method: AggregationMethod,
  /** What each group of annotators says by itself, and how many of it voted; absent where no annotator's groups are known. */
  groups: z
    .record(z.string(), z.object({ category: z.string().nullable(), value: z.number().nullable(), n: z.int() }))
    .optional(),
  /** The strongest category besides the label's, with its share of the votes; absent where groups are, or nobody dissents. */
  minority: z.object({ category: z.string(), share: z.number() }).optional(),
});
export type Label = z.infer<typeof Label>;

/** Agreement of one task (and aspect) over a whole drop. */
export const LabelSummary = z.object({
  task: Task,
  aspect: z.string().nullable(),
  level: MeasurementLevel,
  /** Labels made. */
  n: z.int(),
  annotations: z.int(),
  annotators: z.int(),
  /** Krippendorff's alpha; null where no item has two votes. */
  alpha: z.number().nullable(),
  ci: z.tuple([z.number(), z.number()]).nullable(),
  /** Share of agreeing pairs of votes. */
  percent: z.number().nullable(),
  /** Other coefficients that fit the task, each over n items with its bootstrap interval. */
  coefficients: z
    .array(
      z.object({
        name: z.string(),
        value: z.number(),
        ci: z.tuple([z.number(), z.number()]).nullable(),
        n: z.int(),
      }),
    )
    .optional(),
});
export type LabelSummary = z.infer<typeof LabelSummary>;
