import { z } from 'zod';
import { RegionKind } from './annotation.ts';
import { Modality, Name } from './primitives.ts';

export const FORMATS = [
  'assay',
  'trl-preference',
  'hh-rlhf',
  'agreement-csv',
  'jsonl',
  'csv',
  'parquet',
  'images',
  'videos',
  'richhf',
  'videofeedback',
  'label-studio',
  'argilla',
] as const;
export const Format = z.enum(FORMATS);
export type Format = z.infer<typeof Format>;

/** Which column holds what, for the generic `jsonl`, `csv` and `parquet` formats. */
export const Columns = z
  .strictObject({
    id: z.string(),
    prompt: z.string(),
    response: z.string(),
    chosen: z.string(),
    rejected: z.string(),
    /** Two responses and which is better: `preferred` holds a|b|tie, 1|2|0, the column's name, or model_a|model_b|tie. */
    responseA: z.string(),
    responseB: z.string(),
    /** Path inside the drop of the medium a row judges (`images`, `videos`). */
    file: z.string(),
    /** Path, or list of paths, inside the drop of what the prompt shows. */
    promptFiles: z.string(),
    preferred: z.string(),
    modelA: z.string(),
    modelB: z.string(),
    rating: z.string(),
    label: z.string(),
    annotator: z.string(),
    language: z.string(),
    translatedFrom: z.string(),
    /** What a row is about, for quotas and caps. */
    domain: z.string(),
    model: z.string(),
    group: z.string(),
  })
  .partial();
export type Columns = z.infer<typeof Columns>;

/** `drop.json`, written last: its arrival says the drop is complete. */
export const DropManifest = z.strictObject({
  name: Name,
  modality: Modality,
  format: Format,
  /** Paths inside the drop; every other file is ignored. Absent: all files of the folder. */
  files: z.array(z.string()).optional(),
  columns: Columns.optional(),
  license: z.string().min(1),
  purpose: z.array(z.string().min(1)).min(1),
  collectedBy: z.string().optional(),
  consent: z.string().optional(),
  /** Column whose value names the person the row is about; only its keyed hash is kept. */
  subjectColumn: z.string().optional(),
  /**
   * Column that says whether the person consented: yes or no, or the purposes they consented to. A row whose person did not consent
   * to every purpose of the drop goes to quarantine.
   */
  consentColumn: z.string().optional(),
  /** What a region's label stands for, in formats whose labels are free (`label-studio`). */
  regionLabels: z.record(z.string(), RegionKind).optional(),
  /** Language of rows that do not state their own (BCP-47). */
  language: z.string().optional(),
  /** Path inside the drop of its `pipeline.yaml`. Absent: `pipeline.yaml` when it is there, else the defaults. */
  pipeline: z.string().optional(),
});
export type DropManifest = z.infer<typeof DropManifest>;

/** Limits on hostile input; durations in milliseconds, sizes in bytes. */
export const LIMITS = {
  rowBytes: 8 * 1024 * 1024,
  /** Expanded size of one compressed file, and its ratio to the compressed size. */
  expandedBytes: 16 * 1024 ** 3,
  expandedRatio: 200,
  imageBytes: 64 * 1024 ** 2,
  imagePixels: 100_000_000,
  videoBytes: 2 * 1024 ** 3,
  videoPixels: 7680 * 4320,
  videoSeconds: 4 * 3600,
  probeMs: 30_000,
  /** Resident memory of a process that decodes an image. */
  decoderBytes: 2 * 1024 ** 3,
  rowsPerShard: 10_000,
} as const;
