/** What `curate` in pipeline.yaml may declare: filters, near-duplicates, benchmarks, selection and the order of rows. */
import { z } from 'zod';
import { Language, NAME } from './primitives.ts';

const share = z.number().min(0).max(1);

/** Texts that a filter reads: one that fails takes its item out. `chosen` is the response that a trainer would imitate. */
const reads = z.enum(['chosen', 'responses', 'prompt', 'all']);

export const PII_KINDS = ['email', 'phone', 'card', 'iban', 'ip', 'secret'] as const;

const filter = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ kind: z.literal(kind), ...shape });

/** Filters on texts: what they find does not depend on labels or scores. */
export const TextFilter = z.discriminatedUnion('kind', [
  filter('length', {
    on: reads.default('responses'),
    unit: z.enum(['characters', 'words', 'tokens']).default('characters'),
    /** Whose tokens: `static-e5`, a pulled encoder as ID or ID@REVISION, or a tokenizer.json of the drop by its path. */
    tokenizer: z.string().min(1).optional(),
    min: z.int().min(0).default(0),
    max: z.int().min(1).nullable().default(null),
  }).refine(({ unit, tokenizer }) => (unit === 'tokens') === (tokenizer !== undefined), {
    path: ['tokenizer'],
    message: 'is needed for `unit: tokens`, and holds for it alone',
  }),
  /** Texts that surely read as another language than one of those named, or than the item states. */
  filter('language', {
    on: reads.default('chosen'),
    languages: z.array(Language).min(1).nullable().default(null),
    confidence: share.default(0.9),
  }),
  /** Personal data with a form of its own: items are taken out, or what was found is redacted in the dataset's rows. */
  filter('pii', {
    on: reads.default('all'),
    action: z.enum(['reject', 'redact']),
    kinds: z
      .array(z.enum(PII_KINDS))
      .min(1)
      .default([...PII_KINDS]),
  }),
  filter('refusals', { on: reads.default('chosen'), max: z.int().min(0).default(0) }),
  filter('boilerplate', { on: reads.default('chosen'), max: z.int().min(0).default(0) }),
  /** Largest of the shares of Gopher's rules over its limit: 1 is the paper's own. */
  filter('repetition', { on: reads.default('chosen'), max: z.number().positive().default(1) }),
  /** Code fences, JSON, tables and links that break off. */
  filter('structure', { on: reads.default('chosen'), max: z.int().min(0).default(0) }),
]);
export type TextFilter = z.infer<typeof TextFilter>;

/** Pictures, and videos by some of their frames, that show more than `max` faces: items are taken out, or the faces made unrecognisable. */
const FacesFilter = filter('faces', {
  on: z.enum(['responses', 'prompt', 'all']).default('all'),
  action: z.enum(['reject', 'redact']),
  confidence: z.number().min(0.5).max(1).default(0.7),
  max: z.int().min(0).default(0),
});
export type FacesFilter = z.infer<typeof FacesFilter>;

/** Filters whose figure is found in what an item says or shows. */
export type ContentFilter = TextFilter | FacesFilter;

/** Filters on what is known of an item beside its texts. */
const FigureFilter = z.discriminatedUnion('kind', [
  /** Reward of the chosen response, or with `lambda` its lower confidence bound, mean − λ · std. */
  filter('score', { min: z.number(), lambda: z.number().min(0).default(0) }),
  /** Share of agreeing votes; an item with one vote has none, and passes unless `votes` asks for more. */
  filter('agreement', { min: share, votes: z.int().min(1).default(1) }),
  filter('pFlip', { max: share }),
  /** A figure of that name, from people or a scorer, of the chosen response. */
  filter('toxicity', { aspect: z.string().min(1).default('toxicity'), max: z.number() }),
  /** None of these safety tags on the chosen response, or on any; a response that nobody judged for safety does not pass. */
  filter('tags', {
    on: z.enum(['chosen', 'responses']).default('chosen'),
    tags: z.array(z.string().min(1)).min(1).max(100),
  }),
  /** The newest vote behind the label was given at most `days` before `asOf`, a day that begins in UTC; `annotate` asks people again. */
  filter('age', {
    days: z.number().positive().max(36_500),
    asOf: z.iso.date(),
    action: z.enum(['reject', 'annotate']).default('reject'),
  }),
  /** What may be done with the row: its licence, the purposes its people consented to, and that consent is stated. */
  filter('permission', {
    licences: z.array(z.string().min(1)).min(1).nullable().default(null),
    purposes: z.array(z.string().min(1)).default([]),
    consent: z.boolean().default(false),
  }),
]);

export const CurateFilter = z.discriminatedUnion('kind', [TextFilter, FacesFilter, FigureFilter]);
export type CurateFilter = z.infer<typeof CurateFilter>;

/** A dataset's name and version, as `assay dataset show` prints them. */
const PinnedDataset = z.string().regex(new RegExp(`^${NAME}@[0-9a-f]{16}$`), 'use NAME@VERSION');

/** Near-duplicates in meaning among texts that share few words (SemDeDup, Abbas et al. 2023). */
export const SemanticConfig = z.strictObject({
  /** Least cosine of prompts, and of the responses that belong together. */
  threshold: z.number().gt(0).max(1).default(0.95),
  /** Clusters within which all is compared with all; `auto`: one for a few thousand items, else the square root of twice their number. */
  clusters: z.union([z.literal('auto'), z.int().min(1).max(4096)]).default('auto'),
  seed: z.int().default(0),
  /** Texts that differ in a number, or in a word such as "not" or "less", are near none of each other. */
  guarded: z.boolean().default(true),
});
export type SemanticConfig = z.infer<typeof SemanticConfig>;

/** When items are near-duplicates: prompts and responses both alike. */
export const NearConfig = z.strictObject({
  /** Least Jaccard similarity of word n-grams. */
  threshold: z.number().gt(0).max(1).default(0.8),
  ngram: z.int().min(1).max(50).default(5),
  bands: z.int().min(1).max(256).default(14),
  rows: z.int().min(1).max(64).default(8),
  seed: z.int().default(0),
  /** Bits of 64 in which perceptual hashes of images, or of frames, may differ. */
  distance: z.int().min(0).max(63).default(6),
  /** Frames of a video that are hashed, and the share of them that must match in order. */
  frames: z.int().min(1).max(64).default(8),
  frameShare: z.number().gt(0).max(1).default(0.75),
  /** Datasets whose near-duplicates are taken out too. */
  against: z.array(PinnedDataset).max(20).default([]),
  /** Absent: by words, pictures and frames alone. */
  semantic: SemanticConfig.optional(),
});
export type NearConfig = z.infer<typeof NearConfig>;

/**
 * A benchmark in a file of the drop, as JSON Lines: what shares `ngram` words in a row with one of its questions goes, and with
 * `similarity` what means nearly the same.
 */
export const Decontaminate = z.strictObject({
  name: z.string().min(1).max(100),
  file: z.string().min(1),
  /** Where its rows have their questions; found out unless told. */
  field: z.string().min(1).optional(),
  ngram: z.int().min(1).max(50).default(13),
  /** Least cosine of a text with a question; absent: words alone. */
  similarity: z.number().gt(0).max(1).optional(),
});
export type Decontaminate = z.infer<typeof Decontaminate>;

/** `reward`, `margin`, `rating`, `agreement`, or an aspect's name. */
const by = z.string().min(1).default('reward');

const rule = <M extends string, S extends z.ZodRawShape>(method: M, shape: S) =>
  z.strictObject({ method: z.literal(method), ...shape });

/** How many stay: so many, or that share of those that came. */
const sized = { size: z.int().min(1).optional(), share: share.optional() };
const oneSize = ({ size, share: part }: { size?: number | undefined; share?: number | undefined }) =>
  (size === undefined) !== (part === undefined);
const ONE_SIZE = 'say how many stay: either `size` or `share`';

/**
 * What quotas and caps tell items apart by. `source` is the file of the drop, `tag` a safety tag of the chosen response; tags, annotators
 * and vendors are several to an item.
 */
export const QUOTA_ATTRIBUTES = [
  'language',
  'domain',
  'group',
  'task',
  'source',
  'license',
  'generator',
  'tag',
] as const;
export const CAP_ATTRIBUTES = [...QUOTA_ATTRIBUTES, 'labeller', 'annotator', 'vendor'] as const;

const Quota = z
  .strictObject({
    attribute: z.enum(QUOTA_ATTRIBUTES),
    value: z.string().min(1),
    floor: z.int().min(0).optional(),
    cap: z.int().min(0).optional(),
  })
  .refine(({ floor = 0, cap = Infinity }) => floor <= cap, 'the floor is above the cap');

const Cap = z.strictObject({
  attribute: z.enum(CAP_ATTRIBUTES),
  /** Null: each value there is. A labeller is `human`, `judge`, `verifier` or `model`. */
  value: z.string().min(1).nullable().default(null),
  /** Share of the rows that stay. */
  most: share,
});

/** One rule of the selection; rules hold in order, each among those that the one before left. */
export const SelectRule = z.discriminatedUnion('method', [
  rule('top-k', { by, ...sized }).refine(oneSize, ONE_SIZE),
  rule('threshold', { by, least: z.number() }),
  /** Pairs neither too close to be trusted nor too far apart to teach. */
  rule('margin-band', { low: z.number(), high: z.number() }).refine(
    ({ low, high }) => low <= high,
    'low is above high',
  ),
  rule('pareto', { objectives: z.array(z.string().min(1)).min(2), ...sized }).refine(oneSize, ONE_SIZE),
  rule('k-center', sized).refine(oneSize, ONE_SIZE),
  rule('facility-location', sized).refine(oneSize, ONE_SIZE),
  rule('determinant', { tradeoff: z.number().min(0).default(1), ...sized }).refine(oneSize, ONE_SIZE),
  /** The best of each group. */
  rule('best-of-n', { by }),
  /** Statistical rejection sampling in each group (RSO). */
  rule('rejection', { count: z.int().min(1), beta: z.number().positive() }),
  /** Pairs whose responses differ most on one item of the checklist (RLCF). */
  rule('difference', { share: share.default(0.4) }),
  /** Groups whose rewards vary most (one-shot RLVR). */
  rule('variance', { groups: z.int().min(1) }),
  rule('quotas', { by, size: z.int().min(1), quotas: z.array(Quota).min(1).max(200) }),
  rule('caps', { by, caps: z.array(Cap).min(1).max(50) }),
]);
export type SelectRule = z.infer<typeof SelectRule>;

/** Order of the training rows: stages of equal size, the easy ones first. A wide margin is easy, a likely flip hard. */
export const CurriculumConfig = z.strictObject({
  by: z.enum(['margin', 'reward', 'agreement', 'pFlip']),
  stages: z.int().min(2).max(100).default(3),
});
export type CurriculumConfig = z.infer<typeof CurriculumConfig>;
