/** Lanczos' approximation of ln Γ(x) for x > 0 (g = 7, n = 9; about 15 digits). */
export const logGamma = (x: number): number => {
  // Γ(x + 1) = x·Γ(x). Only exp and log are used: their results are the same in every engine, and the graph's hash with them.
  if (x < 0.5) return logGamma(x + 1) - Math.log(x);
  const z = x - 1;
  let sum = LANCZOS[0] ?? 0;
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] ?? 0) / (z + i);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
};

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Shapes tried by the moment match of Mittal et al. 2012: 0.2 to 10 in steps of 0.001. */
export const SHAPES = { from: 0.2, step: 0.001, count: 9801 } as const;

/**
 * Per shape α: the ratio E[|x|]² / E[x²] of a generalised Gaussian, Γ(2/α)² / (Γ(1/α)Γ(3/α)), which grows with α, and the factor
 * Γ(2/α) / √(Γ(1/α)Γ(3/α)) by which σr − σl becomes the mean of an asymmetric one.
 */
export const shapeTables = (): { alpha: Float32Array; ratio: Float32Array; mean: Float32Array } => {
  const alpha = new Float32Array(SHAPES.count);
  const ratio = new Float32Array(SHAPES.count);
  const mean = new Float32Array(SHAPES.count);
  for (let i = 0; i < SHAPES.count; i++) {
    const a = SHAPES.from + i * SHAPES.step;
    const [g1, g2, g3] = [logGamma(1 / a), logGamma(2 / a), logGamma(3 / a)];
    alpha[i] = a;
    ratio[i] = Math.exp(2 * g2 - g1 - g3);
    mean[i] = Math.exp(g2 - (g1 + g3) / 2);
  }
  return { alpha, ratio, mean };
};
