/** `datasets/<name>/<version>/selection.json`: what selection wrote, from which exports and the manifest are made. */
import { z } from 'zod';
import { FunnelStep } from '../../schemas/dataset.ts';
import { keys } from '../../schemas/keys.ts';
import { ExportFormat } from '../../schemas/pipeline.ts';
import { Modality } from '../../schemas/primitives.ts';
import { Shard } from '../../schemas/table.ts';
import type { ObjectStore } from '../ports.ts';

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
  formats: z.array(ExportFormat),
  /** Formats that `auto` left out, and what they would have needed. */
  leftOut: z.array(z.object({ format: ExportFormat, needs: z.string() })),
  data: z.array(z.object({ split: z.enum(['train', 'validation']), shard: Shard })),
  decisions: z.array(Shard),
});
export type SelectionFile = z.infer<typeof SelectionFile>;

export const selectionKey = (name: string, version: string): string =>
  keys.datasetFile(name, version, 'selection.json');

/** The selection of a dataset version. Throws ASY-3002 where there is none. */
export const readSelection = async (objects: ObjectStore, name: string, version: string): Promise<SelectionFile> =>
  SelectionFile.parse(JSON.parse((await objects.get(selectionKey(name, version))).toString('utf8')));
