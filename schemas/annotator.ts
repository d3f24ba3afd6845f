/** What is known of an annotator beyond their votes: `annotators/<subject>.json`. No names: the subject is a keyed hash. */
import { z } from 'zod';
import { Language, Name } from './primitives.ts';

const Word = z.string().regex(/^[a-z0-9][a-z0-9._:-]{0,62}$/, 'use 1–63 of a–z, 0–9, ".", "_", ":", "-"');

export const AnnotatorProfile = z.strictObject({
  subject: z.string().min(1).max(200),
  /** What they are trained for; `annotate.requires.skills` asks for it. */
  skills: z.array(Word).max(50).default([]),
  languages: z.array(Language).max(50).default([]),
  /** The company that sends them; null: nobody does. */
  vendor: Word.nullable().default(null),
  /** Groups whose votes are counted apart and may have quotas: `region:eu`, `age:18-30`. */
  groups: z.array(Word).max(20).default([]),
  /** Cost of an hour in the operator's currency; null: not counted. */
  hourlyCost: z.number().min(0).nullable().default(null),
  /** Inactive: gets no work. */
  active: z.boolean().default(true),
});
export type AnnotatorProfile = z.infer<typeof AnnotatorProfile>;

/** What an annotator chose for themselves: `annotators/<subject>.preferences.json`. */
export const Preferences = z.strictObject({
  /** Words or phrases: an item that has one is never shown to them. */
  optOut: z.array(z.string().trim().min(2).max(64)).max(50).default([]),
  /** A reminder to rest after so many minutes of work; null: none. */
  breakMinutes: z.int().min(5).max(240).nullable().default(50),
});
export type Preferences = z.infer<typeof Preferences>;

/** When somebody worked, oldest first: [began, last sign] in ms since epoch. `annotators/<subject>.worked.json`. */
export const Stretches = z.array(z.tuple([z.number(), z.number()]).readonly()).readonly();
export type Stretches = z.infer<typeof Stretches>;

/** Runs open to somebody, with what they ask. */
export const OpenRun = z.object({ run: Name, batches: z.int() });
export type OpenRun = z.infer<typeof OpenRun>;
