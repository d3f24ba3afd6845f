/** A head's probabilities before and after calibration (S106, S107, S120). */
import type { ReliabilityBin } from '../metrics/calibration.ts';
import { brier, ece, nll, reliability } from '../metrics/calibration.ts';
import { bothSides, outcomesOf } from '../metrics/preference.ts';

export interface CalibrationFigures {
  readonly ece: number;
  readonly brier: number;
  readonly nll: number;
}

export interface CalibrationComparison {
  /** Pairs, or labels. */
  readonly n: number;
  readonly before: CalibrationFigures;
  readonly after: CalibrationFigures;
  /** Equal-width bins of the calibrated probabilities on [0, 1], for the reliability diagram. */
  readonly bins: readonly ReliabilityBin[];
}

const figures = (logits: ArrayLike<number>, labels: ArrayLike<number>): CalibrationFigures => ({
  ece: ece(logits, labels),
  brier: brier(logits, labels),
  nll: nll(logits, labels),
});

/** Of labels 0 or 1, by raw and calibrated logits; ten bins. */
export const labelCalibration = (
  raw: ArrayLike<number>,
  calibrated: ArrayLike<number>,
  labels: ArrayLike<number>,
): CalibrationComparison => ({
  n: labels.length,
  before: figures(raw, labels),
  after: figures(calibrated, labels),
  bins: reliability(calibrated, labels, 10),
});

/**
 * Of pairs, by calibrated reward differences (winner − loser) and the temperature that was divided out. Figures see each pair from
 * both sides; bins count each pair once, on the side the head prefers, so they lie in [1/2, 1]: ten of twenty.
 */
export const pairCalibration = (differences: Float64Array, temperature: number): CalibrationComparison => {
  const { logits, labels } = bothSides(differences);
  return {
    n: differences.length,
    before: figures(
      logits.map((logit) => logit * temperature),
      labels,
    ),
    after: figures(logits, labels),
    bins: reliability(differences.map(Math.abs), outcomesOf(differences), 20),
  };
};
