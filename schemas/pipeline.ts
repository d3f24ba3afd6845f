import { z } from 'zod';
import { RegionKind, Task } from './annotation.ts';
import { CurateFilter, CurriculumConfig, Decontaminate, NearConfig, SelectRule } from './curation.ts';
import { CategoryMethod, MeasurementLevel, NumberMethod, RankingMethod } from './label.ts';
import { HeadKind } from './model.ts';
import { ModelChoice } from './model-choice.ts';
import { Population } from './population.ts';
import { Name } from './primitives.ts';
import { Questions } from './questions.ts';
import { Sensitive } from './sensitive.ts';
import { SessionLimit } from './session-limit.ts';

export const EXPORT_FORMATS = [
  'parquet',
  'trl-preference',
  'trl-sft',
  'trl-kto',
  'trl-reward',
  'trl-prompt-only',
  'trl-grpo',
  'grpo-groups',
  'trl-prm',
  'openrlhf-sft',
  'openrlhf-rm',
  'openrlhf-prompt',
  'verl',
  'llamafactory-sft',
  'llamafactory-dpo',
  'llamafactory-kto',
  'hf',
  'webdataset',
  'diffusion-dpo',
  'inpainting',
  'coco',
  'richhf',
  'video-reward',
] as const;
export const ExportFormat = z.enum(EXPORT_FORMATS);
export type ExportFormat = z.infer<typeof ExportFormat>;

const share = z.number().min(0).max(1);

const section = <T extends z.ZodObject>(schema: T) => schema.prefault({} as z.input<T>);

/** Checks: rows `{item, task, value}` of a JSON Lines file in the drop, whose items are then asked of everybody and not counted as work. */
export const Checks = z.strictObject({
  file: z.string().min(1),
  /** Share of an annotator's items that are checks, once qualified. */
  rate: share.default(0.1),
  /** The first so many items of an annotator are checks; who then is below `minAccuracy` gets no work. 0: nobody has to qualify. */
  qualify: z.int().min(0).max(100).default(0),
  /** Below this share of right answers an annotator is paused and their votes in open batches are taken back. */
  minAccuracy: share.default(0.7),
  /** Nobody is paused on fewer answers than this. */
  minAnswers: z.int().min(1).default(5),
  /** Numbers this near to the known one are right. */
  tolerance: z.number().min(0).default(0),
});

/** Adaptive redundancy (S387): how sure is sure enough, and how far annotators are trusted before anything is known of them. */
export const Adaptive = z.strictObject({
  min: z.int().min(1).default(2),
  max: z.int().min(1).max(100).default(5),
  /** Posterior of the leading answer at which nobody else is asked. */
  confidence: z.number().gt(0.5).lt(1).default(0.95),
  /** Prior accuracy of a person. */
  accuracy: z.number().gt(0.5).lt(1).default(0.8),
  /** Prior accuracy of a judge whose vote the drop brings; null: judges' votes say nothing here. */
  judgeAccuracy: z.number().gt(0.5).lt(1).nullable().default(null),
});
export type Adaptive = z.infer<typeof Adaptive>;

/** Who is asked what. Without tasks, the drop's own annotations are taken as given. */
export const AnnotateConfig = z.strictObject({
  tasks: z.array(Task).default([]),
  /** Votes wanted per item and task, each by another person. */
  redundancy: z.int().min(1).max(100).default(1),
  guideline: z.string().default('1'),
  batchSize: z.int().min(1).max(500).default(100),
  /** A claimed item returns to the queue after this long. */
  leaseSeconds: z.number().positive().default(1800),
  /** Batches open at the same time. */
  window: z.int().min(1).max(200).default(10),
  /** What a batch still lacks after this long is taken as it is. */
  deadlineDays: z.number().positive().default(30),
  /** Wording and choices of the questions; what is not said takes its default. */
  questions: Questions.partial().default({}),
  /** Markdown file of the drop with the guideline's text. */
  guidelineFile: z.string().optional(),
  /** Items whose answer is known, mixed in unseen: they qualify annotators and pause those who fail. */
  checks: Checks.nullable().default(null),
  /** Who may work on this run. */
  requires: section(
    z.strictObject({
      skills: z.array(z.string()).default([]),
      /** One of these vendors; none named: any, and people without one. */
      vendors: z.array(z.string()).default([]),
      /** An item in a language goes only to people who state that language. */
      languages: z.boolean().default(false),
    }),
  ),
  /** Votes per item from members of a group: at least `min` of those wanted, at most `max`. */
  quotas: z
    .array(
      z.strictObject({
        group: z.string().min(1),
        min: z.int().min(0).default(0),
        max: z.int().min(0).nullable().default(null),
      }),
    )
    .max(20)
    .default([]),
  /** Ask until the answer is sure enough, between `min` and `max` votes, instead of `redundancy` times; null: no. */
  adaptive: Adaptive.nullable().default(null),
  /** `disagreements`: items whose votes disagree, that failed or that were disputed wait for a reviewer; `none`: the batch ends with its votes. */
  review: z.enum(['none', 'disagreements']).default('none'),
  /** Items that only some people may see; absent: none is. */
  sensitive: Sensitive.optional(),
  /** How long people work without a break; absent: as long as they like. */
  session: SessionLimit.optional(),
});

/** How the votes on each task become a label, where not by majority (categories) or mean (numbers). */
export const AggregateMethods = z
  .strictObject({
    pairwise: CategoryMethod,
    ranking: z.enum(['mean', 'median', ...RankingMethod.options]),
    rating: NumberMethod,
    binary: CategoryMethod,
    keywords: CategoryMethod,
    steps: NumberMethod,
    /** Of criteria with named levels, or of those with numbers. */
    rubric: z.enum([...CategoryMethod.options, ...NumberMethod.options]),
    checklist: CategoryMethod,
    assertion: CategoryMethod,
    /** Of tags; severities are averaged. */
    safety: CategoryMethod,
  })
  .partial();
export type AggregateMethods = z.infer<typeof AggregateMethods>;

export const AggregateConfig = z.strictObject({
  /** Absent: majorities and means. */
  methods: AggregateMethods.optional(),
  /** Level for Krippendorff's alpha per task; default: nominal for categories, interval for ratings and steps, ordinal for rankings. */
  levels: z.partialRecord(Task, MeasurementLevel).default({}),
  /** Least alpha per task: a run below it stops at the approval gate, whatever `approval` says. */
  minAlpha: z.partialRecord(Task, z.number().min(-1).max(1)).default({}),
  /** Bootstrap resamples for alpha's confidence interval. */
  bootstraps: z.int().min(0).max(100_000).default(1000),
  /** Ratings that state their scale become shares of it, 0 … 1, before they are averaged (RichHF-18K). */
  standardise: z.boolean().default(false),
});

export const ScoreConfig = z.strictObject({
  /** What judges responses: NAME (the version that serves), NAME@VERSION, or remote/NAME; null: the head trained in this run. */
  model: ModelChoice.nullable().default(null),
  /** `auto`: the bundled one of the modality; remote/NAME: embeddings from a server of the operator's file. */
  encoder: z.string().default('auto'),
  /** SegVR: segments of a video, one frame from each (InstructVideo; S = 4 there). */
  segments: z.int().min(1).max(64).default(4),
  /** Which frame of a segment: drawn by seed, its first, or its middle. */
  frame: z.enum(['random', 'first', 'middle']).default('middle'),
  /** TAR: λ of exp(−λ·|i − ⌊F / 2⌋|), by which a video's segments are weighed (InstructVideo; 1 there); null: all alike. */
  attenuation: z.number().min(0).nullable().default(null),
});

export const TrainConfig = z.strictObject({
  enabled: z.boolean().default(true),
  /** Name of the head; default: the drop's name. */
  name: Name.optional(),
  /** What the head is fitted to; `auto`: whatever the labels are made for. */
  objective: z.union([z.literal('auto'), HeadKind]).default('auto'),
  /** How a stated strength enters a pair: not, subtracted from the reward difference, or dividing it. Bradley–Terry only. */
  margin: z.enum(['none', 'subtract', 'scale']).default('none'),
  /** How P(flip) enters: not, as the soft target 1 − P, or as the weight 1 − 2P. Bradley–Terry only. */
  flips: z.enum(['ignore', 'soft', 'weight']).default('ignore'),
  ensemble: section(
    z.strictObject({
      /** Heads fitted on bootstrap samples of the groups; 1: one head, on all of them. */
      members: z.int().min(1).max(32).default(1),
      /** What their rewards become: the mean, the least, or the mean less `lambda` standard deviations. */
      combine: z.enum(['mean', 'min', 'lcb']).default('mean'),
      lambda: z.number().min(0).default(1),
    }),
  ),
  languages: section(
    z.strictObject({
      /** `auto`: language heads where two languages or more have pairs enough. */
      heads: z.enum(['shared', 'per-language', 'auto']).default('auto'),
      /** Penalty on what a language adds, as a multiple of `l2`; `auto`: chosen on held-out folds. */
      shrinkage: z.union([z.literal('auto'), z.number().positive()]).default('auto'),
      /** Languages are weighted by n^(1/temperature): 1 leaves them as they are. */
      temperature: z.number().min(1).default(1),
    }),
  ),
  /** Weight of each aspect's z-score in the reward; none named: all the same. */
  aspects: z.record(z.string(), z.number()).default({}),
  /** Scores are flagged beyond this quantile of validation distances. */
  oodQuantile: z.number().min(0.5).max(1).default(0.99),
  /** Measured too: heads fitted without one language, one source, or one generator (model), and tested on it. */
  leaveOneOut: z.enum(['none', 'language', 'source', 'both', 'generator']).default('none'),
  /** Measured too: heads fitted on each language, source or domain alone, and tested on all. */
  transfer: z.enum(['language', 'source', 'domain']).optional(),
  validation: share.default(0.2),
  /** Ridge penalty on the head's weights, as λ/2·‖w‖² beside the mean loss. */
  l2: z.number().min(0).default(0.01),
  /** At most this many pairs, lists and rated responses, chosen by hash. */
  maxPairs: z.int().min(1).default(50_000),
  /** Fewer pairs than this train no head; the run says so and goes on. */
  minPairs: z.int().min(2).default(8),
});

export const CurateConfig = z
  .strictObject({
    /** Name of the dataset; default: the drop's name. */
    name: Name.optional(),
    /** Least share of agreeing votes (items with one vote pass). */
    minAgreement: share.default(0),
    /** Drop pairs whose label and reward model disagree by more than this margin (chosen − rejected < −margin). Null: keep. */
    maxScoreContradiction: z.number().min(0).nullable().default(null),
    /** Keep the items with the best scores, as a share of those left. */
    topShare: share.default(1),
    /** Least mean rating of an item whose task is rating; null: no floor. */
    minRating: z.number().nullable().default(null),
    /** Least score by aspect, of a response people rated so or else a model; e.g. `plausibility: 0.6`. */
    minScores: z.record(z.string(), z.number()).default({}),
    /** Most of an image that may be marked, as the mean of its heatmap, by kind; people's map where there is one, else the predicted one. */
    maxMass: z.partialRecord(RegionKind, share).default({}),
    /** Keep only this many of each group's items (of each prompt's), the best by reward; null: all. */
    bestPerGroup: z.int().min(1).nullable().default(null),
    dropTies: z.boolean().default(true),
    /** In order; the first that an item fails takes it out. */
    filters: z.array(CurateFilter).max(50).default([]),
    /** `near`: copies and near-duplicates; `exact`: copies alone. */
    dedup: z.enum(['exact', 'near', 'none']).default('exact'),
    near: section(NearConfig),
    /** Copies and near-copies that contradict each other: left out, or asked about again, once, before anything is published. */
    conflicts: z.enum(['leave', 'annotate']).default('leave'),
    /** Benchmarks whose questions may not be in the set. */
    decontaminate: z.array(Decontaminate).max(20).default([]),
    /** In order, each among those that the one before left. */
    select: z.array(SelectRule).max(20).default([]),
    /** Null: rows in the order of the drop. */
    curriculum: CurriculumConfig.nullable().default(null),
    validation: share.default(0.1),
    seed: z.int().default(0),
    /** Whom the set should stand for; its card says how far it does. */
    population: Population.optional(),
    /** What the card says the set is for, and on which terms it may be used. */
    use: z.strictObject({ intended: z.string().min(1), terms: z.string().min(1) }).optional(),
    /** How the card and `metrics.json` tell of people and items. */
    report: z
      .strictObject({
        /** Votes of a group of annotators are told where it has at least so many people; 5 unless told. */
        minGroup: z.int().min(1).max(1000).optional(),
        /** L of |f(x) − f(y)| ≤ L · d(x, y) between near-duplicates; 5 unless told. */
        lipschitz: z.number().min(0).optional(),
      })
      .optional(),
  })
  .refine(({ dedup, near }) => dedup === 'near' || near.against.length === 0, {
    path: ['near', 'against'],
    message: 'holds for `dedup: near` alone',
  })
  .refine(({ dedup, near }) => dedup === 'near' || near.semantic === undefined, {
    path: ['near', 'semantic'],
    message: 'holds for `dedup: near` alone',
  });

export const ExportConfig = z.strictObject({
  /** `auto`: every format the dataset has what it takes for, but those that `assay dataset export` makes of the same rows when asked. */
  formats: z.union([z.literal('auto'), z.array(ExportFormat).min(1)]).default('auto'),
  /** Preferences between responses to one prompt, of different items: the better by at least the margin is chosen. */
  pairs: section(
    z.strictObject({
      by: z.enum(['rating', 'score']).default('rating'),
      margin: z.number().min(0).default(0.5),
    }),
  ),
  /** Inpainting masks from heatmaps: white where the map is at least `threshold`. Lengths are shares of the image's height. */
  masks: section(
    z.strictObject({
      kind: RegionKind.default('implausibility'),
      threshold: share.default(0.3),
      dilate: share.default(0.02),
      feather: share.default(0),
      /** Smaller regions are left out: share of the image. */
      minArea: share.default(0.001),
    }),
  ),
  /** Conditional SFT (S159): `trl-sft` takes every response with a figure, and its prompt names the bin of that figure; null: no. */
  conditional: z
    .strictObject({
      by: z.enum(['rating', 'score']).default('score'),
      /** Bins of as many responses each: edges are quantiles of the training split. */
      bins: z.int().min(2).max(10).default(4),
    })
    .nullable()
    .default(null),
  /** What the set is exported for: every row's drop must allow each of these purposes. */
  purpose: z.array(z.string().min(1)).min(1).optional(),
  /** Every row's drop must state a consent. */
  requireConsent: z.literal(true).optional(),
  /** Licences that every row's must be among (SPDX ids). */
  licences: z.array(z.string().min(1)).min(1).optional(),
  /** Monitors that halt the export: nothing is published while one of them is red and nobody took note of its alert. */
  haltOn: z.array(Name).min(1).max(50).optional(),
});

/** `pipeline.yaml` */
export const PipelineConfig = z.strictObject({
  annotate: section(AnnotateConfig),
  aggregate: section(AggregateConfig),
  score: section(ScoreConfig),
  train: section(TrainConfig),
  curate: section(CurateConfig),
  export: section(ExportConfig),
  /** `required`: a person approves before the dataset is published. */
  approval: z.enum(['auto', 'required']).default('auto'),
  privacy: section(
    z.strictObject({
      /** `required`: a drop whose drop.json states no consent is refused. */
      consent: z.enum(['optional', 'required']).default('optional'),
    }),
  ),
});
export type PipelineConfig = z.infer<typeof PipelineConfig>;
