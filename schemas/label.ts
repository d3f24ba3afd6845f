import { z } from 'zod';
import { Task } from './annotation.ts';

export const AggregationMethod = z.enum(['majority', 'mean']);
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
  /** The winning category (`a`, `b`, `tie`, `true` …) for majority; null for mean. */
  category: z.string().nullable(),
  /** The mean for `mean`; of a pairwise label the mean strength its winning side's votes state; else null. */
  value: z.number().nullable(),
  /** Share of votes for the winning category. Null for mean. */
  posterior: z.number().nullable(),
  /** Probability that the label is the wrong way round; null when one vote says nothing about it. */
  pFlip: z.number().nullable(),
  /** Share of agreeing pairs of votes; null with fewer than two votes. */
  agreement: z.number().nullable(),
  /** Standard deviation over votes (n − 1); null for majority or fewer than two votes. */
  std: z.number().nullable(),
  n: z.int().min(1),
  /** Votes per category, kept beside the winner: a minority is never erased. */
  votes: z.record(z.string(), z.int()),
  method: AggregationMethod,
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
});
export type LabelSummary = z.infer<typeof LabelSummary>;
