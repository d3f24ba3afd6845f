import { z } from 'zod';
import { Task } from './annotation.ts';
import { DatasetRef, FunnelStep } from './dataset.ts';
import { RegionSummary } from './heatmap.ts';
import { LabelSummary } from './label.ts';
import { HeadRef } from './model.ts';
import { Modality } from './primitives.ts';
import { Escalated } from './sensitive.ts';

export const IngestCounts = z.object({
  files: z.int(),
  /** Rows read, and files that could not be read at all (one each). */
  rowsIn: z.int(),
  /** Rows that became (part of) an item. rowsIn = rowsOut + quarantined, always. */
  rowsOut: z.int(),
  quarantined: z.int(),
  items: z.int(),
  annotations: z.int(),
  media: z.int(),
  languages: z.record(z.string(), z.int()),
});
export type IngestCounts = z.infer<typeof IngestCounts>;

/** A head that was not trained, and why. */
export const Skipped = z.object({ code: z.string(), reason: z.string() });
export type Skipped = z.infer<typeof Skipped>;

/** A task whose agreement is below `aggregate.minAlpha`; α is null where no item has two votes to compare. */
export const BelowAlpha = z.object({ task: Task, alpha: z.number().nullable(), wanted: z.number() });
export type BelowAlpha = z.infer<typeof BelowAlpha>;

/** `runs/<run>/report.json`: the run's figures, what UI, CLI and console show. */
export const RunReport = z.object({
  run: z.string(),
  drop: z.string(),
  modality: Modality,
  status: z.enum(['completed', 'rejected']),
  counts: IngestCounts,
  collected: z.object({ batches: z.int(), votes: z.int() }),
  /** Sensitive items that nobody was asked about, by round; absent where there are none. */
  escalated: z.array(Escalated).optional(),
  labels: z.array(LabelSummary),
  /** Tasks below the least agreement when the run was last judged, and who let it go on all the same. */
  belowAlpha: z.array(BelowAlpha).optional(),
  overriddenBy: z.string().optional(),
  /** Agreement on where images were marked; empty where nobody marked any. */
  regions: z.array(RegionSummary).default([]),
  models: z.array(HeadRef),
  /** What the scores are of: the head trained here, or what `score.model` names; null where nothing was scored. */
  scoredBy: z.object({ name: z.string(), version: z.string() }).nullable().default(null),
  trainingSkipped: Skipped.nullable(),
  datasets: z.array(DatasetRef),
  funnel: z.array(FunnelStep),
  /** Set by the first clock reading of the workflow and its last: wall-clock seconds. */
  seconds: z.number(),
});
export type RunReport = z.infer<typeof RunReport>;
