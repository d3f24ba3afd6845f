/** What a head will be fitted on and how: read from labels, kept as Parquet beside the head and as a receipt of the run. */
import { z } from 'zod';
import { hashOf } from '../../models/hash.ts';
import type { ResponseRef } from '../../models/pairs.ts';
import type { HeadConfig } from '../../models/training/examples.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { Label } from '../../schemas/label.ts';
import { HeadKind } from '../../schemas/model.ts';
import { type PipelineConfig, TrainConfig } from '../../schemas/pipeline.ts';
import { Modality } from '../../schemas/primitives.ts';
import { Skipped } from '../../schemas/run-report.ts';
import { Shard, TableRef } from '../../schemas/table.ts';
import type { TableStore } from '../ports.ts';
import { type MarkedImage, markedImages } from './draw-images.ts';
import { drawExamples, drawRich, lackOf, NO_MARKS, objectiveOf } from './examples.ts';
import { ExampleRow, PairRow, SEED } from './rows.ts';
import { responseName } from './set.ts';

/** With fewer training pairs than this there is nothing to fit, whatever the configuration says. */
export const LEAST = 2;

const EncoderFacts = z.object({ id: z.string(), revision: z.string(), dims: z.int() });
export type EncoderFacts = z.infer<typeof EncoderFacts>;

/** The receipt that fitting starts from. */
export const TrainingPlan = z.object({
  modality: Modality,
  items: TableRef,
  labels: TableRef,
  features: TableRef,
  /** People's marks, merged; a plan from before them has none. */
  heatmaps: TableRef.nullable().default(null),
  encoder: EncoderFacts,
  config: TrainConfig,
  objective: HeadKind,
  /** Null where there are too few pairs to train on. */
  pairs: Shard.nullable(),
  /** Lists or figures; null where the objective is fitted on pairs alone. */
  examples: Shard.nullable(),
  /** Pairs (or marks) before sampling, and those to fit on. */
  usable: z.int(),
  train: z.int(),
  /** What the labels lack for the configuration. */
  lack: Skipped.nullable(),
});
export type TrainingPlan = z.infer<typeof TrainingPlan>;

export interface Sources {
  readonly items: TableRef;
  readonly labels: TableRef;
  readonly features: TableRef;
  readonly heatmaps: TableRef | null;
}

/** What says which data a head was fitted on; without marks as before there were any. */
export const digestsOf = ({ items, labels, features, heatmaps }: Sources) => ({
  items: items.digest,
  labels: labels.digest,
  features: features.digest,
  ...(heatmaps === null ? {} : { heatmaps: heatmaps.digest }),
});

/** The encoder whose features a table holds; null where it holds none. */
export const encoderOf = async (tables: TableStore, features: TableRef): Promise<EncoderFacts | null> => {
  const sql = 'SELECT encoder AS id, revision, dims FROM {features} LIMIT 1';
  for await (const row of tables.query<EncoderFacts>(sql, { features })) return row;
  return null;
};

/** What decides a head beside its data. */
const decisive = (config: PipelineConfig['train']) => {
  const { objective, margin, flips, ensemble, languages, aspects, oodQuantile, leaveOneOut, transfer } = config;
  const { validation, l2, maxPairs } = config;
  return {
    objective,
    margin,
    flips,
    ensemble,
    languages,
    aspects,
    oodQuantile,
    leaveOneOut,
    ...(transfer === undefined ? {} : { transfer }),
    validation,
    l2,
    maxPairs,
    seed: SEED,
  };
};

/** The configuration as training takes it. */
export const headConfig = (config: PipelineConfig['train'], objective: HeadKind): HeadConfig => {
  const { margin, flips, l2, ensemble, languages, aspects, oodQuantile } = config;
  return { objective, margin, flips, l2, ensemble, languages, aspects, oodQuantile, seed: SEED };
};

const flat = (value: object, prefix = ''): [string, number | string][] =>
  Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    inner !== null && typeof inner === 'object'
      ? flat(inner, `${prefix}${key}.`)
      : [[`${prefix}${key}`, inner as number | string] as [string, number | string]],
  );

/** The manifest's hyperparameters: one entry per setting, nested ones by dotted names. */
export const hyperparametersOf = (
  config: PipelineConfig['train'],
  objective: HeadKind,
): Record<string, number | string> => Object.fromEntries(flat({ ...decisive(config), objective }));

/** First 16 hex of the hash over everything a head depends on: digests of its data, the encoder's revision, the configuration. */
export const headVersion = (
  data: Readonly<Record<string, string>>,
  encoder: EncoderFacts | null,
  config: PipelineConfig['train'],
): string => hashOf({ ...data, encoder: encoder?.revision ?? null, config: decisive(config) }).slice(0, 16);

/** Responses that were not encoded (they have no text or medium): no example can use them. */
const missingFeatures = async (tables: TableStore, { items, features }: Sources): Promise<Set<string>> => {
  const sql = `SELECT r.item, r.response
    FROM (SELECT id AS item, unnest(range(len(responses))) AS response FROM {items}) r
    ANTI JOIN {features} f ON r.item = f.item AND r.response = f.response`;
  const missing = new Set<string>();
  for await (const row of tables.query<ResponseRef>(sql, { items, features }))
    missing.add(responseName(row.item, row.response));
  return missing;
};

/** Labels that say which response is better, or how good one is. */
const COMPARING = `SELECT * FROM {labels} WHERE (task = 'pairwise' AND category IN ('a', 'b')) OR task IN ('ranking', 'rating', 'binary')`;

interface Known {
  readonly labels: readonly Label[];
  readonly groupOf: (item: string) => string;
  readonly lacks: (ref: ResponseRef) => boolean;
}

const readKnown = async (tables: TableStore, sources: Sources): Promise<Known> => {
  const groups = new Map<string, string>();
  const groupSql = 'SELECT id, "group" AS name FROM {items}';
  for await (const { id, name } of tables.query<{ id: string; name: string }>(groupSql, { items: sources.items }))
    groups.set(id, name);
  const labels: Label[] = [];
  for await (const label of tables.query<Label>(COMPARING, { labels: sources.labels })) labels.push(label);
  const missing = await missingFeatures(tables, sources);
  return {
    labels,
    groupOf: (item) => groups.get(item) ?? item,
    lacks: ({ item, response }) => missing.has(responseName(item, response)),
  };
};

/** Images to learn maps from: none where nothing was marked, or the encoder has no patches. */
const imagesOf = async (tables: TableStore, { features, heatmaps }: Sources): Promise<MarkedImage[]> => {
  const images = heatmaps === null || heatmaps.rows === 0 ? [] : await markedImages(tables, { features, heatmaps });
  return images.some(({ mass }) => mass > 0) ? images : [];
};

const NO_STEPS = 'features of each step, which only `assay model train` makes';

const skippedFor = ({ code, message }: AssayError): Skipped => ({ code, reason: message });

/** Draws the plan of a version; its examples are written beside the head where there are enough of them. */
export const drawPlan = async (
  tables: TableStore,
  place: { readonly name: string; readonly version: string },
  { modality, ...sources }: Sources & { readonly modality: Modality },
  encoder: EncoderFacts | null,
  config: PipelineConfig['train'],
): Promise<TrainingPlan> => {
  const nothing: Known = { labels: [], groupOf: (item) => item, lacks: () => true };
  const { labels, groupOf, lacks } = encoder === null ? nothing : await readKnown(tables, sources);
  const images = encoder === null ? [] : await imagesOf(tables, sources);
  const marked = images.length >= Math.max(LEAST, config.minPairs);
  const objective = objectiveOf(config.objective, labels, marked);
  const { pairs, rows, usable, train } =
    objective === 'rich-feedback'
      ? drawRich(images, labels, groupOf, config, lacks)
      : drawExamples(objective, labels, groupOf, config, lacks);
  const needs = { process: NO_STEPS, 'rich-feedback': images.length === 0 ? NO_MARKS : null };
  const lack = encoder === null ? null : lackOf(objective, labels, config.aspects, needs);
  const enough = lack === null && usable >= config.minPairs && train >= LEAST;
  const file = (name: string) => () => keys.model(place.name, place.version, name);
  return {
    modality,
    ...sources,
    encoder: encoder ?? { id: 'none', revision: 'none', dims: 0 },
    config,
    objective,
    pairs: enough ? await tables.writeParquet(file('pairs.parquet'), PairRow, pairs) : null,
    examples: enough && rows.length > 0 ? await tables.writeParquet(file('examples.parquet'), ExampleRow, rows) : null,
    usable,
    train,
    lack: lack === null ? null : skippedFor(lack),
  };
};

/** Why a plan trains no head; null where it does. */
export const shortageOf = ({ lack, usable, train, pairs }: TrainingPlan, least: number): Skipped | null => {
  if (lack !== null) return lack;
  if (usable < least) return skippedFor(new AssayError('ASY-5004', { pairs: usable, needed: least }));
  return pairs === null ? skippedFor(new AssayError('ASY-5004', { pairs: train, needed: LEAST })) : null;
};
