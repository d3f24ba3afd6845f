/** Which pairs a head is fitted and measured on: read from labels, kept as Parquet beside the head. */
import { z } from 'zod';
import { hashOf } from '../../models/hash.ts';
import { type PreferencePair, pairsFromLabels, type ResponseRef, samplePairs } from '../../models/pairs.ts';
import { splitByGroup } from '../../models/split.ts';
import type { Label } from '../../schemas/label.ts';
import type { PipelineConfig } from '../../schemas/pipeline.ts';
import { Modality } from '../../schemas/primitives.ts';
import { Shard, TableRef } from '../../schemas/table.ts';
import type { TableStore } from '../ports.ts';

export const KIND = 'bradley-terry';
export const SEED = 0;

/** One row of `models/<name>/<version>/pairs.parquet`. */
export const PairRow = z.object({
  winner: z.string(),
  winnerResponse: z.int(),
  loser: z.string(),
  loserResponse: z.int(),
  group: z.string(),
  loserGroup: z.string(),
  weight: z.number(),
  split: z.enum(['train', 'validation']),
});
export type PairRow = z.infer<typeof PairRow>;

const EncoderFacts = z.object({ id: z.string(), revision: z.string(), dims: z.int() });
export type EncoderFacts = z.infer<typeof EncoderFacts>;

/** The receipt that fitting starts from. */
export const TrainingPlan = z.object({
  modality: Modality,
  items: TableRef,
  labels: TableRef,
  features: TableRef,
  encoder: EncoderFacts,
  hyperparameters: z.object({ l2: z.number(), validation: z.number(), maxPairs: z.int(), seed: z.int() }),
  /** Null where there are too few pairs to train on. */
  pairs: Shard.nullable(),
  usable: z.int(),
  /** Pairs to fit on. */
  train: z.int(),
});
export type TrainingPlan = z.infer<typeof TrainingPlan>;

export interface Sources {
  readonly items: TableRef;
  readonly labels: TableRef;
  readonly features: TableRef;
}

/** The encoder whose features a table holds; null where it holds none. */
export const encoderOf = async (tables: TableStore, features: TableRef): Promise<EncoderFacts | null> => {
  const sql = 'SELECT encoder AS id, revision, dims FROM {features} LIMIT 1';
  for await (const row of tables.query<EncoderFacts>(sql, { features })) return row;
  return null;
};

export const hyperparametersOf = ({ l2, validation, maxPairs }: PipelineConfig['train']) => ({
  l2,
  validation,
  maxPairs,
  seed: SEED,
});

/** First 16 hex of the hash over everything the head depends on. */
export const headVersion = (
  { items, labels, features }: Sources,
  encoder: EncoderFacts | null,
  config: PipelineConfig['train'],
): string =>
  hashOf({
    kind: KIND,
    items: items.digest,
    labels: labels.digest,
    features: features.digest,
    encoder: encoder?.revision ?? null,
    hyperparameters: hyperparametersOf(config),
  }).slice(0, 16);

/** Responses that were not encoded (they have no text or medium): no pair can use them. */
const missingFeatures = async (tables: TableStore, { items, features }: Sources): Promise<Set<string>> => {
  const sql = `SELECT r.item, r.response
    FROM (SELECT id AS item, unnest(range(len(responses))) AS response FROM {items}) r
    ANTI JOIN {features} f ON r.item = f.item AND r.response = f.response`;
  const missing = new Set<string>();
  for await (const row of tables.query<{ item: string; response: number }>(sql, { items, features }))
    missing.add(`${row.item}/${row.response}`);
  return missing;
};

/** Labels that say which response is better, or how good one is. */
const COMPARING = `SELECT * FROM {labels} WHERE (task = 'pairwise' AND category IN ('a', 'b')) OR task IN ('ranking', 'rating', 'binary')`;

export interface Sides {
  readonly train: PreferencePair[];
  readonly validation: PreferencePair[];
}

/**
 * Pairs from labels, made on each side of the split for itself, so that responses compared across prompts never straddle it.
 * The share of groups with the smallest hash validates.
 */
export const pairsBySide = (labels: readonly Label[], groupOf: (item: string) => string, validation: number): Sides => {
  const held = splitByGroup(
    labels.map(({ item }) => groupOf(item)),
    validation,
    SEED,
  );
  const side = (wanted: boolean) =>
    pairsFromLabels(
      labels.filter(({ item }) => held.has(groupOf(item)) === wanted),
      groupOf,
    );
  return { train: side(false), validation: side(true) };
};

/** Every pair the labels give whose responses have features. */
export const usablePairs = async (
  tables: TableStore,
  sources: Sources,
  { validation }: PipelineConfig['train'],
): Promise<Sides> => {
  const groups = new Map<string, string>();
  const groupSql = 'SELECT id, "group" AS name FROM {items}';
  for await (const { id, name } of tables.query<{ id: string; name: string }>(groupSql, { items: sources.items }))
    groups.set(id, name);
  const labels: Label[] = [];
  for await (const label of tables.query<Label>(COMPARING, { labels: sources.labels })) labels.push(label);
  const missing = await missingFeatures(tables, sources);
  const lacks = ({ item, response }: ResponseRef) => missing.has(`${item}/${response}`);
  const usable = (pairs: readonly PreferencePair[]) =>
    pairs.filter(({ winner, loser }) => !lacks(winner) && !lacks(loser));
  const sides = pairsBySide(labels, (item) => groups.get(item) ?? item, validation);
  return { train: usable(sides.train), validation: usable(sides.validation) };
};

/** At most `most` pairs by hash, as rows: train first. */
export const pairRows = ({ train, validation }: Sides, most: number): PairRow[] => {
  const kept = new Set(samplePairs([...train, ...validation], most, SEED));
  const rowsOf = (pairs: readonly PreferencePair[], split: PairRow['split']): PairRow[] =>
    pairs
      .filter((pair) => kept.has(pair))
      .map(({ winner, loser, group, loserGroup, weight }) => ({
        winner: winner.item,
        winnerResponse: winner.response,
        loser: loser.item,
        loserResponse: loser.response,
        group,
        loserGroup,
        weight,
        split,
      }));
  return [...rowsOf(train, 'train'), ...rowsOf(validation, 'validation')];
};
