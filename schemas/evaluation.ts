/** What of a head's evaluation and history people are shown. */
import { z } from 'zod';
import { KindReport } from './map-report.ts';
import type { HeadManifest } from './model.ts';

const interval = z.tuple([z.number(), z.number()]);
const estimate = z.object({ value: z.number(), ci: interval, n: z.int(), groups: z.int() });
const calibration = z.object({ ece: z.number(), brier: z.number(), nll: z.number() });
const right = z.object({ n: z.int(), accuracy: z.number(), ci: interval });
const robustness = z.object({
  clean: right,
  attacked: estimate,
  attacks: z.array(z.object({ attack: z.string(), accuracy: z.number() })),
});
const besideBaseline = right.extend({ baseline: z.number() });

/** `models/<name>/<version>/eval.json`, as far as pages and programs read it. */
export const HeadReport = z.looseObject({
  /** What accuracy counts. */
  counts: z.string(),
  baseline: z.string(),
  /** Head less baseline on the same examples. */
  gain: estimate,
  calibration: z.object({ n: z.int(), before: calibration, after: calibration }),
  slices: z.array(
    z.object({
      by: z.string(),
      slices: z.array(besideBaseline.extend({ value: z.string() })),
      worst: z.string(),
      maxGap: z.number(),
    }),
  ),
  /** Accuracy on a language, source or generator of heads that were fitted without it. */
  leaveOneOut: z
    .array(
      z.object({
        by: z.string(),
        rows: z.array(besideBaseline.extend({ held: z.string() })),
        skipped: z.array(z.object({ value: z.string(), reason: z.string() })),
        /** Maps on images of the value, by a head fitted without it. */
        maps: z.array(z.object({ held: z.string(), kinds: z.array(KindReport) })).default([]),
      }),
    )
    .default([]),
  /** Accuracy on each language, source or domain of heads that were fitted on one alone; absent where nobody asked. */
  transfer: z
    .object({
      by: z.string(),
      cells: z.array(besideBaseline.extend({ trainOn: z.string(), testOn: z.string() })),
      skipped: z.array(z.object({ value: z.string(), reason: z.string() })),
    })
    .optional(),
  length: z
    .object({
      winnerLonger: right,
      winnerShorter: right,
      correlation: z.number().nullable(),
      coefficient: z.object({ head: z.number(), labels: z.number() }),
    })
    .nullable(),
  styleShare: z.number().nullable(),
  /** Of a head that was fitted on attacked twins: it, one without them, and length, on rewritten responses. */
  robustness: z
    .object({
      augmented: robustness,
      plain: robustness,
      lengthOnly: robustness,
      gain: z.object({ clean: estimate, attacked: estimate }),
    })
    .nullish(),
  aspects: z.array(
    z.object({
      aspect: z.string(),
      n: z.int(),
      rmse: z.number(),
      rmseOfMean: z.number(),
      pearson: z.number().nullish(),
      spearman: z.number().nullable(),
      /** Of the correlations; absent in evaluations made before they were measured. */
      ci: z.object({ pearson: interval.nullable(), spearman: interval.nullable() }).optional(),
    }),
  ),
  ood: z
    .object({ threshold: z.number(), quantile: z.number(), trainShare: z.number(), validationShare: z.number() })
    .nullable(),
  meanStd: z.number().nullable(),
  contradictoryPairs: z.int(),
  unknownLanguages: z.int(),
  notes: z.array(z.string()),
  /** Of rich-feedback heads. */
  maps: z.object({ kinds: z.array(KindReport) }).optional(),
});
export type HeadReport = z.infer<typeof HeadReport>;

/** `models/<name>/promotions/<n>.json` */
export const PromotionRecord = z.object({
  version: z.string(),
  kind: z.enum(['promote', 'rollback']),
  /** What served before; null where nothing did. */
  previous: z.string().nullable(),
  /** What the gate said, or why it was passed over. */
  reason: z.string(),
  by: z.string(),
  note: z.string(),
});
export type PromotionRecord = z.infer<typeof PromotionRecord>;

/** All there is to say about a head. */
export interface ModelReport {
  readonly manifest: HeadManifest;
  /** The version that serves under this name, or null. */
  readonly serving: string | null;
  /** Every version of this name, the newest first; times are in milliseconds since 1970. */
  readonly versions: readonly { readonly version: string; readonly at: number }[];
  /** Null where there is none that can be read. */
  readonly evaluation: HeadReport | null;
  /** What it cannot do, in plain words. */
  readonly limits: readonly string[];
  /** Oldest first; the last one holds. */
  readonly promotions: readonly (PromotionRecord & { readonly at: number | null })[];
}
