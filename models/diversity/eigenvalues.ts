/** Sweeps after which a symmetric matrix is diagonal to working precision; 6 to 10 are usual. */
const SWEEPS = 50;

/**
 * Eigenvalues of a symmetric n × n matrix, row-major, in falling order, by cyclic Jacobi rotations (Golub & Van Loan, algorithm
 * 8.5.3). O(n³) a sweep.
 */
export const symmetricEigenvalues = (matrix: ArrayLike<number>, n: number): Float64Array => {
  const a = Float64Array.from(matrix);
  const at = (i: number, j: number): number => a[i * n + j] ?? 0;
  const scale = Math.hypot(...a) || 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) off += at(i, j) ** 2;
    if (Math.sqrt(off) <= 1e-15 * scale) break;
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        const apart = at(p, q);
        if (Math.abs(apart) <= 1e-300) continue;
        const theta = (at(q, q) - at(p, p)) / (2 * apart);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [at(k, p), at(k, q)];
          a[k * n + p] = c * kp - s * kq;
          a[k * n + q] = s * kp + c * kq;
        }
        for (let k = 0; k < n; k++) {
          const [pk, qk] = [at(p, k), at(q, k)];
          a[p * n + k] = c * pk - s * qk;
          a[q * n + k] = s * pk + c * qk;
        }
      }
  }
  return Float64Array.from({ length: n }, (_, i) => at(i, i))
    .sort()
    .reverse();
};
