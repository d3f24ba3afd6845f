/** What a trained head is measured by, on the validation side and as its exported file scores it. */
import type { KindReport } from '../../schemas/map-report.ts';
import type { HeadMetrics } from '../../schemas/model.ts';
import { shareRight } from '../metrics/preference.ts';
import type { RewardSummary } from '../metrics/reward-summary.ts';
import { rewardSummary } from '../metrics/reward-summary.ts';
import type { MistakeAccuracy } from '../process-reward.ts';
import type { Estimate } from '../trust/bootstrap.ts';
import { bootstrapMean, pairedDifference } from '../trust/bootstrap.ts';
import type { CalibrationComparison } from '../trust/calibration.ts';
import type { LengthSensitivity } from '../trust/sensitivity.ts';
import { lengthSensitivity, styleShare } from '../trust/sensitivity.ts';
import type { Slice } from '../trust/slices.ts';
import { gapOf, groupSizes, slicesOf } from '../trust/slices.ts';
import type { AspectFigures } from './aspect-figures.ts';
import { aspectFigures } from './aspect-figures.ts';
import { contradictions } from './contradictions.ts';
import type { Split, TrainingPair } from './examples.ts';
import type { Judged, Measured } from './judged.ts';
import { differencesOf, judgeLabels, judgePairs } from './judged.ts';
import { mistakesOf } from './mistakes.ts';
import { rowsIn } from './rows.ts';

export interface SliceTable {
  readonly by: 'language' | 'source' | 'generator' | 'group size' | 'origin' | 'domain';
  readonly slices: readonly Slice[];
  readonly worst: string;
  /** Best accuracy minus worst. */
  readonly maxGap: number;
}

/** eval.json of a head, but for the figures of its manifest. */
export interface HeadEvaluation {
  /** What `accuracy` counts: pairs ranked rightly, or labels of rows told rightly. */
  readonly counts: Judged['counts'];
  readonly baseline: 'length only' | 'majority';
  /** With intervals over groups (cluster bootstrap), beside the manifest's Wilson interval. */
  readonly accuracy: Estimate;
  readonly gain: Estimate;
  readonly calibration: CalibrationComparison;
  readonly slices: readonly SliceTable[];
  readonly length: LengthSensitivity | null;
  /** Share of the squared reward difference that style features explain, over all pairs; null where there are none or labels are counted. */
  readonly styleShare: number | null;
  /** Per aspect, of regression, ordinal and multi-objective heads and mixtures. */
  readonly aspects: readonly AspectFigures[];
  /** Of process heads: whether the first wrong step of a solution is found; null for others. */
  readonly mistakes: MistakeAccuracy | null;
  readonly rewards: readonly RewardSummary[];
  readonly ood: {
    readonly threshold: number;
    readonly quantile: number;
    /** Share of rows beyond the threshold. */
    readonly trainShare: number;
    readonly validationShare: number;
  } | null;
  /** Spread over members on validation rows; null with one member. */
  readonly meanStd: number | null;
  /** Training pairs that stand in the data both ways round: both are kept, and cancel. */
  readonly contradictoryPairs: number;
  /** Rows whose language has no head of its own, where the head has languages. */
  readonly unknownLanguages: number;
  readonly notes: readonly string[];
  /** Of rich-feedback heads: maps on validation images, beside two that look at no image. */
  readonly maps?: { readonly kinds: readonly KindReport[] };
}

const tablesOf = (judged: Judged): SliceTable[] => {
  const values = {
    language: judged.facts.map(({ language }) => language),
    source: judged.facts.map(({ source }) => source),
    generator: judged.generators,
    'group size': groupSizes(judged.groups),
    origin: judged.origins,
    domain: judged.domains,
  } as const;
  return (Object.keys(values) as (keyof typeof values)[]).flatMap((by) => {
    if (values[by].every((value) => value === null)) return [];
    const slices = slicesOf(values[by], judged.outcomes, judged.baseline);
    const gap = gapOf(slices);
    return gap === null ? [] : { by, slices, ...gap };
  });
};

const oodOf = ({ set, config, head, scores: { ood } }: Measured): HeadEvaluation['ood'] => {
  if (head.ood === null || ood === null) return null;
  const { threshold } = head.ood;
  const share = (side: Split) => {
    const rows = rowsIn(set, config.objective, side);
    return rows.length === 0 ? 0 : rows.filter((row) => (ood[row] ?? 0) > threshold).length / rows.length;
  };
  const quantile = config.oodQuantile;
  return { threshold, quantile, trainShare: share('train'), validationShare: share('validation') };
};

const lengthOf = ({ set, scores }: Measured): LengthSensitivity | null => {
  const pairs = set.pairs.filter(({ split }) => split === 'validation');
  if (set.rows.some(({ length }) => length === null) || pairs.length === 0) return null;
  const lengths = (row: (pair: TrainingPair) => number) =>
    Float64Array.from(pairs, (pair) => set.rows[row(pair)]?.length ?? 0);
  return lengthSensitivity(
    differencesOf(scores.reward, pairs),
    lengths(({ winner }) => winner),
    lengths(({ loser }) => loser),
  );
};

const metricsOf = (judged: Judged, measured: Measured, gain: Estimate): HeadMetrics => {
  const { accuracy, ci, n } = shareRight(judged.outcomes);
  const { before, after } = judged.calibration;
  const { head, config, fit } = measured;
  return {
    accuracy,
    accuracyCi: ci,
    lengthOnlyAccuracy: shareRight(judged.baseline).accuracy,
    n,
    trainPairs: fit.examples,
    trainAccuracy: judged.trainAccuracy,
    ...after,
    temperature: head.temperature,
    eceUncalibrated: before.ece,
    nllUncalibrated: before.nll,
    brierUncalibrated: before.brier,
    ...(n === 0 ? {} : { gain: { value: gain.value, ci: gain.ci } }),
    ...(head.ood === null ? {} : { ood: { threshold: head.ood.threshold, quantile: config.oodQuantile } }),
  };
};

/** Nothing measured is anything between 0 and 1. */
const accuracyOf = ({ outcomes, groups }: Judged, seed: number): Estimate =>
  outcomes.length === 0
    ? { value: 0, ci: [0, 1], n: 0, groups: 0 }
    : bootstrapMean(outcomes, groups, { seed, range: [0, 1] });

/** Metrics for the manifest and everything else for eval.json. Binary and process heads are measured on labels, others on pairs. */
export const evaluateHead = (measured: Measured): { metrics: HeadMetrics; evaluation: HeadEvaluation } => {
  const { set, config, fit, scores, head } = measured;
  const labels = config.objective === 'binary' || config.objective === 'process';
  const judged = labels ? judgeLabels(measured) : judgePairs(measured);
  const gain = pairedDifference(judged.outcomes, judged.baseline, judged.groups, { seed: config.seed });
  const validationRows = rowsIn(set, config.objective, 'validation');
  const { std } = scores;
  const evaluation: HeadEvaluation = {
    counts: judged.counts,
    baseline: set.rows.every(({ length }) => length !== null) ? 'length only' : 'majority',
    accuracy: accuracyOf(judged, config.seed),
    gain,
    calibration: judged.calibration,
    slices: tablesOf(judged),
    length: labels ? null : lengthOf(measured),
    styleShare: labels
      ? null
      : // Of what the head does, not of whether it is right: training pairs count too, and few pairs explain anything.
        styleShare(differencesOf(scores.reward, set.pairs), set.features, set.encoder.dims, set.pairs, set.blocks),
    aspects: aspectFigures(set, head, scores),
    mistakes:
      config.objective === 'process' && scores.probability !== null ? mistakesOf(set, scores.probability) : null,
    rewards: rewardSummary(
      validationRows.map((row) => scores.reward[row] ?? 0),
      validationRows.map((row) => set.rows[row]?.language ?? null),
      validationRows.map((row) => set.rows[row]?.group ?? ''),
      config.seed,
    ),
    ood: oodOf(measured),
    meanStd:
      std === null || validationRows.length === 0
        ? null
        : validationRows.reduce((sum, row) => sum + (std[row] ?? 0), 0) / validationRows.length,
    contradictoryPairs: contradictions(set.pairs.filter(({ split }) => split === 'train')),
    unknownLanguages: scores.unknownLanguages,
    notes: fit.notes,
  };
  return { metrics: metricsOf(judged, measured, gain), evaluation };
};
