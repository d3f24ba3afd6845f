/** How a head that was fitted on one domain does on every other (S389). */
import { AssayError } from '../../schemas/errors.ts';
import { byText } from '../order.ts';
import type { HeadConfig, TrainingOptions, TrainingSet } from '../training/examples.ts';
import { trainHead } from '../training/head.ts';
import type { Slice } from './slices.ts';
import { examplesWhere } from './subset.ts';

export interface MatrixCell extends Omit<Slice, 'value'> {
  /** No training example was of another value. */
  readonly trainOn: string;
  readonly testOn: string;
}

export interface TransferMatrix {
  readonly by: 'language' | 'source' | 'domain';
  /** Accuracy on the validation examples of a value, by what was trained on, then by what is tested on. */
  readonly cells: readonly MatrixCell[];
  /** Values that nothing was fitted on, and why. */
  readonly skipped: readonly { readonly value: string; readonly reason: string }[];
}

/** Each value costs a fit and those of its calibration: more are not tried. */
const MOST = 24;
/** Fewer validation examples say nothing about a value. */
const LEAST = 5;

const NO_FACT = 'unknown';

/**
 * Fits the objective on the training examples of each language, source or domain alone, with one member, and measures it on the
 * validation examples of all. The split is that of the head, so a cell on the diagonal is no easier than the others. A value that nothing can be fitted on is skipped and said.
 */
export const transferMatrix = async (
  set: TrainingSet,
  config: HeadConfig,
  by: TransferMatrix['by'],
  options: TrainingOptions = {},
): Promise<TransferMatrix> => {
  const valueOf = (row: number) => set.rows[row]?.[by] ?? NO_FACT;
  const values = [...new Set(set.rows.map((_, row) => valueOf(row)))].sort(byText);
  if (values.length < 2)
    return { by, cells: [], skipped: values.map((value) => ({ value, reason: 'it is the only one' })) };
  const single = { ...config, ensemble: { ...config.ensemble, members: 1 } };
  const cells: MatrixCell[] = [];
  const skipped = values.slice(MOST).map((value) => ({ value, reason: `${MOST} were trained on already` }));
  for (const trainOn of values.slice(0, MOST)) {
    const own = examplesWhere(set, (row, split) => split === 'validation' || valueOf(row) === trainOn);
    try {
      const { evaluation } = await trainHead(own, single, options);
      const slices = evaluation.slices.find((table) => table.by === by)?.slices ?? [];
      for (const { value: testOn, ...right } of slices) if (right.n >= LEAST) cells.push({ trainOn, testOn, ...right });
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      skipped.push({ value: trainOn, reason: error.message });
    }
  }
  return { by, cells, skipped };
};
