import type { Reading } from '../../schemas/monitor.ts';
import { significant } from '../../schemas/significant.ts';
import { createRandom } from '../random.ts';
import { figure, found } from './reading.ts';

type Rows = readonly ArrayLike<number>[];

export interface MmdTest {
  /** Unbiased estimate of MMD², which may be below 0. */
  readonly statistic: number;
  /** (1 + permutations at least as far apart) / (1 + permutations). */
  readonly p: number;
  /** σ of the kernel exp(−‖x − y‖² / 2σ²). */
  readonly bandwidth: number;
}

const squaredDistances = (rows: Rows): Float64Array => {
  const n = rows.length;
  const squares = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [rows[i] ?? [], rows[j] ?? []];
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += ((a[k] ?? 0) - (b[k] ?? 0)) ** 2;
      squares[i * n + j] = squares[j * n + i] = sum;
    }
  return squares;
};

/** Median of the distances between different rows (Gretton et al. 2012, section 8); 1 where it is 0. */
const medianDistance = (squares: Float64Array, n: number): number => {
  const each: number[] = [];
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) each.push(Math.sqrt(squares[i * n + j] ?? 0));
  each.sort((a, b) => a - b);
  const half = each.length >> 1;
  const median = each.length % 2 === 1 ? (each[half] ?? 0) : ((each[half - 1] ?? 0) + (each[half] ?? 0)) / 2;
  return median > 0 ? median : 1;
};

/** MMD²_u (Gretton et al. 2012, equation 3) of the rows whose side is 0 and those whose side is 1; the diagonal is left out. */
const unbiased = (kernel: Float64Array, side: Uint8Array, n: number, m: number): number => {
  const all = n + m;
  const sums = [0, 0, 0];
  for (let i = 0; i < all; i++)
    for (let j = 0; j < i; j++) {
      const pair = (side[i] ?? 0) + (side[j] ?? 0);
      sums[pair] = (sums[pair] ?? 0) + (kernel[i * all + j] ?? 0);
    }
  const [within, across, other] = [sums[0] ?? 0, sums[1] ?? 0, sums[2] ?? 0];
  return (2 * within) / (n * (n - 1)) + (2 * other) / (m * (m - 1)) - (2 * across) / (n * m);
};

/**
 * Two-sample test by maximum mean discrepancy with a Gaussian kernel of the median distance (S123). Sides are drawn anew by a
 * seeded shuffle. O((n + m)² · permutations): draw samples first. Throws RangeError for fewer than two rows on a side.
 */
export const mmdTest = (a: Rows, b: Rows, { permutations = 200, seed = 0 } = {}): MmdTest => {
  const [n, m] = [a.length, b.length];
  if (n < 2 || m < 2) throw new RangeError(`${Math.min(n, m)} rows on a side; 2 are needed`);
  const squares = squaredDistances([...a, ...b]);
  const bandwidth = medianDistance(squares, n + m);
  const kernel = squares.map((square) => Math.exp(-square / (2 * bandwidth * bandwidth)));
  const side = new Uint8Array(n + m).fill(1, n);
  const statistic = unbiased(kernel, side, n, m);
  const random = createRandom(seed);
  let farther = 0;
  for (let draw = 0; draw < permutations; draw++) {
    for (let i = side.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [side[i], side[j]] = [side[j] ?? 0, side[i] ?? 0];
    }
    // The same sides in another order of summation must not count as nearer.
    if (unbiased(kernel, side, n, m) >= statistic - 1e-12) farther++;
  }
  return { statistic, p: (1 + farther) / (1 + permutations), bandwidth };
};

/** Red where the samples differ beyond chance. */
export const mmdAlarm = (
  reference: Rows,
  current: Rows,
  alpha = 0.01,
  options: { permutations?: number; seed?: number } = {},
): Reading => {
  const { statistic, p } = mmdTest(reference, current, options);
  const n = reference.length + current.length;
  return found(p < alpha, `MMD² ${significant(statistic)}, p ${significant(p)}`, [
    figure('MMD²', statistic, n),
    figure('p of MMD²', p, n, alpha),
  ]);
};
