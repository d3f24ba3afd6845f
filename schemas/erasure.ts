/** What an erasure leaves behind: a proof, a tombstone, and a word where a dataset or a head was. None of them holds a plain id or a text. */
import { z } from 'zod';
import { Sha256 } from './primitives.ts';

/** An object that was rewritten (`after` is its new hash) or removed (`after` is null). */
export const ErasedPlace = z.object({
  key: z.string(),
  /** SHA-256 of what stood there; null where only older versions were left. */
  before: Sha256.nullable(),
  after: Sha256.nullable(),
  /** Stored versions that were removed for good. */
  versions: z.int(),
});
export type ErasedPlace = z.infer<typeof ErasedPlace>;

/** A version that is not there any more, and the one that stands in its place; null: none does. */
const Replaced = z.object({ name: z.string(), withdrawn: z.string(), version: z.string().nullable() });

/** What `assay erase` prints. */
export const ErasureReport = z.object({
  id: z.string(),
  /** Rows by table, and objects by what they are, that the person reached. */
  reached: z.record(z.string(), z.int()),
  datasets: z.array(Replaced),
  /** Heads that had the person in their training set; `why` says what came of it. */
  models: z.array(Replaced.extend({ why: z.string() })),
  /** Key of the proof. */
  proof: z.string(),
});
export type ErasureReport = z.infer<typeof ErasureReport>;

/** `erasures/<id>.json` */
export const ErasureProof = ErasureReport.omit({ proof: true }).extend({
  /** Keyed hash of the person's id: who holds the key and is told the id can say whose proof this is. */
  subject: z.string(),
  /** ISO 8601, UTC: when it began and ended. */
  began: z.string(),
  ended: z.string(),
  places: z.array(ErasedPlace),
  /** Files of drops that cannot be read as rows, so that nobody can say whom they name. */
  unread: z.array(z.string()),
  /** Datasets that hold nothing of the person, but were scored by a head that learned from them. */
  flagged: z.array(z.object({ dataset: z.string(), version: z.string(), why: z.string() })),
  /** How a third party checks it. */
  check: z.string(),
});
export type ErasureProof = z.infer<typeof ErasureProof>;

/** `withdrawn.json` beside what was a dataset's or a head's version. */
export const Withdrawn = z.object({
  erasure: z.string(),
  at: z.string(),
  /** The version that stands in its place. */
  version: z.string().nullable(),
});
export type Withdrawn = z.infer<typeof Withdrawn>;

/** `erasures/tombstones/<subject>.json`: what must not come back. */
export const Tombstone = z.object({
  subject: z.string(),
  /** Keyed hashes of the contents of their rows. */
  contents: z.array(z.string()),
});
export type Tombstone = z.infer<typeof Tombstone>;
