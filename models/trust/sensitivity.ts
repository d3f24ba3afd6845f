/** How much a head's preferences follow length and style. */
import { solve } from '../cholesky.ts';
import type { FeatureBlock } from '../encoders/encoder.ts';
import { sigmoid } from '../metrics/calibration.ts';
import type { Accuracy } from '../metrics/preference.ts';
import { pairAccuracy } from '../metrics/preference.ts';

export interface LengthSensitivity {
  /** Accuracy where the winner is the longer response, and where it is the shorter. */
  readonly winnerLonger: Accuracy;
  readonly winnerShorter: Accuracy;
  /** Correlation of reward difference and log-length difference within pairs, about 0; null where either never differs. */
  readonly correlation: number | null;
  /**
   * φ of P(first is preferred) = σ(φ·tanh(Δlength / sd)), the length term of length-controlled AlpacaEval (Dubois et al. 2024),
   * fitted to the head's probabilities and to the labels: further from 0 than the labels' the head leans on length more than people do.
   */
  readonly coefficient: { readonly head: number; readonly labels: number };
}

/** φ that minimises the mean loss of σ(φ·x) against targets in [0, 1] plus a ridge that keeps it finite, by Newton's method. */
const slopeOf = (x: Float64Array, targets: Float64Array): number => {
  const ridge = 1e-3;
  let phi = 0;
  for (let step = 0; step < 50; step++) {
    let [slope, bend] = [ridge * phi, ridge];
    for (let i = 0; i < x.length; i++) {
      const p = sigmoid(phi * (x[i] ?? 0));
      slope += ((p - (targets[i] ?? 0)) * (x[i] ?? 0)) / x.length;
      bend += (p * (1 - p) * (x[i] ?? 0) ** 2) / x.length;
    }
    phi -= slope / bend;
    if (Math.abs(slope) < 1e-12) break;
  }
  return phi;
};

/** Correlation about 0: of both orders of every pair, whose means are 0. */
const correlationAboutZero = (x: Float64Array, y: Float64Array): number | null => {
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] ?? 0) * (y[i] ?? 0);
    xx += (x[i] ?? 0) ** 2;
    yy += (y[i] ?? 0) ** 2;
  }
  return xx === 0 || yy === 0 ? null : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
};

/**
 * Of reward differences (winner − loser, calibrated) and the lengths of winners and losers; null where no pair differs in length.
 */
export const lengthSensitivity = (
  differences: Float64Array,
  winners: Float64Array,
  losers: Float64Array,
): LengthSensitivity | null => {
  const apart = winners.map((length, i) => length - (losers[i] ?? 0));
  const deviation = Math.sqrt(apart.reduce((sum, d) => sum + d * d, 0) / apart.length);
  if (!(deviation > 0)) return null;
  const longer = apart.map((d) => Math.tanh(d / deviation));
  const logs = winners.map((length, i) => Math.log1p(length) - Math.log1p(losers[i] ?? 0));
  return {
    winnerLonger: pairAccuracy(differences.filter((_, i) => (apart[i] ?? 0) > 0)),
    winnerShorter: pairAccuracy(differences.filter((_, i) => (apart[i] ?? 0) < 0)),
    correlation: correlationAboutZero(differences, logs),
    coefficient: {
      head: slopeOf(longer, differences.map(sigmoid)),
      labels: slopeOf(longer, new Float64Array(differences.length).fill(1)),
    },
  };
};

/**
 * Share of the squared reward difference that style differences alone explain: R² about 0 of a least-squares fit of the
 * differences on those of the block named `style`, in [0, 1]; null where the encoder has no such block or too few pairs.
 */
export const styleShare = (
  differences: Float64Array,
  features: Float32Array,
  dims: number,
  pairs: readonly { readonly winner: number; readonly loser: number }[],
  blocks: readonly FeatureBlock[],
): number | null => {
  const block = blocks.find(({ name }) => name === 'style');
  const k = block === undefined ? 0 : block.to - block.from;
  const squares = differences.reduce((sum, d) => sum + d * d, 0);
  if (block === undefined || pairs.length < 2 * k || squares === 0) return null;
  const rows = pairs.map(({ winner, loser }) =>
    Float64Array.from({ length: k }, (_, j) => {
      const at = block.from + j;
      return (features[winner * dims + at] ?? 0) - (features[loser * dims + at] ?? 0);
    }),
  );
  const gram = new Float64Array(k * k);
  const moment = new Float64Array(k);
  rows.forEach((row, i) => {
    for (let a = 0; a < k; a++) {
      moment[a] = (moment[a] ?? 0) + (row[a] ?? 0) * (differences[i] ?? 0);
      for (let b = 0; b < k; b++) gram[a * k + b] = (gram[a * k + b] ?? 0) + (row[a] ?? 0) * (row[b] ?? 0);
    }
  });
  // Style features repeat each other (characters and words): the ridge keeps the system definite.
  const scale = Math.max(1e-12, ...Array.from({ length: k }, (_, a) => gram[a * k + a] ?? 0));
  for (let a = 0; a < k; a++) gram[a * k + a] = (gram[a * k + a] ?? 0) + 1e-6 * scale;
  const slopes = solve(gram, moment, k);
  const left = rows.reduce((sum, row, i) => {
    const explained = row.reduce((inner, value, a) => inner + value * (slopes[a] ?? 0), 0);
    return sum + ((differences[i] ?? 0) - explained) ** 2;
  }, 0);
  return Math.max(0, Math.min(1, 1 - left / squares));
};
