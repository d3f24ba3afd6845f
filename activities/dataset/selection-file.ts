/** `datasets/<name>/<version>/selection.json`: what selection wrote, from which exports and the manifest are made. */
import { z } from 'zod';
import { FunnelStep } from '../../schemas/dataset.ts';
import { keys } from '../../schemas/keys.ts';
import { ExportConfig, ExportFormat } from '../../schemas/pipeline.ts';
import { Modality } from '../../schemas/primitives.ts';
import { Shard } from '../../schemas/table.ts';
import type { ObjectStore } from '../ports.ts';

const estimate = z.object({ n: z.int(), mean: z.number(), ci: z.tuple([z.number(), z.number()]).nullable() });

/** One model's responses: people's ratings by aspect, and how much of its images is marked, by kind and who marked. */
export const Generator = z.object({
  model: z.string(),
  /** Items whose first or chosen response it made, and how many of them were selected. */
  n: z.int(),
  selected: z.int(),
  ratings: z.record(z.string(), estimate),
  mass: z.record(z.string(), estimate),
});
export type Generator = z.infer<typeof Generator>;

export const SelectionFile = z.object({
  modality: Modality,
  rows: z.int(),
  splits: z.record(z.string(), z.int()),
  languages: z.record(z.string(), z.int()),
  tasks: z.record(z.string(), z.int()),
  sources: z.array(
    z.object({
      drop: z.string(),
      license: z.string(),
      rows: z.int(),
      files: z.array(z.object({ file: z.string(), rows: z.int() })),
    }),
  ),
  funnel: z.array(FunnelStep),
  /** Ends of the rating scale, where anything was rated. */
  scale: z.object({ min: z.number(), max: z.number() }).nullable(),
  /** Whether any row shows media: every format then has its form with pictures. */
  visual: z.boolean().default(false),
  pairs: ExportConfig.shape.pairs,
  masks: ExportConfig.shape.masks,
  /** Bins of conditional SFT; null where it was not asked for. */
  conditional: z
    .object({ by: z.enum(['rating', 'score']), edges: z.array(z.number()) })
    .nullable()
    .default(null),
  formats: z.array(ExportFormat),
  /** Formats that `auto` left out, and what they would have needed. */
  leftOut: z.array(z.object({ format: ExportFormat, needs: z.string() })),
  /** What is known of each model that made responses; empty where nobody named one. */
  generators: z.array(Generator).default([]),
  data: z.array(z.object({ split: z.enum(['train', 'validation']), shard: Shard })),
  decisions: z.array(Shard),
  clusters: Shard.nullable().default(null),
  /** Items taken out because copies or near-copies contradict each other. */
  conflicts: z.int().default(0),
  /** Rows in which personal data was redacted, and how much of it by kind; `face` counts faces in pictures. */
  redacted: z.object({ rows: z.int(), kinds: z.record(z.string(), z.int()) }).default({ rows: 0, kinds: {} }),
});
export type SelectionFile = z.infer<typeof SelectionFile>;

/** Where a dataset version has its clusters of copies and near-copies. */
export const CLUSTERS = 'dedup/clusters.parquet';

export const selectionKey = (name: string, version: string): string =>
  keys.datasetFile(name, version, 'selection.json');

/** The selection of a dataset version. Throws ASY-3002 where there is none. */
export const readSelection = async (objects: ObjectStore, name: string, version: string): Promise<SelectionFile> =>
  SelectionFile.parse(JSON.parse((await objects.get(selectionKey(name, version))).toString('utf8')));
