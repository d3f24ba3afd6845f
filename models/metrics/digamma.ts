/** ψ(x) = d ln Γ(x) / dx for x > 0, to about 1e-14: recurrence up to 10, then its asymptotic series (Abramowitz & Stegun 6.3.5, 6.3.18). */
export const digamma = (x: number): number => {
  let [at, below] = [x, 0];
  while (at < 10) {
    below += 1 / at;
    at++;
  }
  const s = 1 / (at * at);
  return (
    Math.log(at) -
    1 / (2 * at) -
    s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - (s * 691) / 32760))))) -
    below
  );
};
