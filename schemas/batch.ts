/** Messages of `annotationBatch`: the only way people act on items. They carry ids, hashes and short words, never what people wrote. */
import { z } from 'zod';
import { Statement, Task } from './annotation.ts';
import { CLAIM_REFUSALS, NOTE_KINDS, REVIEW_REASONS, RULINGS, STANDINGS } from './batch-words.ts';
import { Language, Sha256 } from './primitives.ts';

/** What a vote's bytes are: stored at `votes/<sha256>.json` before the vote is submitted, so histories hold only hashes. */
export const VoteBody = z.intersection(
  z.object({
    /** Seconds of work; pauses do not count. */
    seconds: z.number().min(0).nullable(),
    guideline: z.string(),
    /** The responses' indices in the order in which they were shown; null: one response, or nobody knows. */
    shown: z.array(z.int().min(0)).max(100).nullable().default(null),
  }),
  Statement,
);
export type VoteBody = z.infer<typeof VoteBody>;

/** One vote as `submit` carries it. */
export const VoteRef = z.object({
  item: z.string(),
  task: Task,
  sha256: Sha256,
  /** A short category (`a`, `tie`, `4`) so that the batch can show agreement; never free text. */
  category: z.string().max(32).nullable(),
});
export type VoteRef = z.infer<typeof VoteRef>;

/** What a batch needs to know of whoever claims; the server states it from the registry, never the browser. */
export const Claimant = z.object({
  skills: z.array(z.string()),
  languages: z.array(Language),
  vendor: z.string().nullable(),
  groups: z.array(z.string()),
});
export type Claimant = z.infer<typeof Claimant>;

export const ClaimRequest = z.object({
  annotator: z.string(),
  n: z.int().min(1).max(20),
  /** Only these items: somebody opens a certain one, or a recording answers what it has. */
  items: z.array(z.string()).max(20).optional(),
  claimant: Claimant.optional(),
});
export type ClaimRequest = z.infer<typeof ClaimRequest>;

export const ClaimRefusal = z.enum(CLAIM_REFUSALS);
export type ClaimRefusal = z.infer<typeof ClaimRefusal>;

/** Items handed out, how far each one's responses are turned when shown, and the time their lease ends (ms since epoch). */
export const ClaimGrant = z.object({
  items: z.array(z.string()),
  /** Per item: k responses are shown starting with number `turn mod k`, so that sides balance over an item's voters. */
  turns: z.array(z.int().min(0)).default([]),
  leaseEnds: z.number(),
  /** Set where nothing was handed out. */
  refusal: ClaimRefusal.nullable().default(null),
});
export type ClaimGrant = z.infer<typeof ClaimGrant>;

export const SubmitRequest = z.object({ annotator: z.string(), votes: z.array(VoteRef).min(1).max(20) });
export type SubmitRequest = z.infer<typeof SubmitRequest>;

export const SkipRequest = z.object({ annotator: z.string(), item: z.string(), reason: z.string().max(64) });
export type SkipRequest = z.infer<typeof SkipRequest>;

export const ReleaseRequest = z.object({ annotator: z.string(), items: z.array(z.string()).max(20) });
export type ReleaseRequest = z.infer<typeof ReleaseRequest>;

/** Takes back one's own votes on an item while the batch is open and nobody has ruled on it; the item is held again. */
export const UndoRequest = z.object({ annotator: z.string(), item: z.string() });
export type UndoRequest = z.infer<typeof UndoRequest>;

export const Ruling = z.enum(RULINGS);
export type Ruling = z.infer<typeof Ruling>;

export const AdjudicateRequest = z.object({
  reviewer: z.string(),
  item: z.string(),
  ruling: Ruling,
  /** The reviewer's answer to each of the batch's tasks, with `decide`. */
  votes: z.array(VoteRef).max(20).default([]),
  /** Whose votes are taken back, with `return`; absent: everybody's. They are not asked again. */
  annotators: z.array(z.string()).max(100).optional(),
  /** Hash of the note that says why. */
  note: Sha256.nullable().default(null),
});
export type AdjudicateRequest = z.infer<typeof AdjudicateRequest>;

/** An annotator objects to what was ruled, or to having failed a check; the item is reviewed (again). */
export const DisputeRequest = z.object({ annotator: z.string(), item: z.string(), note: Sha256 });
export type DisputeRequest = z.infer<typeof DisputeRequest>;

/** Adds to an item's thread. */
export const CommentRequest = z.object({ by: z.string(), item: z.string(), note: Sha256 });
export type CommentRequest = z.infer<typeof CommentRequest>;

/** Signal of the parent: how an annotator stands in the whole run. */
export const Standing = z.enum(STANDINGS);
export type Standing = z.infer<typeof Standing>;
export const StandingSignal = z.object({ annotator: z.string(), standing: Standing });
export type StandingSignal = z.infer<typeof StandingSignal>;
/** Signal to the parent: what one batch has seen of an annotator's checks so far; sent again it changes nothing. */
export const ChecksSignal = z.object({ batch: z.int(), annotator: z.string(), asked: z.int(), right: z.int() });
export type ChecksSignal = z.infer<typeof ChecksSignal>;

/** Where a batch stands. */
export const BatchState = z.object({
  run: z.string(),
  batch: z.int(),
  tasks: z.array(Task),
  guideline: z.string().default('1'),
  items: z.int(),
  redundancy: z.int(),
  votes: z.int(),
  /** Votes still wanted. */
  open: z.int(),
  /** Of those, how many nobody has been handed. */
  free: z.int(),
  leased: z.int(),
  skipped: z.int(),
  /** Items that wait for a reviewer, and those ruled on. */
  inReview: z.int().default(0),
  ruled: z.int().default(0),
  /** Answers to checks (items whose answer is known), and how many were right. */
  checks: z.object({ asked: z.int(), right: z.int() }).default({ asked: 0, right: 0 }),
  /** Annotators paused here. */
  paused: z.int().default(0),
  done: z.boolean(),
});
export type BatchState = z.infer<typeof BatchState>;

export const ReviewReason = z.enum(REVIEW_REASONS);
export type ReviewReason = z.infer<typeof ReviewReason>;

/** One vote as reviewers see it: who, when, and the hash under which the answer lies. */
export const CastVote = VoteRef.extend({
  annotator: z.string(),
  /** Milliseconds since epoch. */
  at: z.number().nullable(),
});
export type CastVote = z.infer<typeof CastVote>;

/** An entry of an item's thread; the text lies at `notes/<sha256>.json`. */
export const Note = z.object({
  by: z.string(),
  kind: z.enum(NOTE_KINDS),
  note: Sha256,
  at: z.number(),
});
export type Note = z.infer<typeof Note>;

/** Everything a batch knows of one item. */
export const BatchItem = z.object({
  item: z.string(),
  votes: z.array(CastVote),
  /** Votes taken back by a reviewer or because their annotator was paused: kept, not counted. */
  withdrawn: z.array(CastVote),
  skips: z.array(z.object({ annotator: z.string(), reason: z.string() })),
  /** Votes still wanted, and who holds the item. */
  open: z.int(),
  leased: z.int(),
  reasons: z.array(ReviewReason),
  ruling: z.object({ reviewer: z.string(), ruling: Ruling, votes: z.array(VoteRef) }).nullable(),
  notes: z.array(Note),
  /** The known answers of a check, by task; null: none is known. Never shown before one's vote is cast. */
  known: z.array(z.object({ task: Task, category: z.string() })).nullable(),
});
export type BatchItem = z.infer<typeof BatchItem>;

/** A line of the review queue. */
export const ReviewEntry = z.object({
  item: z.string(),
  reasons: z.array(ReviewReason),
  votes: z.int(),
  /** Share of agreeing pairs of votes, the least over the batch's tasks; null with fewer than two. */
  agreement: z.number().nullable(),
  notes: z.int(),
});
export type ReviewEntry = z.infer<typeof ReviewEntry>;

/** One's own work in an open batch, newest first: what may be undone, discussed or disputed. */
export const OwnVote = z.object({
  item: z.string(),
  at: z.number().nullable(),
  /** `open`: may be undone. `ruled`: a reviewer decided. `withdrawn`: not counted any more. */
  status: z.enum(['open', 'ruled', 'withdrawn']),
  /** Of a check: whether the answer was the known one. */
  right: z.boolean().nullable(),
  ruling: Ruling.nullable(),
  notes: z.int(),
});
export type OwnVote = z.infer<typeof OwnVote>;
