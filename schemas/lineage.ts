import { z } from 'zod';
import { Sha256 } from './primitives.ts';
import { TableRef } from './table.ts';
import { NumberedWaiver } from './waiver.ts';

/**
 * `datasets/<name>/<version>/lineage.json`: what the set was made from and by what. Row-level lineage (row ↔ drop, file, line,
 * votes, scores, rule) is in `data` and `decisions` Parquet, which carry each row's origin and item id.
 */
export const Lineage = z.object({
  dataset: z.object({ name: z.string(), version: z.string() }),
  drops: z.array(
    z.object({ drop: z.string(), license: z.string(), files: z.array(z.object({ file: z.string(), rows: z.int() })) }),
  ),
  tables: z.object({
    items: TableRef,
    annotations: z.array(TableRef),
    labels: TableRef,
    features: TableRef.nullable(),
    scores: TableRef.nullable(),
    /** People's marks merged, and what a head predicts. */
    heatmaps: z.array(TableRef).default([]),
  }),
  model: z
    .object({
      name: z.string(),
      version: z.string(),
      /** Null, as the two below, of a model behind another server. */
      encoder: z.string().nullable(),
      revision: z.string().nullable(),
      onnx: Sha256.nullable(),
    })
    .nullable(),
  rules: z.array(z.object({ step: z.string(), rule: z.string() })),
  /** Rules of the export that were waived, by whom and why. */
  waivers: z.array(NumberedWaiver).optional(),
  code: z.object({ name: z.literal('assay'), version: z.string() }),
});
export type Lineage = z.infer<typeof Lineage>;
