/** What the console's pages are told and say: the JSON of `/api/work`, `/api/review` and `/api/manage`. */
import { z } from 'zod';
import { Task } from './annotation.ts';
import { BatchItem, CastVote, ClaimRefusal, Note, ReviewEntry, Ruling, VoteBody } from './batch.ts';
import { HeatmapRow } from './heatmap.ts';
import { Item, Media, Message } from './item.ts';
import { Label } from './label.ts';
import { Language, Modality } from './primitives.ts';
import { Questions } from './questions.ts';
import { Score } from './score.ts';
import { SessionLimit } from './session-limit.ts';

/** A batch, as ids name it: `batch/<run>/<n>`. */
export const BatchId = z.string().min(1).max(300);

/** An item as its annotator sees it: no model names, no scores, no one else's votes (S059). */
export const WorkItem = z.object({
  batch: BatchId,
  item: z.string(),
  run: z.string(),
  tasks: z.array(Task).min(1),
  modality: Modality,
  language: Language.nullable(),
  prompt: z.array(Message),
  promptMedia: z.array(Media),
  /** In the item's own order; `shown` says in which order to show them. */
  responses: z.array(z.object({ text: z.string().nullable(), media: Media.nullable() })).min(1),
  shown: z.array(z.int()),
  leaseEnds: z.number(),
  guideline: z.string(),
});
export type WorkItem = z.infer<typeof WorkItem>;

/** What a run asks: fetched once, keyed by run. */
export const WorkSheet = z.object({
  run: z.string(),
  tasks: z.array(Task),
  guideline: z.object({ version: z.string(), text: z.string() }),
  questions: Questions,
  /** When people have to rest; null: never. */
  session: SessionLimit.nullable(),
});
export type WorkSheet = z.infer<typeof WorkSheet>;

export const WorkClaim = z.object({ run: z.string().optional(), n: z.int().min(1).max(10).default(3) });
/** `refusal` says why there is nothing, where there is nothing; with `break`, `resumes` says when there is (ms since epoch). */
export const Claimed = z.object({
  work: z.array(WorkItem),
  refusal: ClaimRefusal.nullable(),
  resumes: z.number().optional(),
});
export type Claimed = z.infer<typeof Claimed>;

export const WorkSubmit = z.object({ batch: BatchId, item: z.string(), votes: z.array(VoteBody).min(1).max(20) });
export const WorkSkip = z.object({ batch: BatchId, item: z.string(), reason: z.string().min(1).max(64) });
export const WorkOn = z.object({ batch: BatchId, item: z.string() });
export const WorkNote = WorkOn.extend({ text: z.string().trim().min(1).max(4000) });

/** How somebody has done in a run today: for their progress bar. */
export const OwnProgress = z.object({ votes: z.int(), seconds: z.number() });
export type OwnProgress = z.infer<typeof OwnProgress>;

/** A line of the review queue, with the batch it is in. */
export const QueuedReview = ReviewEntry.extend({ batch: BatchId, run: z.string() });
export type QueuedReview = z.infer<typeof QueuedReview>;

/** A vote with its answer. */
export const ShownVote = CastVote.extend({ body: VoteBody.nullable() });
export type ShownVote = z.infer<typeof ShownVote>;

/** An item as its reviewer sees it: everything. */
export const ReviewItem = z.object({
  batch: BatchId,
  run: z.string(),
  item: Item,
  tasks: z.array(Task),
  state: BatchItem,
  votes: z.array(ShownVote),
  withdrawn: z.array(ShownVote),
  notes: z.array(Note.omit({ note: true }).extend({ text: z.string() })),
  labels: z.array(Label),
  scores: z.array(Score),
  heatmaps: z.array(HeatmapRow),
});
export type ReviewItem = z.infer<typeof ReviewItem>;

export const ReviewRuling = z.object({
  batch: BatchId,
  item: z.string(),
  ruling: Ruling,
  votes: z.array(VoteBody).max(20).default([]),
  annotators: z.array(z.string()).max(100).optional(),
  note: z.string().trim().max(4000).default(''),
});
