/** Rows that `stats metrics` reads, and the report it makes of them: every metric with its figures, or why it has none. */
import { z } from 'zod';

const flag = z.boolean().nullish();
const number = z.number().nullish();
const text = z.string().min(1).nullish();

/** A statement that a response makes; null where nobody could tell. */
const Claim = z.object({
  /** Whether it is right. */
  right: flag,
  /** Whether a knowledge base bears it out. */
  supported: flag,
  /** Whether it was made up. */
  invented: flag,
});

/** One observation; each metric takes the rows that have the columns it needs. Columns that are none of these are ignored. */
export const MetricRow = z.object({
  id: z.union([z.string().min(1), z.number().transform(String)]).nullish(),
  /** Rows of one cluster (a prompt) are drawn together where intervals are resampled; by default each by itself. */
  cluster: text,
  /** Milliseconds since 1970, or a date as ISO 8601. */
  time: z
    .union([z.number(), z.iso.datetime({ offset: true }).transform(Date.parse), z.iso.date().transform(Date.parse)])
    .nullish(),
  language: text,
  /** Of people or content: one group, or one for each attribute. */
  group: z.union([z.string().min(1), z.record(z.string(), z.string().min(1))]).nullish(),
  model_a: text,
  model_b: text,
  winner: z.enum(['model_a', 'model_b', 'tie']).nullish(),
  item: text,
  annotator: text,
  task: text,
  value: z.union([z.string(), z.number(), z.boolean().transform(String)]).nullish(),
  /** 1 and 2: the same annotator was asked twice. */
  occasion: z.int().min(1).max(2).nullish(),
  /** Natural logarithms, a token each. */
  logprobs: z.array(z.number().max(0)).nullish(),
  /** The base model's, of the same tokens. */
  logprobs_base: z.array(z.number().max(0)).nullish(),
  reward: number,
  completed: flag,
  claims: z.array(Claim).nullish(),
  relevance: number,
  /** 1 … 5; null: asked, and no answer. */
  satisfaction: z.number().min(1).max(5).nullish(),
  /** 0 … 1, one or several samples. */
  toxicity: z
    .union([
      z
        .number()
        .min(0)
        .max(1)
        .transform((one) => [one]),
      z.array(z.number().min(0).max(1)).min(1),
    ])
    .nullish(),
  selected: flag,
  truth: flag,
  /** Whether each policy was broken. */
  policies: z.record(z.string(), z.boolean()).nullish(),
  harmful: flag,
  refused: flag,
  confidence: z.number().min(0).max(1).nullish(),
  correct: flag,
  abstained: flag,
  helpful: z.number().min(0).max(1).nullish(),
  honest: z.number().min(0).max(1).nullish(),
  harmless: z.number().min(0).max(1).nullish(),
  /** Whether each principle was kept; null is no verdict. */
  principles: z.record(z.string(), z.boolean().nullable()).nullish(),
  alignment: number,
  ood: flag,
  /** The domain or language of which the model saw nothing in training. */
  held_out: text,
  attack: text,
  correct_attacked: flag,
  performance: number,
  performance_base: number,
  locale: text,
  rater_locale: text,
  appropriateness: number,
  /** A rubric's dimensions, or a test's parts. */
  dimensions: z.record(z.string(), z.number()).nullish(),
  probe: text,
  score: number,
  score_probed: number,
  /** An item's label from before a day, and from after it. */
  before: text,
  after: text,
  /** The attribute whose groups' words were exchanged in the text of `score_probed`. */
  swapped: text,
  /** Of a pair of items: how far they are apart, and by how much their rewards differ. */
  distance: z.number().min(0).nullish(),
  difference: z.number().min(0).nullish(),
  human: number,
  metric: number,
  text: z.string().nullish(),
  vector: z.array(z.number()).min(1).nullish(),
});
export type MetricRow = z.infer<typeof MetricRow>;

export const Figure = z.object({
  /** What the number is, where a metric has several. */
  name: z.string(),
  /** The model, group, task or slice it is of; null: all rows. */
  of: z.string().nullable(),
  value: z.number(),
  /** 95 %; null where the rows give none. */
  ci: z.tuple([z.number(), z.number()]).nullable(),
  /** Rows, comparisons, items or claims it rests on. */
  n: z.int(),
  note: z.string().optional(),
});
export type Figure = z.infer<typeof Figure>;

export const MetricEntry = z.object({
  /** Of the table of methods. */
  id: z.string(),
  metric: z.string(),
  figures: z.array(Figure),
  /** Why there is no figure; null where there are some. */
  notComputed: z.string().nullable(),
});
export type MetricEntry = z.infer<typeof MetricEntry>;

/** `datasets/<name>/<version>/metrics.json`, and what `assay stats metrics` prints. */
export const MetricsReport = z.object({ rows: z.int(), metrics: z.array(MetricEntry) });
export type MetricsReport = z.infer<typeof MetricsReport>;
