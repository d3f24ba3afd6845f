import { z } from 'zod';
import { Language, Modality, Origin, Sha256 } from './primitives.ts';

export const Message = z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() });
export type Message = z.infer<typeof Message>;

/** What probing the bytes found; never what the file's name or producer claims. */
export const Media = z.object({
  sha256: Sha256,
  type: z.enum([
    'image/jpeg',
    'image/png',
    'image/webp',
    'image/avif',
    'image/gif',
    'video/mp4',
    'video/webm',
    'video/x-matroska',
  ]),
  bytes: z.int(),
  width: z.int(),
  height: z.int(),
  /** Video only. */
  seconds: z.number().nullable(),
  fps: z.number().nullable(),
  frames: z.int().nullable(),
});
export type Media = z.infer<typeof Media>;

/** One candidate output: text, or one medium, with the model that made it. */
export const Response = z.object({
  model: z.string().nullable(),
  text: z.string().nullable(),
  media: Media.nullable(),
});
export type Response = z.infer<typeof Response>;

/** One thing to judge: a prompt and 1..k responses. */
export const Item = z.object({
  /** `it_` + 32 hex, from drop and external id (or file and row): opaque, stable, safe in Temporal histories. */
  id: z.string().regex(/^it_[0-9a-f]{32}$/),
  /** The id the producer gave, if any. */
  externalId: z.string().nullable(),
  modality: Modality,
  language: Language.nullable(),
  /** Language of the original that prompt and responses were translated from; null: an original, or nobody said. */
  translatedFrom: Language.nullable(),
  /** What it is about, as its producer says; null: nobody said. */
  domain: z.string().min(1).nullable().default(null),
  /** Items of one group never straddle a train/validation split. Default: hash of the prompt. */
  group: z.string(),
  prompt: z.array(Message),
  /** What the prompt shows beside its text, in order; null: nothing. */
  promptMedia: z.array(Media).nullable().default(null),
  responses: z.array(Response).min(1),
  /** SHA-256 of the canonical JSON of prompt, its media and responses: equal content, equal hash. Exact dedup keys on it. */
  contentHash: Sha256,
  origin: Origin,
});
export type Item = z.infer<typeof Item>;
