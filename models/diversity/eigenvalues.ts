/** Eigenvalues of small symmetric matrices. */

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Entry i stands beside the diagonal between i and i + 1; the last is 0. */
  readonly beside: Float64Array;
}

/** The tridiagonal matrix of the same eigenvalues, by Householder reflections (Golub & Van Loan, algorithm 8.3.1). O(n³). */
const tridiagonal = (matrix: ArrayLike<number>, n: number): Tridiagonal => {
  const a = Float64Array.from(matrix);
  const at = (i: number, j: number): number => a[i * n + j] ?? 0;
  const [v, w] = [new Float64Array(n), new Float64Array(n)];
  const beside = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    let square = 0;
    for (let i = k + 1; i < n; i++) square += at(i, k) ** 2;
    const length = Math.sqrt(square);
    const first = at(k + 1, k);
    beside[k] = first > 0 ? -length : length;
    const beta = square - first * (beside[k] ?? 0);
    if (beta === 0) continue;
    for (let i = k + 1; i < n; i++) v[i] = at(i, k);
    v[k + 1] = first - (beside[k] ?? 0);
    let half = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += at(i, j) * (v[j] ?? 0);
      w[i] = sum / beta;
      half += (sum * (v[i] ?? 0)) / (2 * beta * beta);
    }
    for (let i = k + 1; i < n; i++) w[i] = (w[i] ?? 0) - half * (v[i] ?? 0);
    for (let i = k + 1; i < n; i++) {
      const [vi, wi] = [v[i] ?? 0, w[i] ?? 0];
      for (let j = k + 1; j < n; j++) a[i * n + j] = at(i, j) - vi * (w[j] ?? 0) - wi * (v[j] ?? 0);
    }
  }
  return { diagonal: Float64Array.from({ length: n }, (_, i) => at(i, i)), beside };
};

/** From `from` on the first place behind which the matrix falls apart to working precision. */
const split = ({ diagonal, beside }: Tridiagonal, from: number): number => {
  for (let m = from; m < diagonal.length - 1; m++) {
    const near = Math.abs(diagonal[m] ?? 0) + Math.abs(diagonal[m + 1] ?? 0);
    if (Math.abs(beside[m] ?? 0) <= Number.EPSILON * near) return m;
  }
  return diagonal.length - 1;
};

/** One step of QL with an implicit shift on rows `from` to `to` (Dubrulle, Martin & Wilkinson 1968), in place. */
const step = ({ diagonal: d, beside: e }: Tridiagonal, from: number, to: number): void => {
  const slope = ((d[from + 1] ?? 0) - (d[from] ?? 0)) / (2 * (e[from] ?? 0));
  let g = (d[to] ?? 0) - (d[from] ?? 0) + (e[from] ?? 0) / (slope + (slope < 0 ? -1 : 1) * Math.hypot(slope, 1));
  let [s, c, p] = [1, 1, 0];
  for (let i = to - 1; i >= from; i--) {
    const [f, b] = [s * (e[i] ?? 0), c * (e[i] ?? 0)];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] ?? 0) - p;
      e[to] = 0;
      return;
    }
    [s, c] = [f / r, g / r];
    const last = (d[i + 1] ?? 0) - p;
    const turned = ((d[i] ?? 0) - last) * s + 2 * c * b;
    p = s * turned;
    d[i + 1] = last + p;
    g = c * turned - b;
  }
  d[from] = (d[from] ?? 0) - p;
  e[from] = g;
  e[to] = 0;
};

/** Steps after which an eigenvalue is exact to working precision; two or three are usual. Bounded for what is no number. */
const STEPS = 50;

/** Eigenvalues of a symmetric n × n matrix, row-major, in falling order. O(n³). */
export const symmetricEigenvalues = (matrix: ArrayLike<number>, n: number): Float64Array => {
  const reduced = tridiagonal(matrix, n);
  for (let from = 0; from < n; from++)
    for (let steps = 0; steps < STEPS; steps++) {
      const to = split(reduced, from);
      if (to === from) break;
      step(reduced, from, to);
    }
  return reduced.diagonal.sort().reverse();
};
