import { z } from 'zod';
import { Origin, Sha256 } from './primitives.ts';

/** The questions Assay asks (design: task). */
export const TASKS = [
  'pairwise',
  'ranking',
  'rating',
  'binary',
  'critique',
  'regions',
  'keywords',
  'steps',
  'rubric',
  'checklist',
  'assertion',
  'safety',
  'demonstration',
  'spans',
] as const;
export const Task = z.enum(TASKS);
export type Task = z.infer<typeof Task>;

export const SourceKind = z.enum(['human', 'judge', 'verifier', 'model']);

/** Who says so. For people `id` is a keyed hash, never the plain id. */
export const Source = z.object({ kind: SourceKind, id: z.string().min(1) });
export type Source = z.infer<typeof Source>;

const response = z.int().min(0).default(0);
const unit = z.number().min(0).max(1);
const Point = z.object({ x: unit, y: unit });

/** What a region is marked for: it looks wrong, or it is not what the prompt asked for (RichHF-18K). */
export const REGION_KINDS = ['implausibility', 'misalignment'] as const;
export const RegionKind = z.enum(REGION_KINDS);
export type RegionKind = z.infer<typeof RegionKind>;

/** A binary mask as COCO's uncompressed run lengths: column by column, runs of 0 and 1 in turn, the first of 0. */
export const RunLengths = z.object({
  width: z.int().min(1).max(20_000),
  height: z.int().min(1).max(20_000),
  counts: z.array(z.int().min(0)).max(1_000_000),
});
export type RunLengths = z.infer<typeof RunLengths>;

/** More than anybody draws by hand: a row of a few megabytes must not take minutes to rasterise. */
const MOST = { points: 10_000, marks: 10_000 } as const;

/** One mark on an image; coordinates are shares of width and height, origin top left. */
export const Mark = z.object({
  kind: RegionKind,
  /** The producer's own word for the region, where that is not the kind's name. */
  label: z.string().optional(),
  /** Video: the frame it was made on, from 0. */
  frame: z.int().min(0).optional(),
  shape: z.discriminatedUnion('type', [
    z.object({ type: z.literal('point'), x: unit, y: unit }),
    z.object({ type: z.literal('polygon'), points: z.array(Point).min(3).max(MOST.points) }),
    z.object({ type: z.literal('box'), x: unit, y: unit, width: unit, height: unit }),
    RunLengths.extend({ type: z.literal('mask') }),
  ]),
});
export type Mark = z.infer<typeof Mark>;

/** The value each task carries. `response` is an index into the item's responses. */
export const VALUES = {
  /** Response 0 is `a`, response 1 is `b`; strength 1 slightly … 4 much better. */
  pairwise: z.object({
    preferred: z.enum(['a', 'b', 'tie']),
    strength: z.int().min(1).max(4).nullable().default(null),
  }),
  /** A rank per response, 1 the best; equal ranks are ties. */
  ranking: z.object({ ranks: z.array(z.int().min(1)).min(2) }),
  /** A number per named aspect on the stated scale. */
  rating: z.object({
    response,
    aspects: z.record(z.string(), z.number()),
    min: z.number().nullable().default(null),
    max: z.number().nullable().default(null),
  }),
  binary: z.object({ response, good: z.boolean() }),
  critique: z.object({ response, text: z.string(), edited: z.string().nullable().default(null) }),
  regions: z.object({
    response,
    marks: z.array(Mark).max(MOST.marks),
    /** Maps that arrive merged, as RichHF-18K's: 8-bit grey images among the media, 255 where every annotator marked. */
    maps: z.array(z.object({ kind: RegionKind, sha256: Sha256 })).optional(),
  }),
  /** The prompt's words in order, and which of them the response misses or misrepresents. */
  keywords: z.object({ response, words: z.array(z.string()), misaligned: z.array(z.boolean()) }),
  /** One label per step of the response: 1 right, 0 neutral, −1 wrong, or a soft value between. */
  steps: z.object({ response, labels: z.array(z.number().min(-1).max(1)) }),
  /** A level per criterion: a number on an ordinal scale, or a named category. */
  rubric: z.object({ response, levels: z.record(z.string(), z.union([z.number(), z.string()])) }),
  checklist: z.object({ response, checks: z.record(z.string(), z.boolean()) }),
  assertion: z.object({ response, name: z.string(), pass: z.boolean(), detail: z.string().nullable().default(null) }),
  safety: z.object({ response, tags: z.array(z.string()), severity: z.int().min(0).max(4) }),
  demonstration: z.object({ text: z.string() }),
  /** Of a text its code points, of a video its frames: from `start`, before `end`. */
  spans: z.object({
    response,
    spans: z.array(z.object({ start: z.int().min(0), end: z.int().min(0), tag: z.string() })),
  }),
} as const;

const body = <T extends Task>(task: T) => z.object({ task: z.literal(task), value: VALUES[task] });

/** A task with its value: what a source says, before who and where. */
export const Statement = z.discriminatedUnion('task', [
  body('pairwise'),
  body('ranking'),
  body('rating'),
  body('binary'),
  body('critique'),
  body('regions'),
  body('keywords'),
  body('steps'),
  body('rubric'),
  body('checklist'),
  body('assertion'),
  body('safety'),
  body('demonstration'),
  body('spans'),
]);
export type Statement = z.infer<typeof Statement>;

const AnnotationBase = z.object({
  /** `an_` + 32 hex, from item, task, source and origin. */
  id: z.string().regex(/^an_[0-9a-f]{32}$/),
  item: z.string(),
  source: Source,
  /** Version of the guideline the source worked under. */
  guideline: z.string().nullable(),
  /** Seconds of work, where known. */
  seconds: z.number().nullable(),
  /** When it was given, in milliseconds since epoch; null: nobody knows. */
  at: z.number().nullable().default(null),
  /** The responses' indices in the order in which the source saw them; null: one response, or nobody knows. */
  shown: z.array(z.int()).nullable().default(null),
  /** A reviewer's ruling: it is the label, and the votes it overrules are kept beside it. */
  ruling: z.boolean().default(false),
  origin: Origin,
});

/** One source's statement on one item. */
export const Annotation = z.intersection(AnnotationBase, Statement);
export type Annotation = z.infer<typeof Annotation>;
