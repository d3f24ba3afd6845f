import { z } from 'zod';
import { Statement, Task } from './annotation.ts';
import { Sha256 } from './primitives.ts';

/** What a vote's bytes are: stored at `votes/<sha256>.json` before the vote is submitted, so histories hold only hashes. */
export const VoteBody = z.intersection(
  z.object({ seconds: z.number().min(0).nullable(), guideline: z.string() }),
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

export const ClaimRequest = z.object({
  annotator: z.string(),
  n: z.int().min(1).max(20),
  /** Only these items: somebody opens a certain one, or a recording answers what it has. */
  items: z.array(z.string()).max(20).optional(),
});
export type ClaimRequest = z.infer<typeof ClaimRequest>;

/** Items handed out and the time their lease ends (ms since epoch). */
export const ClaimGrant = z.object({ items: z.array(z.string()), leaseEnds: z.number() });
export type ClaimGrant = z.infer<typeof ClaimGrant>;

export const SubmitRequest = z.object({ annotator: z.string(), votes: z.array(VoteRef).min(1).max(20) });
export type SubmitRequest = z.infer<typeof SubmitRequest>;

export const SkipRequest = z.object({ annotator: z.string(), item: z.string(), reason: z.string().max(64) });
export type SkipRequest = z.infer<typeof SkipRequest>;

export const ReleaseRequest = z.object({ annotator: z.string(), items: z.array(z.string()).max(20) });
export type ReleaseRequest = z.infer<typeof ReleaseRequest>;

/** Where a batch stands. */
export const BatchState = z.object({
  run: z.string(),
  batch: z.int(),
  tasks: z.array(Task),
  items: z.int(),
  redundancy: z.int(),
  votes: z.int(),
  /** Votes still wanted. */
  open: z.int(),
  leased: z.int(),
  skipped: z.int(),
  done: z.boolean(),
});
export type BatchState = z.infer<typeof BatchState>;
