/** What an erasure has to do, noted before anything is changed: afterwards nobody can find it any more. Ids, hashes and keys only. */
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { Sha256 } from '../../schemas/primitives.ts';
import { Shard, TableName } from '../../schemas/table.ts';
import type { ObjectStore } from '../ports.ts';
import { readReceipt } from '../receipts.ts';

const Version = z.object({ name: z.string(), version: z.string() });

/** A raw file with rows that name the person. */
const ReachedFile = z.object({
  path: z.string(),
  /** Of the file as it was found: one that has another was rewritten already. */
  sha256: Sha256,
  /** Rows that go as a whole, and those that keep what others say. */
  emptied: z.array(z.int()),
  cut: z.array(z.int()),
});

const ReachedDrop = z.object({
  drop: z.string(),
  files: z.array(ReachedFile),
  /** Media files of the drop that no row but theirs names. */
  media: z.array(z.string()),
  /** How far the drop had come, and so what has to be done anew. */
  again: z.enum(['none', 'ingest', 'run']),
});
export type ReachedDrop = z.infer<typeof ReachedDrop>;

export const ErasurePlan = z.object({
  subject: z.string(),
  began: z.string(),
  drops: z.array(ReachedDrop),
  /** Items that go, and those that stay but have an annotation of the person. */
  items: z.array(z.string()),
  touched: z.array(z.string()),
  /** Shards with rows that hold something of the person, or were made from it. */
  shards: z.array(z.object({ table: TableName, shard: Shard })),
  /** Hashes of media that only their items show. */
  media: z.array(Sha256),
  /** Keyed hashes of the contents of their items. */
  contents: z.array(z.string()),
  /** Keys of answers, notes, a profile: what only they wrote. */
  own: z.array(z.string()),
  studies: z.array(z.string()),
  datasets: z.array(Version),
  models: z.array(Version),
  reached: z.record(z.string(), z.int()),
  unread: z.array(z.string()),
});
export type ErasurePlan = z.infer<typeof ErasurePlan>;

/** The plan of an erasure that is under way. Throws ASY-6405. */
export const readPlan = async (objects: ObjectStore, id: string): Promise<ErasurePlan> => {
  const plan = await readReceipt(objects, keys.erasureStep(id, 'plan'));
  if (plan === null) throw new AssayError('ASY-6405', { id });
  return ErasurePlan.parse(plan);
};
