/** Symmetric positive definite systems of a few dozen unknowns. */

/** Lower Cholesky factor of a symmetric positive definite k × k matrix, row-major; NaN where it is not one. */
export const cholesky = (matrix: ArrayLike<number>, k: number): Float64Array => {
  const lower = new Float64Array(k * k);
  for (let i = 0; i < k; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * k + j] ?? 0;
      for (let p = 0; p < j; p++) sum -= (lower[i * k + p] ?? 0) * (lower[j * k + p] ?? 0);
      lower[i * k + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * k + j] ?? 1);
    }
  return lower;
};

/** L⁻¹ of a lower triangle. */
export const invertLower = (lower: Float64Array, k: number): Float64Array => {
  const inverse = new Float64Array(k * k);
  for (let c = 0; c < k; c++)
    for (let i = c; i < k; i++) {
      let sum = i === c ? 1 : 0;
      for (let p = c; p < i; p++) sum -= (lower[i * k + p] ?? 0) * (inverse[p * k + c] ?? 0);
      inverse[i * k + c] = sum / (lower[i * k + i] ?? 1);
    }
  return inverse;
};

/** x of A·x = b for a symmetric positive definite A. */
export const solve = (matrix: ArrayLike<number>, b: ArrayLike<number>, k: number): Float64Array => {
  const inverse = invertLower(cholesky(matrix, k), k);
  const half = Float64Array.from({ length: k }, (_, i) => {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += (inverse[i * k + j] ?? 0) * (b[j] ?? 0);
    return sum;
  });
  return Float64Array.from({ length: k }, (_, i) => {
    let sum = 0;
    for (let j = i; j < k; j++) sum += (inverse[j * k + i] ?? 0) * (half[j] ?? 0);
    return sum;
  });
};
