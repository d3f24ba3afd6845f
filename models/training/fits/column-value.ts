import type { Column } from '../../heads/parameters.ts';
import { sigmoid } from '../../metrics/calibration.ts';

/** A column's score of one standardised row, or its expected level where it is ordinal. */
export const columnValue = ({ weights, bias, ordinal }: Column, rows: Float32Array, row: number): number => {
  let score = bias;
  const at = row * weights.length;
  for (let j = 0; j < weights.length; j++) score += (weights[j] ?? 0) * (rows[at + j] ?? 0);
  if (ordinal === null) return score;
  const { levels, thresholds } = ordinal;
  return levels
    .slice(1)
    .reduce(
      (sum, level, j) => sum + (level - (levels[j] ?? 0)) * sigmoid(score - (thresholds[j] ?? 0)),
      levels[0] ?? 0,
    );
};
