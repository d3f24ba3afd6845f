/**
 * Out-of-distribution distance (S108): Mahalanobis distance under a low-rank covariance, that of probabilistic PCA (Tipping &
 * Bishop 1999, eq. 7 and 8): Σ = Q·B·Qᵀ + σ²·(I − Q·Qᵀ). It holds dims × components numbers instead of dims², stays invertible with
 * fewer rows than features, and what lies outside the training subspace counts instead of vanishing.
 */
import { cholesky, invertLower } from '../cholesky.ts';
import { assertFinite } from '../runtime.ts';
import { principalSubspace } from './subspace.ts';

export interface OodModel {
  readonly components: number;
  /** Q: dims × components, orthonormal columns. */
  readonly basis: Float32Array;
  /** W: components × components with W·Wᵀ = B⁻¹, B the covariance inside the subspace. */
  readonly whitening: Float32Array;
  /** σ²: mean variance per dimension outside it. */
  readonly residual: number;
  /** A distance beyond it is flagged. */
  readonly threshold: number;
}

const COMPONENTS = 16;
/** Rows a component needs before its variance means anything. */
const ROWS_PER_COMPONENT = 4;

/**
 * The distance of n standardised rows (mean 0), without a threshold yet; null where there are too few rows or features that
 * vary to know what is usual.
 */
export const fitOod = async (
  rows: Float32Array,
  n: number,
  dims: number,
  seed = 0,
): Promise<Omit<OodModel, 'threshold'> | null> => {
  assertFinite(rows, 'features');
  const variances = new Float64Array(dims);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < dims; j++) variances[j] = (variances[j] ?? 0) + (rows[i * dims + j] ?? 0) ** 2 / n;
  const live = variances.filter((variance) => variance > 0).length;
  const components = Math.min(COMPONENTS, Math.floor(n / ROWS_PER_COMPONENT), live - 1);
  if (components < 1) return null;
  const { basis, covariance } = await principalSubspace(rows, n, dims, components, seed);
  const total = variances.reduce((sum, variance) => sum + variance, 0);
  let inside = 0;
  for (let c = 0; c < components; c++) inside += covariance[c * components + c] ?? 0;
  // Rows that repeat each other, or leave nothing outside the subspace, would divide by 0.
  const floor = (1e-6 * total) / live;
  const residual = Math.max(0, total - inside) / (live - components) + floor;
  for (let c = 0; c < components * components; c += components + 1) covariance[c] = (covariance[c] ?? 0) + floor;
  const inverse = invertLower(cholesky(covariance, components), components);
  const whitening = Float32Array.from({ length: components ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / components), at % components];
    return inverse[j * components + i] ?? 0;
  });
  return { components, basis, whitening, residual };
};
