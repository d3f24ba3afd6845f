import { z } from 'zod';
import { Modality, Name, Sha256 } from './primitives.ts';

/** A frozen ONNX feature extractor (design §6). */
export const EncoderManifest = z.object({
  id: Name,
  modality: Modality,
  /** Hash of everything that decides its output: graph, preprocessing, tables. */
  revision: z.string(),
  dims: z.int(),
  license: z.string(),
  source: z.enum(['bundled']),
});
export type EncoderManifest = z.infer<typeof EncoderManifest>;

const interval = z.tuple([z.number(), z.number()]);

/** Measured on validation groups the head was not fitted on. */
export const HeadMetrics = z.object({
  accuracy: z.number(),
  /** Wilson 95 %. */
  accuracyCi: interval,
  /** Accuracy of "the longer response wins" (text) or the majority side, on the same pairs. */
  lengthOnlyAccuracy: z.number(),
  /** Validation pairs. */
  n: z.int(),
  trainPairs: z.int(),
  trainAccuracy: z.number(),
  ece: z.number(),
  nll: z.number(),
  temperature: z.number(),
});
export type HeadMetrics = z.infer<typeof HeadMetrics>;

/** `models/<name>/<version>/manifest.json` */
export const HeadManifest = z.object({
  name: Name,
  /** First 16 hex of the hash over its inputs and hyperparameters. */
  version: z.string(),
  kind: z.literal('bradley-terry'),
  modality: Modality,
  encoder: z.object({ id: z.string(), revision: z.string(), dims: z.int() }),
  /** Digests of the tables it was fitted on. */
  data: z.object({ items: Sha256, labels: Sha256, features: Sha256 }),
  hyperparameters: z.record(z.string(), z.union([z.number(), z.string()])),
  metrics: HeadMetrics,
  onnx: z.object({ file: z.literal('model.onnx'), sha256: Sha256, bytes: z.int() }),
});
export type HeadManifest = z.infer<typeof HeadManifest>;

/** What workflows pass to name a head. */
export const HeadRef = z.object({ name: Name, version: z.string(), metrics: HeadMetrics, promoted: z.boolean() });
export type HeadRef = z.infer<typeof HeadRef>;
