/** What a monitor can watch (docs/reference/monitors.md): a kind, the drops it looks at, and the limits beyond which it is red. */
import { z } from 'zod';
import { Task } from './annotation.ts';
import { ModelChoice } from './model-choice.ts';
import { Name } from './primitives.ts';

const Named = z.strictObject({ drops: z.array(Name).min(1).max(500) });
const Recent = z.strictObject({ days: z.number().positive().max(3650) });

/** Drops by name, or those whose `drop.json` arrived in the last so many days; of a reference, in the days before the current ones. */
export const Side = z.union([Named, Recent]);
export type Side = z.infer<typeof Side>;

/** Of drops found by their day, only those whose names begin so. */
const prefix = Name.optional();
const current = (days: number) => Side.default({ days });
const sides = { prefix, reference: Side.default({ days: 90 }), current: current(7) };
const one = { prefix, current: current(7) };
const series = { prefix, current: current(60) };

const alpha = z.number().min(1e-6).max(0.2).default(0.01);
const share = (value: number) => z.number().min(0).max(1).default(value);
/** Rows looked at, per side; the least are those below which nothing is said. */
const rows = (sample: number, least: number, most = 10_000) => ({
  sample: z.int().min(20).max(most).default(sample),
  least: z.int().min(10).default(least),
});
const seed = z.int().min(0).default(0);
/** A head (NAME, NAME@VERSION) or remote/NAME; without a version, the one that serves. */
const model = ModelChoice;
const aspect = z.string().min(1).default('preference');

/** Two samples of prompts: MMD between their embeddings, PSI between their languages. */
export const PromptDrift = z.strictObject({
  kind: z.literal('prompt-drift'),
  ...sides,
  alpha,
  /** PSI of languages. */
  limit: z.number().positive().default(0.25),
  // Each prompt is compared with each.
  ...rows(300, 50, 1000),
  seed,
});

/** Rewards of one head: their distribution then and now. */
export const ScoreDrift = z.strictObject({
  kind: z.literal('score-drift'),
  model,
  aspect,
  ...sides,
  alpha,
  /** Distance of the distribution functions below which a difference does not matter, however sure. */
  distance: share(0.1),
  /** PSI over the reference's deciles. */
  limit: z.number().positive().default(0.25),
  ...rows(2000, 100),
  seed,
});

/** Labels of people, judges and verifiers: their distribution then and now, and a change of level from drop to drop. */
export const LabelDrift = z.strictObject({
  kind: z.literal('label-drift'),
  task: Task.optional(),
  ...sides,
  alpha,
  limit: z.number().positive().default(0.25),
  ...rows(5000, 100),
  seed,
});

/** Whether reward goes with the length of the response. */
export const LengthCorrelation = z.strictObject({
  kind: z.literal('length-correlation'),
  model,
  aspect,
  ...one,
  /** |ρ| that the whole interval must pass. */
  limit: share(0.3),
  ...rows(2000, 50),
  seed,
});

/** Names of the changes without worth that a head is asked about. */
export const PROBES = ['sycophancy', 'verbosity', 'opening', 'repetition', 'markdown', 'keywords'] as const;
export const ProbeName = z.enum(PROBES);
export type ProbeName = z.infer<typeof ProbeName>;

/** What a head gives for changes that make no answer better. */
export const Probes = z.strictObject({
  kind: z.literal('probes'),
  model,
  ...one,
  probes: z
    .array(ProbeName)
    .min(1)
    .default([...PROBES]),
  /** Mean gain in reward that the whole interval must pass: of a calibrated head, 0.2 is preferred 55 : 45. */
  limit: z.number().default(0.2),
  ...rows(200, 30, 2000),
  seed,
});

/** Attributes whose groups' words are exchanged for one another. */
export const SENSITIVE_ATTRIBUTES = ['gender', 'religion', 'origin'] as const;
export const SensitiveAttribute = z.enum(SENSITIVE_ATTRIBUTES);
export type SensitiveAttribute = z.infer<typeof SensitiveAttribute>;

/** What a head gives where a text speaks of another group. */
export const CounterfactualFairness = z.strictObject({
  kind: z.literal('counterfactual-fairness'),
  model,
  ...one,
  attributes: z
    .array(SensitiveAttribute)
    .min(1)
    .default([...SENSITIVE_ATTRIBUTES]),
  /** Mean absolute change in reward that the whole interval must pass: of a calibrated head, 0.2 is preferred 55 : 45. */
  limit: z.number().min(0).default(0.2),
  // Most texts speak of no group.
  ...rows(1000, 30),
  seed,
});

/** Labels of single responses that say how good they are. */
const Labelled = z.strictObject({ task: z.enum(['rating', 'binary', 'safety']), aspect: z.string().optional() });

/** Where a gold reward is read: labels of a task, or the rewards of another head. */
export const Gold = z.union([Labelled, z.strictObject({ model, aspect })]);

/** Whether choosing more by the head lowers what people want: prompts with several responses under both. */
export const OverOptimisation = z.strictObject({
  kind: z.literal('over-optimisation'),
  model,
  aspect,
  gold: Gold.default({ task: 'rating' }),
  ...series,
  /** Responses that a prompt must have; the first by hash are taken, so that all have equally many. */
  responses: z.int().min(2).max(256).default(4),
  ...rows(1000, 40),
  seed,
});

/** Judges beside people on the same questions. */
export const JudgeGap = z.strictObject({
  kind: z.literal('judge-gap'),
  /** The judge's id; absent: each by itself. */
  judge: z.string().min(1).optional(),
  task: Task.optional(),
  ...series,
  /** Mean difference, as a share of the scale, that the whole interval must pass. */
  tolerance: share(0.1),
  /** Share of agreeing votes below which the whole interval must lie; absent: told, and not judged. */
  floor: z.number().min(0).max(1).optional(),
  ...rows(2000, 30),
  seed,
});

/** Agreement of people, drop by drop or day by day. */
export const AgreementTrend = z.strictObject({
  kind: z.literal('agreement-trend'),
  task: Task.optional(),
  ...series,
  by: z.enum(['drop', 'day']).default('drop'),
  /** Krippendorff's α below which the whole interval of the latest must lie. */
  floor: z.number().min(-1).max(1).default(0.4),
  alpha,
  /** Votes read, over all drops. */
  sample: z.int().min(1000).max(200_000).default(50_000),
  /** Questions that a drop or day must have. */
  least: z.int().min(10).default(30),
});

/** People whose votes are off beyond chance. */
export const AnnotatorHealth = z.strictObject({
  kind: z.literal('annotator-health'),
  ...series,
  /** Of all tests of all people together (Holm). */
  alpha: z.number().min(1e-6).max(0.2).default(0.01),
  /** Right answers to items whose answer is known. */
  accuracy: share(0.7),
  /** How far below the others' agreement somebody's may lie, and how far above everybody's their commonest answer. */
  margin: share(0.1),
  /** Votes of one that took less than this share of everybody's median are too fast. */
  speed: share(0.2),
  sample: z.int().min(1000).max(200_000).default(50_000),
  /** Votes of one person below which nothing is said of them. */
  least: z.int().min(10).default(20),
});

/** Who gives feedback: its volume by language, by kind of source and by groups of annotators. */
export const FeedbackVolume = z.strictObject({
  kind: z.literal('feedback-volume'),
  by: z.enum(['language', 'source', 'group']).default('language'),
  ...sides,
  alpha,
  /** What part's share of all may fall to, as a share of what it was, before the whole interval lies below. */
  fall: share(0.5),
  /** PSI of the parts. */
  limit: z.number().positive().default(0.25),
  least: z.int().min(10).default(100),
});

/** Responses that are unlike those the head was fitted on. */
export const OutOfDistribution = z.strictObject({
  kind: z.literal('ood'),
  model,
  ...one,
  /** Share that the whole interval must pass. */
  limit: share(0.1),
  ...rows(5000, 50),
  seed,
});

/** Whether a head still follows people: the correlation of its rewards with their labels, then and now. */
export const Decoupling = z.strictObject({
  kind: z.literal('decoupling'),
  model,
  aspect,
  gold: z
    .strictObject({ task: z.enum(['rating', 'binary', 'safety', 'pairwise']), aspect: z.string().optional() })
    .default({ task: 'rating' }),
  ...sides,
  /** Fall in ρ that does not matter, however sure. */
  fall: share(0.1),
  ...rows(5000, 50),
  seed,
});

/** Whether a head widens the gaps between parts that people's labels show. */
export const BiasAmplification = z.strictObject({
  kind: z.literal('bias-amplification'),
  model,
  aspect,
  gold: Labelled.default({ task: 'rating' }),
  by: z.enum(['language', 'generator']).default('language'),
  ...series,
  /** Standard deviations by which a gap may be wider, and that the whole interval must pass. */
  limit: z.number().min(0).default(0.2),
  ...rows(5000, 50),
  seed,
});

/** What a monitor watches, by its kind. */
export const MonitorKind = z.discriminatedUnion('kind', [
  PromptDrift,
  ScoreDrift,
  LabelDrift,
  LengthCorrelation,
  Probes,
  CounterfactualFairness,
  OverOptimisation,
  JudgeGap,
  AgreementTrend,
  AnnotatorHealth,
  FeedbackVolume,
  OutOfDistribution,
  Decoupling,
  BiasAmplification,
]);
export type MonitorKind = z.infer<typeof MonitorKind>;

/** A kind of monitor by its name. */
export type Watch<K extends MonitorKind['kind']> = Extract<MonitorKind, { kind: K }>;
