/** Ambiguity of a label (S124): how far people were from one answer. */
import { softplus } from '../metrics/calibration.ts';

/** Entropy of votes by answer, in nats: ln 2 for a 50/50 split, 0 where all agree or nobody voted. */
export const labelEntropy = (votes: readonly number[]): number => {
  const total = votes.reduce((sum, n) => sum + n, 0);
  return votes.reduce((sum, n) => (n > 0 ? sum - (n / total) * Math.log(n / total) : sum), 0);
};

/** Bradley–Terry loss of a margin under a soft label p(win), the cross-entropy −p ln σ(Δ) − (1 − p) ln σ(−Δ). */
export const softLabelLoss = (margin: number, winning: number): number =>
  winning * softplus(-margin) + (1 - winning) * softplus(margin);
