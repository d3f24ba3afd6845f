/** Retention: what is kept how long, what is held, and what a run of retention removed (S067). */
import { z } from 'zod';
import { When } from './when.ts';

/** Names with `*` for any run of characters. */
const Pattern = z
  .string()
  .max(64)
  .regex(/^(?:[a-z0-9]|\*)[a-z0-9._-]*(?:\*[a-z0-9._-]*){0,3}$/, 'a name, or one with a few `*` in it');

/** Whole days since an object was last written; it goes when they have passed. 0: as soon as nothing needs it. */
const days = z.int().min(0).max(36_500);

const rule = <C extends string, S extends z.ZodRawShape>(name: C, shape: S) =>
  z.strictObject({ class: z.literal(name), days, ...shape });

const drops = z.array(Pattern).min(1).optional();
/** Also what datasets still trace to. */
const evenIfTraced = z.boolean().default(false);

/** In their order: the first rule that an object falls under decides. */
export const RetentionRule = z.discriminatedUnion('class', [
  /** Raw files of drops whose runs have ended; `drop.json` stays. */
  rule('raw', { drops, evenIfTraced }),
  /** Rows that could not be used, with their bytes. */
  rule('quarantine', { drops }),
  /** Frames and upright copies of media that no export names. */
  rule('renditions', {}),
  /** What is made anew when it is asked for: indexes of encoded content, and what curation read of texts and media. */
  rule('caches', { drops, evenIfTraced }),
  /** Versions of datasets whose curation was refused or ended half-way: they were never published. */
  rule('unfinished', { days: days.min(1), datasets: z.array(Pattern).min(1).optional() }),
]);
export type RetentionRule = z.infer<typeof RetentionRule>;
export type RetentionClass = RetentionRule['class'];

const names = z.array(Pattern).default([]);

/** Nothing of what it names goes while it stands, whatever the rules say. */
export const Hold = z
  .strictObject({
    drops: names,
    datasets: names,
    /** Ids of people; stored as their keyed hashes. */
    subjects: z.array(z.string().min(1)).default([]),
    reason: z.string().trim().min(1),
    by: z.string().trim().min(1),
  })
  .refine((hold) => hold.drops.length + hold.datasets.length + hold.subjects.length > 0, {
    message: 'names no drop, no dataset and no subject',
  });
export type Hold = z.infer<typeof Hold>;

/** `retention.yaml` */
export const Retention = z.strictObject({
  /** How often it runs by itself; absent: when somebody asks. */
  when: When.optional(),
  rules: z.array(RetentionRule).min(1).max(100),
  holds: z.array(Hold).max(1000).default([]),
});
export type Retention = z.infer<typeof Retention>;

/** `retention/policies/<n>.json`: the newest holds. */
export const RetentionPolicy = Retention.extend({ by: z.string(), at: z.iso.datetime() });
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;

/** Why an object goes, or stays. */
export const RetentionReason = z.enum([
  'expired',
  'young',
  /** A hold names it, its drop or its dataset, or somebody whose rows its drop has. */
  'held',
  /** The run of its drop has not ended, or has failed: it can be started again. */
  'run-not-ended',
  /** A published dataset was made from it. */
  'traced',
  /** An export names it; of quarantine: no table names it yet, or it has no rows. */
  'in-use',
  /** No rule is for it. */
  'no-rule',
]);
export type RetentionReason = z.infer<typeof RetentionReason>;

/** Objects of one class with one fate, by the rule (its number in the policy, from 1) that decided. */
export const RetentionCount = z.object({
  class: z.string(),
  rule: z.int().nullable(),
  reason: RetentionReason,
  objects: z.int(),
  bytes: z.int(),
});
export type RetentionCount = z.infer<typeof RetentionCount>;

/** `retention/records/<n>.json` */
export const RetentionRecord = z.object({
  /** Of the run: the keys that went are in `retention/runs/<id>/`, some thousand a part. */
  id: z.string(),
  policy: z.int(),
  /** ISO 8601, UTC: the time by which ages were taken. */
  at: z.string(),
  /** What was found of the classes, with what became of it. */
  counts: z.array(RetentionCount),
  /** Objects that were removed, with all their versions. */
  removed: z.int(),
  /** Objects that were written again after the plan and so stayed. */
  changed: z.int(),
  parts: z.int(),
  holds: z.array(Hold),
});
export type RetentionRecord = z.infer<typeof RetentionRecord>;
