/** What the votes of a run say of people, tasks and time: the JSON of `/api/manage`. Figures are of people's votes (source `human`) alone. */
import { z } from 'zod';
import { Task } from './annotation.ts';
import { BatchState } from './batch.ts';
import { MeasurementLevel } from './label.ts';

const ci = z.tuple([z.number(), z.number()]).nullable();

/** A share of `n` with its 95 % Wilson interval; null where n is 0. */
export const Share = z.object({ value: z.number().nullable(), ci, n: z.int() });
export type Share = z.infer<typeof Share>;

/** Why somebody's votes want a look. */
export const FLAGS = ['checks', 'disagrees', 'spammer', 'constant', 'speed', 'side', 'length', 'severity'] as const;
export const Flag = z.object({ flag: z.enum(FLAGS), reason: z.string() });
export type Flag = z.infer<typeof Flag>;

const quality = {
  /** Answers: a vote that rates three aspects has three. */
  votes: z.int(),
  items: z.int(),
  /** Right answers of those to items whose answer is known. */
  checks: Share,
  /** Of pairs of votes on the same question, one of them theirs: those that agree. */
  agreement: Share,
  /** Of pairwise votes other than ties: those for the response shown first. Without bias, a half. */
  first: Share,
  /** Of pairwise votes other than ties, on texts of different length: those for the longer one. */
  longer: Share,
  /** Mean of their numbers less the mean that others gave the same question; null without any. */
  severity: z.number().nullable(),
  /** Median seconds of a vote; null where no vote states its time. */
  seconds: z.number().nullable(),
};

export const Scorecard = z.object({
  subject: z.string(),
  vendor: z.string().nullable(),
  active: z.boolean(),
  ...quality,
  /** Dawid–Skene: expected share of right answers under the labels that all votes together make likely; null with too few votes. */
  reliability: z.number().nullable(),
  flags: z.array(Flag),
});
export type Scorecard = z.infer<typeof Scorecard>;

export const VendorCard = z.object({
  /** Null: people whom no vendor sends. */
  vendor: z.string().nullable(),
  annotators: z.int(),
  /** Of all votes, those of this vendor's people. */
  share: z.number(),
  ...quality,
  flags: z.array(Flag),
});
export type VendorCard = z.infer<typeof VendorCard>;

/** Herfindahl–Hirschman index of shares of votes: 1/n where n have equal shares, 1 where one has all. */
export const Concentration = z.object({ vendors: z.number().nullable(), annotators: z.number().nullable() });

/** Of how much of a run the figures are: of a very large one some items, drawn by hash, are read with all their votes. */
export const Coverage = z.object({ votes: z.int(), of: z.int() });

export const AnnotatorFigures = z.object({
  annotators: z.array(Scorecard),
  vendors: z.array(VendorCard),
  concentration: Concentration,
  coverage: Coverage,
});
export type AnnotatorFigures = z.infer<typeof AnnotatorFigures>;

/** Agreement of one part of a run's votes on one task. */
export const AgreementLine = z.object({
  task: Task,
  aspect: z.string().nullable(),
  /** The language, the guideline's version or the day; of a task as a whole, null. */
  part: z.string().nullable(),
  level: MeasurementLevel,
  /** Questions with a vote: each step of a response, or word of a prompt, is one. */
  labels: z.int(),
  votes: z.int(),
  annotators: z.int(),
  /** Krippendorff's α with its bootstrap interval; null where no item has two votes, or where all votes are equal. */
  alpha: z.number().nullable(),
  ci,
  /** Share of agreeing pairs of votes. */
  percent: z.number().nullable(),
});
export type AgreementLine = z.infer<typeof AgreementLine>;

export const AgreementFigures = z.object({
  byTask: z.array(AgreementLine),
  byLanguage: z.array(AgreementLine),
  byGuideline: z.array(AgreementLine),
  /** By the day (UTC) of an item's last vote. */
  overTime: z.array(AgreementLine),
  coverage: Coverage,
});
export type AgreementFigures = z.infer<typeof AgreementFigures>;

export const CostFigures = z.object({
  votes: z.int(),
  items: z.int(),
  /** Seconds of work that votes state, and how many votes state them. */
  seconds: z.number(),
  timed: z.int(),
  /** Seconds times the hourly cost of who voted, in the operator's currency; null where nobody's cost is known. */
  cost: z.number().nullable(),
  /** Votes that state their time and whose voter's cost is known. */
  costed: z.int(),
  perItem: z.object({ seconds: z.number().nullable(), cost: z.number().nullable() }),
  /** Hours from an item's first vote to its last, by numpy's linear percentile; null without items of two votes. */
  turnaround: z.object({ p50: z.number().nullable(), p95: z.number().nullable(), items: z.int() }),
  /** By day (UTC), without votes of which nobody knows the time. */
  byDay: z.array(
    z.object({
      day: z.string(),
      votes: z.int(),
      annotators: z.int(),
      seconds: z.number(),
      cost: z.number().nullable(),
    }),
  ),
  coverage: Coverage,
});
export type CostFigures = z.infer<typeof CostFigures>;

/** A run as its page shows it. */
export const ManagedRun = z.object({
  state: z.object({
    status: z.string(),
    stage: z.string(),
    round: z.int(),
    /** Markdown. */
    details: z.string(),
  }),
  temporalUrl: z.string(),
  /** Of the workflow that cuts batches in this round. */
  annotateUrl: z.string(),
  /** Batches that are open now. */
  batches: z.array(BatchState.extend({ id: z.string(), temporalUrl: z.string() })),
});
export type ManagedRun = z.infer<typeof ManagedRun>;

/** A run in the list of runs. */
export const RunLine = z.object({
  drop: z.string(),
  status: z.string(),
  stage: z.string().nullable(),
  startedAt: z.string(),
});
export type RunLine = z.infer<typeof RunLine>;
