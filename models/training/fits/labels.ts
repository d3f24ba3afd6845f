/** Heads on yes or no: binary labels, and the steps of solutions. */
import { AssayError } from '../../../schemas/errors.ts';
import type { HeadConfig, Split, TrainingSet } from '../examples.ts';
import { fitLogistic } from '../logistic.ts';
import type { Scaler } from '../scaler.ts';
import { gatherScaled } from '../scaler.ts';
import type { Fit } from './fit.ts';
import { singleColumn, weightIn } from './fit.ts';

/** A row with the probability that it is positive. */
export interface LabelledRow {
  readonly row: number;
  readonly label: number;
  readonly weight: number;
  readonly group: string;
}

/** The labels of a binary or a process head on one side of the split. */
export const labelledRows = (set: TrainingSet, objective: HeadConfig['objective'], side: Split): LabelledRow[] =>
  objective === 'process'
    ? set.steps.filter(({ split }) => split === side)
    : set.ratings
        .filter(({ split }) => split === side)
        .map(({ row, value, weight, group }) => ({ row, label: value, weight, group }));

/** Logistic regression on the training labels. Throws ASY-5015 for fewer than two, ASY-5008 where all are of one class. */
export const labelFit = (
  set: TrainingSet,
  config: HeadConfig,
  scaler: Scaler,
  signal: AbortSignal | undefined,
): Fit => {
  const labelled = labelledRows(set, config.objective, 'train');
  const n = labelled.length;
  const { objective } = config;
  const kind = objective === 'process' ? 'labelled steps' : 'labels';
  if (n < 2) throw new AssayError('ASY-5015', { objective, needs: `two ${kind}, not ${n}` });
  const features = gatherScaled(
    set.features,
    labelled.map(({ row }) => row),
    scaler,
  );
  const labels = Float32Array.from(labelled, ({ label }) => label);
  return {
    groups: labelled.map(({ group }) => group),
    examples: n,
    aspects: [],
    aspectWeights: [],
    languages: [],
    notes: [],
    async fit(multiplicity) {
      const weights = Float32Array.from(labelled, (each) => weightIn(each, multiplicity));
      const fitted = await fitLogistic({ features, labels, weights, n, dims: set.encoder.dims, l2: config.l2, signal });
      return { ...fitted, member: singleColumn(fitted.weights, fitted.bias) };
    },
  };
};
