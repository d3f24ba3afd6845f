/** Rows that examining items leaves under `runs/<run>/examine-<digest>/`: what selection merges with labels and scores. */
import { z } from 'zod';
import { Media } from '../../schemas/item.ts';
import { Bytes, Sha256 } from '../../schemas/primitives.ts';

/** What a filter found in one text or medium: `filter` is its number in `curate.filters`, `response` −1 for the prompt. Holds nothing of the text. */
export const FindingRow = z.object({
  item: z.string(),
  filter: z.int(),
  response: z.int(),
  value: z.number(),
  detail: z.string().nullable(),
  reason: z.string().nullable(),
});
export type FindingRow = z.infer<typeof FindingRow>;

/** The picture that stands for another (`sha256`), in which so many faces were made unrecognisable. */
export const RedactedRow = z.object({ sha256: Sha256, faces: z.int(), media: Media });
export type RedactedRow = z.infer<typeof RedactedRow>;

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

/** The text nearest in meaning to a question of a benchmark. */
export const ResemblanceRow = z.object({
  item: z.string(),
  benchmark: z.string(),
  /** Id of its row, and its line in the file. */
  row: z.string(),
  line: z.int(),
  /** −1: the prompt. */
  response: z.int(),
  similarity: z.number(),
  /** The question's beginning. */
  question: z.string(),
});
export type ResemblanceRow = z.infer<typeof ResemblanceRow>;

/** Embeddings of an item's texts: float32 numbers, little-endian; of prompt and responses one after the other. */
export const MeaningRow = z.object({
  id: z.string(),
  shown: z.string(),
  responses: z.int(),
  /** Hashes of what the prompt, and each response, must share with another's; none where nobody asked, or of before anybody could. */
  particulars: z.array(z.int()).nullable().default(null),
  /** The item as one vector, by which it is put into a cluster. */
  point: Bytes,
  vectors: Bytes,
});
export type MeaningRow = z.infer<typeof MeaningRow>;

/** A cluster's centre: float64 numbers, little-endian. */
export const CenterRow = z.object({ cluster: z.int(), center: Bytes });

/** A cluster that an item is in. */
export const PlaceRow = z.object({ id: z.string(), cluster: z.int() });

/** An item among those that are compared with each other. */
export const BlockRow = z.object({ id: z.string(), block: z.int() });
export type BlockRow = z.infer<typeof BlockRow>;

/** An item that shares a key with another. */
export const IdRow = z.object({ id: z.string() });

/** Two ids of one cluster. */
export const EdgeRow = z.object({ a: z.string(), b: z.string() });
export type EdgeRow = z.infer<typeof EdgeRow>;

/** The least id of an id's cluster, and of its cluster by words, pictures and frames alone. */
export const MemberRow = z.object({ id: z.string(), root: z.string(), literal: z.string() });

/** An item of a cluster of near-duplicates; `cluster` is the id of its first member, and what is said of others refers to that one. */
export const NearRow = z.object({
  item: z.string(),
  cluster: z.string(),
  /** What joins it with that member; null: found before meaning was looked at. */
  kind: z.enum(['lexical', 'perceptual', 'semantic']).nullable().default(null),
  similarity: z.number(),
  sides: z.array(z.int()),
  /** An earlier dataset with a row of the cluster, and that row's item. */
  earlier: z.string().nullable(),
  earlierItem: z.string().nullable(),
});
export type NearRow = z.infer<typeof NearRow>;
