/** Rows that examining items leaves under `runs/<run>/examine-<digest>/`: what selection merges with labels and scores. */
import { z } from 'zod';
import { Bytes } from '../../schemas/primitives.ts';

/** What a text filter found in one text: `filter` is its number in `curate.filters`, `response` −1 for the prompt. Holds nothing of the text. */
export const FindingRow = z.object({
  item: z.string(),
  filter: z.int(),
  response: z.int(),
  value: z.number(),
  detail: z.string().nullable(),
  reason: z.string().nullable(),
});
export type FindingRow = z.infer<typeof FindingRow>;

/** The longest run of words that an item shares with a benchmark. */
export const OverlapRow = z.object({
  item: z.string(),
  benchmark: z.string(),
  /** Id of its row. */
  row: z.string(),
  /** −1: in the prompt. */
  response: z.int(),
  words: z.int(),
  /** Where it stands, in code points, and what it is there. */
  start: z.int(),
  end: z.int(),
  span: z.string(),
});
export type OverlapRow = z.infer<typeof OverlapRow>;

/** What near-duplicates are told by. Hashes are 32-bit numbers, little-endian; those of all responses stand in a row. */
export const SignatureRow = z.object({
  /** The item, or of an earlier dataset its name, version and item. */
  id: z.string(),
  item: z.string(),
  /** The dataset that holds it; null: the drop of this run. */
  earlier: z.string().nullable(),
  file: z.string(),
  line: z.int(),
  shown: z.string(),
  keys: z.array(z.int()),
  prompt: Bytes,
  responses: Bytes,
  lengths: z.array(z.int()),
  /** Perceptual hashes in hexadecimal, empty for a blank frame. */
  frames: z.array(z.array(z.string())),
});
export type SignatureRow = z.infer<typeof SignatureRow>;

/** An item that shares a key with another. */
export const IdRow = z.object({ id: z.string() });

/** Two ids of one cluster. */
export const EdgeRow = z.object({ a: z.string(), b: z.string() });

/** The least id of an id's cluster. */
export const MemberRow = z.object({ id: z.string(), root: z.string() });

/** An item of a cluster of near-duplicates; `cluster` is the id of its first member, and what is said of others refers to that one. */
export const NearRow = z.object({
  item: z.string(),
  cluster: z.string(),
  similarity: z.number(),
  sides: z.array(z.int()),
  /** An earlier dataset with a row of the cluster, and that row's item. */
  earlier: z.string().nullable(),
  earlierItem: z.string().nullable(),
});
export type NearRow = z.infer<typeof NearRow>;
