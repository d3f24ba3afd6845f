/** MAPO's alignment score, 1 / cross-entropy (arXiv 2401.06838, §3.1), from log-likelihoods of whole answers. */

/** Log-likelihoods of n targets given their sources. */
export interface Likelihoods {
  /** Σ log P(token | source, tokens before) per target, in nats. */
  readonly sums: Float64Array;
  /** Tokens summed over, per target: at least 1. */
  readonly lengths: Int32Array;
}

/** Cross-entropies below this count as this: float32 gives a certain token the loss 0, whose reciprocal is no score. */
const LEAST = 1e-6;

/**
 * 1 / CE per target. CE is the mean over the target's own tokens; with `widths` over that many instead, which is the released
 * code's (see `paddedWidths`).
 */
export const inverseCrossEntropy = ({ sums, lengths }: Likelihoods, widths: Int32Array = lengths): Float64Array =>
  sums.map((sum, i) => 1 / Math.max(LEAST, -sum / (widths[i] ?? 1)));

/** References the released code gives its model at once. */
const RELEASED_BATCH = 20;

/**
 * What the released code (Preprocess/PPL_batched.py) divides by. It sums with padding as 0 and then takes the mean over the padded
 * width, so that a reference shorter than the longest of its batch looks more likely than it is. A batch there is the first 20
 * references of one answer, or all the rest: here, the targets of one `answer` (an index per target) in their order.
 */
export const paddedWidths = (lengths: Int32Array, answers: Int32Array): Int32Array => {
  const seen = new Map<number, number>();
  const batches = Array.from(answers, (answer) => {
    const before = seen.get(answer) ?? 0;
    seen.set(answer, before + 1);
    return `${answer}/${before < RELEASED_BATCH ? 0 : 1}`;
  });
  const widest = new Map<string, number>();
  batches.forEach((batch, i) => widest.set(batch, Math.max(widest.get(batch) ?? 0, lengths[i] ?? 0)));
  return Int32Array.from(batches, (batch) => widest.get(batch) ?? 1);
};
