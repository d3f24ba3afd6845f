/** What a head must beat: judging by length alone, or where length means nothing by what was most common in training. */
import type { RowFacts, TrainingPair } from '../training/examples.ts';
import type { LabelledRow } from '../training/fits/labels.ts';

const lengthsOf = (rows: readonly RowFacts[]): Float64Array | null =>
  rows.every(({ length }) => length !== null) ? Float64Array.from(rows, ({ length }) => length ?? 0) : null;

/** "The longer wins" as a difference per validation pair; without lengths, "the side that won most in training wins". */
export const pairBaseline = (
  rows: readonly RowFacts[],
  train: readonly TrainingPair[],
  validation: readonly TrainingPair[],
): Float64Array => {
  const lengths = lengthsOf(rows);
  if (lengths !== null)
    return Float64Array.from(validation, ({ winner, loser }) => (lengths[winner] ?? 0) - (lengths[loser] ?? 0));
  const first = train.reduce((sum, { winnerFirst }) => sum + (winnerFirst ? 1 : -1), 0);
  return Float64Array.from(validation, ({ winnerFirst }) => (winnerFirst ? first : -first));
};

interface Stump {
  readonly threshold: number;
  /** Whether rows above the threshold are called positive. */
  readonly above: boolean;
}

/** The length threshold, and side, that gets most training labels right; −Infinity calls every row the same. */
const bestStump = (lengths: Float64Array, train: readonly LabelledRow[]): Stump => {
  const sorted = train
    .map(({ row, label, weight }) => ({ length: lengths[row] ?? 0, pull: weight * (label > 0.5 ? 1 : -1) }))
    .sort((a, b) => a.length - b.length);
  const total = sorted.reduce((sum, { pull }) => sum + pull, 0);
  let best = { threshold: Number.NEGATIVE_INFINITY, above: total >= 0, gain: Math.abs(total) };
  let below = 0;
  sorted.forEach(({ length, pull }, i) => {
    below += pull;
    const next = sorted[i + 1]?.length;
    if (next === undefined || next === length) return;
    const gain = Math.abs(total - 2 * below);
    if (gain > best.gain) best = { threshold: length, above: total - 2 * below > 0, gain };
  });
  return best;
};

/** Whether the best length threshold of training (or without lengths the commoner label) gets each validation label right: 1 or 0. */
export const labelBaseline = (
  rows: readonly RowFacts[],
  train: readonly LabelledRow[],
  validation: readonly LabelledRow[],
): Float64Array => {
  const lengths = lengthsOf(rows) ?? new Float64Array(rows.length);
  const { threshold, above } = bestStump(lengths, train);
  return Float64Array.from(validation, ({ row, label }) =>
    ((lengths[row] ?? 0) > threshold === above) === label > 0.5 ? 1 : 0,
  );
};
