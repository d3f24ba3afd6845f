/** What a head gets right of the validation side, example by example: pairs, or labels for heads on yes or no. */
import type { HeadScores } from '../heads/head.ts';
import type { HeadParameters } from '../heads/parameters.ts';
import { outcomesOf, shareRight } from '../metrics/preference.ts';
import { labelBaseline, pairBaseline } from '../trust/baseline.ts';
import type { CalibrationComparison } from '../trust/calibration.ts';
import { labelCalibration, pairCalibration } from '../trust/calibration.ts';
import type { HeadConfig, Split, TrainingPair, TrainingSet } from './examples.ts';
import type { Fit } from './fits/fit.ts';
import { labelledRows } from './fits/labels.ts';

/** A head and what it was made from. */
export interface Measured {
  readonly set: TrainingSet;
  readonly config: HeadConfig;
  readonly head: HeadParameters;
  readonly fit: Fit;
  /** Of every row of the set. */
  readonly scores: HeadScores;
}

/** Per validation example. */
export interface Judged {
  readonly counts: 'pairs' | 'labels';
  readonly outcomes: Float64Array;
  readonly baseline: Float64Array;
  readonly groups: readonly string[];
  readonly facts: readonly Pick<TrainingPair, 'language' | 'source'>[];
  readonly generators: readonly (string | null)[];
  readonly origins: readonly (string | null)[];
  readonly domains: readonly (string | null)[];
  readonly calibration: CalibrationComparison;
  readonly trainAccuracy: number;
}

/** Reward of the winner minus that of the loser. */
export const differencesOf = (reward: Float32Array, pairs: readonly TrainingPair[]): Float64Array =>
  Float64Array.from(pairs, ({ winner, loser }) => (reward[winner] ?? 0) - (reward[loser] ?? 0));

/** Of the validation pairs. */
export const judgePairs = ({ set, head, scores: { reward } }: Measured): Judged => {
  const on = (side: Split) => set.pairs.filter(({ split }) => split === side);
  const [train, validation] = [on('train'), on('validation')];
  const differences = differencesOf(reward, validation);
  return {
    counts: 'pairs',
    outcomes: outcomesOf(differences),
    baseline: outcomesOf(pairBaseline(set.rows, train, validation)),
    groups: validation.map(({ group }) => group),
    facts: validation,
    generators: validation.map(({ winner }) => set.rows[winner]?.generator ?? null),
    origins: validation.map(({ translated }) => (translated ? 'translated' : 'original')),
    domains: validation.map(({ winner }) => set.rows[winner]?.domain ?? null),
    calibration: pairCalibration(differences, head.temperature),
    trainAccuracy: shareRight(outcomesOf(differencesOf(reward, train))).accuracy,
  };
};

/** float32 rounds probabilities near 0 and 1 to 0 and 1. */
const EDGE = 1e-7;

const logitOf = (p: number): number => {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, p));
  return Math.log(inside / (1 - inside));
};

/** Of the validation labels: right where the reward's sign is the label's side. */
export const judgeLabels = ({ set, config, head, scores: { reward, probability } }: Measured): Judged => {
  const [train, validation] = [
    labelledRows(set, config.objective, 'train'),
    labelledRows(set, config.objective, 'validation'),
  ];
  const right = (rows: typeof train) =>
    Float64Array.from(rows, ({ row, label }) => ((reward[row] ?? 0) > 0 === label > 0.5 ? 1 : 0));
  // Such a head states probabilities: of an ensemble they are the mean's, whatever its reward is.
  const calibrated = Float64Array.from(validation, ({ row }) => logitOf(probability?.[row] ?? 0.5));
  const { a, b } = head.platt ?? { a: 1, b: 0 };
  return {
    counts: 'labels',
    outcomes: right(validation),
    baseline: labelBaseline(set.rows, train, validation),
    groups: validation.map(({ group }) => group),
    facts: validation.map(({ row }) => set.rows[row] ?? { language: null, source: 'unknown' }),
    generators: validation.map(({ row }) => set.rows[row]?.generator ?? null),
    origins: validation.map(() => null),
    domains: validation.map(({ row }) => set.rows[row]?.domain ?? null),
    calibration: labelCalibration(
      calibrated.map((z) => (a === 0 ? 0 : (z - b) / a)),
      calibrated,
      validation.map(({ label }) => (label > 0.5 ? 1 : 0)),
    ),
    trainAccuracy: shareRight(right(train)).accuracy,
  };
};
