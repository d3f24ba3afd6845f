/** ln Γ(x) for x > 0, to about 1e-14: recurrence up to 10, then Stirling's series (Abramowitz & Stegun 6.1.41). */
export const logGamma = (x: number): number => {
  let [at, product] = [x, 1];
  while (at < 10) product *= at++;
  const s = 1 / (at * at);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
};

/** P(a, x) by its series (6.5.29): quick for x < a + 1. */
const lowerGamma = (a: number, x: number): number => {
  let [term, sum] = [1 / a, 1 / a];
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * Math.exp(a * Math.log(x) - x - logGamma(a));
};

/** Q(a, x) by its continued fraction (6.5.31), by Lentz's method: quick for x ≥ a + 1. */
const upperGamma = (a: number, x: number): number => {
  let b = x + 1 - a;
  let [c, d] = [1e300, 1 / b];
  let fraction = d;
  for (let i = 1; i < 10_000; i++) {
    const numerator = i * (a - i);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return fraction * Math.exp(a * Math.log(x) - x - logGamma(a));
};

/** P(χ² > x) with `freedom` degrees of freedom: Q(freedom / 2, x / 2). */
export const chiSquareTail = (x: number, freedom: number): number => {
  const [a, half] = [freedom / 2, x / 2];
  if (half <= 0) return 1;
  if (half === Infinity) return 0;
  return half < a + 1 ? 1 - lowerGamma(a, half) : upperGamma(a, half);
};
