/** How a head does on a language, a source or a generator it was not fitted on (S217, S218). */
import { AssayError } from '../../schemas/errors.ts';
import type { KindReport } from '../../schemas/map-report.ts';
import { byText } from '../order.ts';
import type { HeadConfig, TrainingOptions, TrainingSet } from '../training/examples.ts';
import { trainHead } from '../training/head.ts';
import type { Slice } from './slices.ts';
import { examplesWhere } from './subset.ts';

/** Places of the examples of one value: held out, while all others are trained on. */
export interface LeftOutSplit {
  readonly value: string;
  readonly held: readonly number[];
}

/** One split per value, in order, as scikit-learn's LeaveOneGroupOut makes them. */
export const leaveOneOutSplits = (values: readonly string[]): LeftOutSplit[] =>
  [...Map.groupBy(values.keys(), (i) => values[i] ?? '')]
    .sort(([a], [b]) => byText(a, b))
    .map(([value, held]) => ({ value, held }));

export interface LeftOut extends Omit<Slice, 'value'> {
  /** The language, source or generator no training example was of. */
  readonly held: string;
}

export interface LeftOutTable {
  readonly by: 'language' | 'source' | 'generator';
  /** Accuracy on the value's validation examples of a head fitted without the value's training examples. */
  readonly rows: readonly LeftOut[];
  /** Of rich-feedback heads: maps on the value's validation images by a head fitted without its training images. */
  readonly maps: readonly { readonly held: string; readonly kinds: readonly KindReport[] }[];
  /** Values that were not held out, and why. */
  readonly skipped: readonly { readonly value: string; readonly reason: string }[];
}

/** Each value costs a fit and those of its calibration: more are not tried. */
const MOST = 24;
/** Fewer validation examples say nothing about a value. */
const LEAST = 5;

const NO_FACT = 'unknown';

/** The set with training examples of all but the value, and validation examples of the value alone. */
const without = (set: TrainingSet, held: readonly number[]): TrainingSet => {
  const rows = new Set(held);
  return examplesWhere(set, (row, split) => rows.has(row) === (split === 'validation'));
};

/**
 * Fits the objective once without each language, source or generator (S238) and measures it there, with one member and without
 * intervals of its own. Groups stay on their side of the split, so no translation of a held-out prompt is trained on. A value with fewer than five
 * validation examples, or without which nothing can be fitted, is skipped and said.
 */
export const leaveOneOut = async (
  set: TrainingSet,
  config: HeadConfig,
  by: LeftOutTable['by'],
  options: TrainingOptions = {},
): Promise<LeftOutTable> => {
  const splits = leaveOneOutSplits(set.rows.map((facts) => facts[by] ?? NO_FACT));
  const rows: LeftOut[] = [];
  const maps: { held: string; kinds: readonly KindReport[] }[] = [];
  const skipped: { value: string; reason: string }[] = [];
  if (splits.length < 2)
    return { by, rows, maps, skipped: splits.map(({ value }) => ({ value, reason: 'it is the only one' })) };
  const single = { ...config, ensemble: { ...config.ensemble, members: 1 } };
  for (const { value, held } of splits) {
    if (Math.max(rows.length, maps.length) === MOST) {
      skipped.push({ value, reason: `${MOST} were held out already` });
      continue;
    }
    try {
      const { metrics, evaluation } = await trainHead(without(set, held), single, options);
      const { n, accuracy, accuracyCi: ci, lengthOnlyAccuracy: baseline } = metrics;
      const kinds = evaluation.maps?.kinds.filter(({ head }) => head.figures.n >= LEAST) ?? [];
      if (kinds.length > 0) maps.push({ held: value, kinds });
      if (n < LEAST && kinds.length === 0) skipped.push({ value, reason: `${n} validation examples` });
      if (n >= LEAST) rows.push({ held: value, n, accuracy, ci, baseline });
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      skipped.push({ value, reason: error.message });
    }
  }
  return { by, rows, maps, skipped };
};
