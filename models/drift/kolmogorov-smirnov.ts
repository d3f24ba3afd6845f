import { AssayError } from '../../schemas/errors.ts';
import type { Reading } from '../../schemas/monitor.ts';
import { significant } from '../../schemas/significant.ts';
import { figure, found } from './reading.ts';

/** Beyond this many cells of the lattice the limiting distribution is used. */
const EXACT = 100_000_000;

/** P(K > x) of Kolmogorov's limiting distribution, 2 Σ (−1)^(k−1) exp(−2k²x²). */
export const kolmogorovTail = (x: number): number => {
  if (x < 0.2) return 1; // to within 1e-12
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
};

/**
 * P(D ≥ d) of two samples of n and m without ties, over all orders: the share of lattice paths from (0, 0) to (n, m) that reach
 * |i/n − j/m| ≥ d (Hodges 1958; as a recursion of probabilities by Viehmann 2021). O(n · m).
 */
const exactTail = (d: number, n: number, m: number): number => {
  const outside = (i: number, j: number): boolean => Math.abs(i * m - j * n) >= d * n * m - 1e-7;
  const row = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++)
    for (let j = 0; j <= m; j++) {
      const [left, up] = [j === 0 ? 0 : (row[j - 1] ?? 0), row[j] ?? 0];
      row[j] = outside(i, j) ? 1 : i + j === 0 ? 0 : (up * i + left * j) / (i + j);
    }
  return row[m] ?? 1;
};

export interface KsTest {
  /** Largest distance of the two empirical distribution functions. */
  readonly statistic: number;
  /** Two-sided: exact up to n · m = 10⁸, else by the limiting distribution. */
  readonly p: number;
}

/** Two-sample Kolmogorov–Smirnov test (S123). Throws ASY-5005 for NaN, RangeError for an empty sample. */
export const ksTest = (a: ArrayLike<number>, b: ArrayLike<number>): KsTest => {
  const [x, y] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) throw new RangeError('two samples are needed');
  if (Number.isNaN(x.at(-1)) || Number.isNaN(y.at(-1))) throw new AssayError('ASY-5005', { what: 'a sample' });
  let [i, j, steps] = [0, 0, 0];
  while (i < n && j < m) {
    const at = Math.min(x[i] ?? 0, y[j] ?? 0);
    while (i < n && x[i] === at) i++;
    while (j < m && y[j] === at) j++;
    steps = Math.max(steps, Math.abs(i * m - j * n));
  }
  const statistic = steps / (n * m);
  const p = n * m <= EXACT ? exactTail(statistic, n, m) : kolmogorovTail(statistic * Math.sqrt((n * m) / (n + m)));
  return { statistic, p: Math.min(1, p) };
};

/** Red where the samples differ beyond chance, p < alpha, and by at least `least`: with many rows any difference is beyond chance. */
export const ksAlarm = (
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  least = 0.1,
  alpha = 0.01,
): Reading => {
  const { statistic, p } = ksTest(reference, current);
  const n = reference.length + current.length;
  return found(p < alpha && statistic >= least, `KS ${significant(statistic)}, p ${significant(p)}`, [
    figure('KS', statistic, n, least),
    figure('p of KS', p, n, alpha),
  ]);
};
