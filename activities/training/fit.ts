/** Fits, measures and stores a head as its plan says. */

import type { HeadConfig, TrainingSet } from '../../models/training/examples.ts';
import { type TrainedHead, trainHead } from '../../models/training/head.ts';
import { type LeftOutTable, leaveOneOut } from '../../models/trust/leave-one-out.ts';
import { type TransferMatrix, transferMatrix } from '../../models/trust/transfer-matrix.ts';
import type { HeadManifest } from '../../schemas/model.ts';
import type { PipelineConfig } from '../../schemas/pipeline.ts';
import type { Shard } from '../../schemas/table.ts';
import type { ModelSources } from '../encoder-catalog.ts';
import type { ImageCodec, Progress, TableStore } from '../ports.ts';
import { loadDense } from './dense.ts';
import { encoderOfFeatures, loadMatrix } from './load.ts';
import { digestsOf, headConfig, hyperparametersOf, type TrainingPlan } from './plan.ts';
import { storeHead } from './registry.ts';
import { ExampleRow, PairRow } from './rows.ts';
import { trainingSet } from './set.ts';

const BY = {
  none: [],
  language: ['language'],
  source: ['source'],
  both: ['language', 'source'],
  generator: ['generator'],
} as const;

/** The head, what heads do on the languages, sources and generators they were not fitted on, and on others than the one they were. */
export const fitAndMeasure = async (
  set: TrainingSet,
  config: HeadConfig,
  wanted: Pick<PipelineConfig['train'], 'leaveOneOut' | 'transfer'>,
  progress: Progress,
): Promise<{ readonly trained: TrainedHead; readonly leftOut: LeftOutTable[]; readonly transfer?: TransferMatrix }> => {
  const options = {
    signal: progress.cancelled,
    onProgress: (step: string) => progress.heartbeat({ step }),
  };
  const trained = await trainHead(set, config, options);
  const leftOut: LeftOutTable[] = [];
  for (const by of BY[wanted.leaveOneOut]) leftOut.push(await leaveOneOut(set, config, by, options));
  if (wanted.transfer === undefined) return { trained, leftOut };
  return { trained, leftOut, transfer: await transferMatrix(set, config, wanted.transfer, options) };
};

const readAll = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
};

/** The head of a plan that has pairs, fitted, measured and stored. */
export const fitPlanned = async (
  stores: ModelSources & { readonly tables: TableStore; readonly codec: ImageCodec },
  place: { readonly name: string; readonly version: string },
  plan: TrainingPlan & { readonly pairs: Shard },
  progress: Progress,
): Promise<HeadManifest> => {
  const { tables } = stores;
  const { items, features, heatmaps, pairs, examples, objective, config, modality, encoder, usable } = plan;
  const matrix = await loadMatrix(stores, { items, features, pairs, examples }, plan, progress);
  const rows = examples === null ? [] : await readAll(tables.readShard(examples, ExampleRow));
  const plain = trainingSet({ pairs: await readAll(tables.readShard(pairs, PairRow)), rows }, matrix);
  const dense =
    objective !== 'rich-feedback' || heatmaps === null || examples === null
      ? null
      : await loadDense(
          stores,
          { features, heatmaps, examples },
          { rows, matrix, encoder: await encoderOfFeatures(stores, encoder, modality) },
          progress,
        );
  const set = dense === null ? plain : { ...plain, dense };
  const fitted = await fitAndMeasure(set, headConfig(config, objective), config, progress);
  const identity = {
    ...place,
    kind: objective,
    modality,
    encoder,
    data: digestsOf(plan),
    hyperparameters: hyperparametersOf(config, objective),
  };
  return storeHead(stores, { identity, ...fitted, set, pairs, examples, usable });
};
