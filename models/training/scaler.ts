import type { FeatureBlock } from '../encoders/encoder.ts';
import { assertFinite } from '../runtime.ts';

/** How features are centred and scaled before a head sees them; a scale of 0 switches a feature off. */
export interface Scaler {
  readonly mean: Float32Array;
  readonly scale: Float32Array;
}

const moments = (
  features: Float32Array,
  rows: Iterable<number> & { readonly length: number },
  dims: number,
): { mean: Float64Array; variance: Float64Array } => {
  const n = rows.length;
  const mean = new Float64Array(dims);
  const variance = new Float64Array(dims);
  for (const i of rows) for (let j = 0; j < dims; j++) mean[j] = (mean[j] ?? 0) + (features[i * dims + j] ?? 0) / n;
  for (const i of rows)
    for (let j = 0; j < dims; j++) {
      const d = (features[i * dims + j] ?? 0) - (mean[j] ?? 0);
      variance[j] = (variance[j] ?? 0) + (d * d) / n;
    }
  return { mean, variance };
};

/** Smallest deviation, relative to the mean, that counts as a varying feature in float32. */
const FLAT = 1e-6;

/**
 * Mean and standard deviation per feature over n rows, or over the named `rows` of them. The features of a `shared` block (hundreds of hashed counts that only
 * mean something together) get one scale under which the block as a whole has variance 1, so that ridge weighs it like one
 * feature instead of drowning the others in it. Constant features get scale 0. Throws ASY-5005 on NaN.
 */
export const fitScaler = (
  features: Float32Array,
  n: number,
  dims: number,
  { blocks = [], rows }: { blocks?: readonly FeatureBlock[]; rows?: Int32Array } = {},
): Scaler => {
  assertFinite(features, 'features');
  const { mean, variance } = moments(features, rows ?? Int32Array.from({ length: n }, (_, i) => i), dims);
  const flat = (j: number): boolean => Math.sqrt(variance[j] ?? 0) <= FLAT * Math.max(FLAT, Math.abs(mean[j] ?? 0));
  const scale = Float32Array.from(variance, (value, j) => (flat(j) ? 0 : Math.sqrt(value)));
  for (const { from, to, shared } of blocks) {
    if (!shared) continue;
    const whole = Math.sqrt(variance.subarray(from, to).reduce((sum, value) => sum + value, 0));
    for (let j = from; j < to; j++) if (!flat(j)) scale[j] = whole;
  }
  return { mean: Float32Array.from(mean), scale };
};

/** (x − mean) / scale of the named rows, in their order, 0 where the scale is 0: rows.length × dims. */
export const gatherScaled = (
  features: Float32Array,
  rows: ArrayLike<number>,
  { mean, scale }: Scaler,
): Float32Array => {
  const dims = scale.length;
  const inverse = Float64Array.from(scale, (value) => (value === 0 ? 0 : 1 / value));
  const out = new Float32Array(rows.length * dims);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] ?? 0) * dims;
    for (let j = 0; j < dims; j++) out[i * dims + j] = ((features[from + j] ?? 0) - (mean[j] ?? 0)) * (inverse[j] ?? 0);
  }
  return out;
};
