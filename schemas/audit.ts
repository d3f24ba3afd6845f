/** The log of decisions as it is stored and shown: who did what to what, each entry chained to the one before. */
import { z } from 'zod';
import { Sha256 } from './primitives.ts';

/** What is said of a decision. */
export const AuditRecord = z.strictObject({
  /** Tells equal decisions apart, and a write that is tried again from a second one. */
  id: z.uuid(),
  /** Milliseconds since epoch, by the clock of the server that wrote it. */
  at: z.number(),
  /** The subject: a keyed hash, or the name of a program (`service`, `command-line`). */
  by: z.string().min(1).max(200),
  /** What was done, as a verb: `sign-in`, `submit`, `approve`. */
  action: z.string().min(1).max(64),
  /** Ids of what it was done to; never what people wrote. */
  target: z.record(z.string().max(64), z.string().max(500)),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

export const AuditEntry = AuditRecord.extend({
  /** Counts from 1, without gaps. */
  n: z.int().min(1),
  /** Hash of the entry before; of the first, 64 zeros. */
  previous: Sha256,
  /** SHA-256 of the canonical JSON of everything else in the entry. */
  hash: Sha256,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** The end of the chain: noted elsewhere, it shows later whether anything was cut off. */
export const AuditHead = z.object({ n: z.int().min(0), hash: Sha256 });
export type AuditHead = z.infer<typeof AuditHead>;

/** The answer of `GET /api/audit?after=n`: the entries that follow, at most 1,000. */
export const AuditPage = z.object({ entries: z.array(AuditEntry) });
export type AuditPage = z.infer<typeof AuditPage>;
