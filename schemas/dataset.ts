import { z } from 'zod';
import { Task } from './annotation.ts';
import { HeatmapRow } from './heatmap.ts';
import { Media, Message, Response } from './item.ts';
import { ExportFormat } from './pipeline.ts';
import { Modality, Name, Origin, Sha256 } from './primitives.ts';
import { Shard, TableRef } from './table.ts';
import { NumberedWaiver } from './waiver.ts';

/** A row of `datasets/<name>/<version>/data/*.parquet`: everything an exporter needs, nothing it must look up. */
export const DatasetRow = z.object({
  item: z.string(),
  split: z.enum(['train', 'validation']),
  modality: Modality,
  language: z.string().nullable(),
  translatedFrom: z.string().nullable(),
  group: z.string(),
  task: Task.nullable(),
  prompt: z.array(Message),
  /** What the prompt shows beside its text; null: nothing. */
  promptMedia: z.array(Media).nullable().default(null),
  responses: z.array(Response),
  /** Index of the preferred response; null where there is no preference (a single rated or unlabelled response). */
  chosen: z.int().nullable(),
  rejected: z.int().nullable(),
  /** Mean over aspects of the mean rating of response 0; null where nothing was rated. */
  rating: z.number().nullable(),
  ratings: z.record(z.string(), z.number()).nullable(),
  /** For binary labels: whether response 0 is good. */
  good: z.boolean().nullable(),
  agreement: z.number().nullable(),
  pFlip: z.number().nullable(),
  /** Votes behind the label. */
  n: z.int(),
  /** Reward per response, in order; null where not scored. */
  scores: z.array(z.number()).nullable(),
  /** Heatmaps of its responses, people's before predicted ones; null where there is none. */
  heatmaps: z
    .array(
      HeatmapRow.pick({
        response: true,
        kind: true,
        source: true,
        width: true,
        height: true,
        mass: true,
        words: true,
        key: true,
        sha256: true,
      }),
    )
    .nullable()
    .default(null),
  /** Video: what the model says of each segment of each response; null otherwise. */
  segments: z
    .array(z.array(z.object({ at: z.number(), value: z.number() })))
    .nullable()
    .default(null),
  /** How much better people say the chosen response is: mean strength of the winning votes, 1 slightly … 4 much; null: not said. */
  strength: z.number().nullable().default(null),
  /** Labels of the steps of each response, in order: mean of 1 right, 0 neutral, −1 wrong; as far as they were judged. Null: none were. */
  steps: z.array(z.array(z.number())).nullable().default(null),
  origin: Origin,
});
export type DatasetRow = z.infer<typeof DatasetRow>;

/** One item's way through the funnel: the step that took it out, or `selected`. */
export const Decision = z.object({
  item: z.string(),
  step: z.string(),
  rule: z.string(),
  kept: z.boolean(),
  reason: z.string(),
  /** The figures the rule looked at. */
  values: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  origin: Origin,
});
export type Decision = z.infer<typeof Decision>;

/** A row of `dedup/clusters.parquet`: a member of a cluster of copies and near-copies among the items that came to the step. */
export const ClusterRow = z.object({
  item: z.string(),
  /** Number of its cluster. */
  cluster: z.int(),
  kept: z.boolean(),
  /** The member that stays, or the earlier dataset's; null where labels contradict each other and none does. */
  canonical: z.string().nullable(),
  /** What joins it with the cluster's first member; null: a dataset from before it was told. */
  kind: z.enum(['exact', 'lexical', 'perceptual', 'semantic']).nullable().default(null),
  /** To the cluster's first member; 1 between copies. */
  similarity: z.number(),
  reason: z.enum(['canonical', 'duplicate', 'conflict', 'in-earlier-dataset']),
});
export type ClusterRow = z.infer<typeof ClusterRow>;

export const FunnelStep = z.object({
  step: z.string(),
  in: z.int(),
  out: z.int(),
  /** Items taken out by reason; they sum to `in − out`. */
  reasons: z.record(z.string(), z.int()),
});
export type FunnelStep = z.infer<typeof FunnelStep>;

export const ExportedFiles = z.object({
  format: ExportFormat,
  rows: z.int(),
  files: z.array(z.object({ path: z.string(), sha256: Sha256, bytes: z.int(), rows: z.int() })),
});
export type ExportedFiles = z.infer<typeof ExportedFiles>;

/** `datasets/<name>/<version>/manifest.json`, committed last with If-None-Match: *. It holds no clock: equal inputs, equal bytes. */
export const DatasetManifest = z.object({
  name: Name,
  /** First 16 hex of the hash over inputs and config. */
  version: z.string(),
  modality: Modality,
  rows: z.int(),
  splits: z.record(z.string(), z.int()),
  languages: z.record(z.string(), z.int()),
  sources: z.array(z.object({ drop: z.string(), license: z.string(), rows: z.int() })),
  funnel: z.array(FunnelStep),
  inputs: z.object({ items: TableRef, labels: TableRef, scores: TableRef.nullable() }),
  model: z.object({ name: z.string(), version: z.string() }).nullable(),
  config: z.unknown(),
  data: z.array(Shard),
  decisions: z.array(Shard),
  /** Who was found near whom, and which stayed; null where nobody looked. */
  clusters: Shard.nullable().default(null),
  exports: z.array(ExportedFiles),
  /** By which its rows may be in it, though they break a rule of its exports. */
  waivers: z.array(NumberedWaiver).optional(),
  files: z.array(z.object({ path: z.string(), sha256: Sha256, bytes: z.int() })),
});
export type DatasetManifest = z.infer<typeof DatasetManifest>;

/** `datasets/<name>/releases/<n>.json`: which version stands for the name from here on. */
export const ReleaseRecord = z.object({
  version: z.string(),
  kind: z.enum(['publish', 'rollback']),
  /** What stood before; null where nothing did. */
  previous: z.string().nullable(),
  by: z.string(),
  note: z.string(),
});
export type ReleaseRecord = z.infer<typeof ReleaseRecord>;

/** What workflows pass to name a dataset. */
export const DatasetRef = z.object({ name: Name, version: z.string(), rows: z.int() });
export type DatasetRef = z.infer<typeof DatasetRef>;
