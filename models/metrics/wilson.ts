/** 97.5 % quantile of the standard normal. */
const Z95 = 1.959963984540054;

/** Wilson score interval for `successes` of `n` (S117); successes may be halves where ties count half. n = 0 gives [0, 1]. */
export const wilson = (successes: number, n: number, z: number = Z95): [number, number] => {
  if (n === 0) return [0, 1];
  const p = successes / n;
  const centre = p + (z * z) / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const whole = 1 + (z * z) / n;
  return [Math.max(0, (centre - spread) / whole), Math.min(1, (centre + spread) / whole)];
};
