/** How far an aligned model has moved from its base (S200). */

/** KL(p ‖ q) of two discrete distributions, in nats; Infinity where q is 0 and p is not. */
export const klDivergence = (p: ArrayLike<number>, q: ArrayLike<number>): number => {
  if (p.length !== q.length) throw new RangeError(`${p.length} probabilities against ${q.length}`);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const [a, b] = [p[i] ?? 0, q[i] ?? 0];
    if (a > 0) sum += b > 0 ? a * Math.log(a / b) : Infinity;
  }
  return sum;
};

export interface KlEstimate {
  /** Mean of log(π_aligned / π_base): unbiased, may be negative. */
  readonly k1: number;
  /** Mean of (ρ − 1) − log ρ with ρ = π_base / π_aligned: unbiased, never negative. */
  readonly k3: number;
}

/** Estimates of KL(aligned ‖ base) from both models' log-probabilities of the same samples of the aligned one; null with none. */
export const klEstimate = (aligned: ArrayLike<number>, base: ArrayLike<number>): KlEstimate | null => {
  if (aligned.length !== base.length)
    throw new RangeError(`${aligned.length} log-probabilities against ${base.length}`);
  const n = aligned.length;
  let [k1, k3] = [0, 0];
  for (let i = 0; i < n; i++) {
    const log = (base[i] ?? 0) - (aligned[i] ?? 0);
    k1 -= log / n;
    k3 += (Math.expm1(log) - log) / n;
  }
  return n === 0 ? null : { k1, k3 };
};
