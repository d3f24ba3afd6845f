import { wilson } from './wilson.ts';

export interface Accuracy {
  readonly accuracy: number;
  readonly ci: [number, number];
  readonly n: number;
}

/** 1 where the winner scores higher, 0 where the loser does, one half for a tie. */
export const outcomesOf = (differences: ArrayLike<number>): Float64Array =>
  Float64Array.from(differences, (d) => (d > 0 ? 1 : d === 0 ? 0.5 : 0));

/** Mean of outcomes with its Wilson 95 % interval. */
export const shareRight = (outcomes: ArrayLike<number>): Accuracy => {
  let right = 0;
  for (let i = 0; i < outcomes.length; i++) right += outcomes[i] ?? 0;
  const n = outcomes.length;
  return { accuracy: n === 0 ? 0 : right / n, ci: wilson(right, n), n };
};

/** Share of pairs whose winner scores higher, ties one half (S117), with its Wilson 95 % interval. */
export const pairAccuracy = (differences: ArrayLike<number>): Accuracy => shareRight(outcomesOf(differences));

/**
 * Each pair seen from both sides: (Δ, 1) and (−Δ, 0). A list in which the winner always stands first says nothing about
 * calibration; this one does, and no order of the sides has to be drawn.
 */
export const bothSides = (differences: ArrayLike<number>): { logits: Float64Array; labels: Uint8Array } => {
  const n = differences.length;
  const logits = new Float64Array(2 * n);
  const labels = new Uint8Array(2 * n);
  for (let i = 0; i < n; i++) {
    const d = differences[i] ?? 0;
    logits[2 * i] = d;
    logits[2 * i + 1] = -d;
    labels[2 * i] = 1;
  }
  return { logits, labels };
};
