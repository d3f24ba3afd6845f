/** Trains a head from a file, without a drop; it is stored and promoted exactly as a run's head is. */
import type { Encoder } from '../../models/encoders/index.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { HeadKind, HeadManifest } from '../../schemas/model.ts';
import type { PipelineConfig } from '../../schemas/pipeline.ts';
import { readHead } from '../model-catalog.ts';
import type { ObjectStore, Progress, TableStore } from '../ports.ts';
import { drawExamples, lackOf, NO_MARKS, objectiveOf } from './examples.ts';
import { encodeFile, stepRows, stepsOf, type TrainingFile } from './file-set.ts';
import { fitAndMeasure } from './fit.ts';
import { headConfig, headVersion, hyperparametersOf, LEAST } from './plan.ts';
import { storeHead } from './registry.ts';
import { ExampleRow, PairRow } from './rows.ts';
import { trainingSet } from './set.ts';
import { AUGMENTED, besidePlain, withTwins } from './twins.ts';

export interface FileTraining {
  readonly name: string;
  readonly file: TrainingFile;
  readonly encoder: Encoder;
  readonly config: PipelineConfig['train'];
  /** Whether it is fitted on attacked twins of the rejected responses too (S298). */
  readonly augment?: boolean | undefined;
}

/** What the file is made for, checked. Throws ASY-5015 where it lacks what the objective needs. */
const objectiveFor = ({
  file: { labels, rows },
  config: { objective: wanted, aspects },
  augment,
}: FileTraining): HeadKind => {
  const steps = rows.some((row) => row.steps !== null);
  const objective = wanted === 'auto' && steps && labels.length === 0 ? 'process' : objectiveOf(wanted, labels);
  const lack = lackOf(objective, labels, aspects, {
    process: steps ? null : 'rows of completions and labels',
    'rich-feedback': NO_MARKS,
  });
  if (lack !== null) throw lack;
  if (augment === true && objective !== 'bradley-terry')
    throw new AssayError('ASY-5015', {
      objective,
      needs: 'training without attacked twins, which only bradley-terry is fitted on',
    });
  return objective;
};

/**
 * The head that the file and the configuration give; one that stands already is returned as it is. Throws ASY-5004, ASY-5008,
 * ASY-5010 or ASY-5015 where the file cannot teach one.
 */
export const trainFile = async (
  stores: { readonly objects: ObjectStore; readonly tables: TableStore },
  training: FileTraining,
  progress: Progress,
): Promise<HeadManifest> => {
  const { name, file, encoder, config, augment = false } = training;
  const objective = objectiveFor(training);
  const { id, revision, dims } = encoder.manifest;
  const facts = { id, revision, dims };
  const version = headVersion({ file: file.digest, ...(augment ? { augment: AUGMENTED } : {}) }, facts, config);
  const standing = await readHead(stores.objects, name, version);
  if (standing !== null) return standing;
  const { pairs, rows, usable, train } = drawExamples(objective, file.labels, file.groupOf, config);
  if (objective !== 'process' && usable < config.minPairs)
    throw new AssayError('ASY-5004', { pairs: usable, needed: config.minPairs });
  if (objective !== 'process' && train < LEAST) throw new AssayError('ASY-5004', { pairs: train, needed: LEAST });
  const matrix = await encodeFile(file, encoder, progress);
  const steps = objective === 'process' ? stepsOf(file, matrix, config.validation) : [];
  const plain = trainingSet({ pairs, rows }, matrix, steps);
  const set = augment ? await withTwins(plain, matrix.texts, encoder, progress) : plain;
  const fitted = await fitAndMeasure(set, headConfig(config, objective), config, progress);
  const robustness = augment
    ? await besidePlain(fitted.trained, plain, headConfig(config, objective), matrix.texts, encoder, progress)
    : null;
  const key = (path: string) => () => keys.model(name, version, path);
  const beside = [...rows, ...stepRows(steps)];
  return storeHead(stores, {
    identity: {
      name,
      version,
      kind: objective,
      modality: 'text',
      encoder: facts,
      data: { file: file.digest },
      hyperparameters: { ...hyperparametersOf(config, objective), ...(augment ? { augment: AUGMENTED } : {}) },
    },
    ...fitted,
    robustness,
    set,
    pairs: await stores.tables.writeParquet(key('pairs.parquet'), PairRow, pairs),
    examples:
      beside.length === 0 ? null : await stores.tables.writeParquet(key('examples.parquet'), ExampleRow, beside),
    usable,
  });
};
