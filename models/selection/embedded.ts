/** Rows as points in space, for selections that look for diversity. */
import { AssayError } from '../../schemas/errors.ts';
import { byText } from '../order.ts';

export interface Embedded {
  readonly id: string;
  readonly vector: ArrayLike<number>;
}

export interface Points<R> {
  /** By id: sums run in this order, so that a selection depends on no other. */
  readonly rows: readonly R[];
  readonly dims: number;
  /** Row-major n × dims. */
  readonly values: Float64Array;
}

/** Rows sorted by id with their vectors side by side, at length 1 where `unit` asks for it. Throws ASY-5005 for NaN and infinity. */
export const pointsOf = <R extends Embedded>(rows: readonly R[], unit: boolean): Points<R> => {
  const sorted = rows.toSorted((a, b) => byText(a.id, b.id));
  const dims = sorted[0]?.vector.length ?? 0;
  const values = new Float64Array(sorted.length * dims);
  for (const [i, { id, vector }] of sorted.entries()) {
    if (vector.length !== dims) throw new RangeError(`${id} has ${vector.length} dimensions, not ${dims}`);
    const own = values.subarray(i * dims, (i + 1) * dims);
    own.set(vector);
    if (!own.every(Number.isFinite)) throw new AssayError('ASY-5005', { what: `vector of ${id}` });
    const length = Math.hypot(...own);
    if (unit && length > 0) for (let k = 0; k < dims; k++) own[k] = (own[k] ?? 0) / length;
  }
  return { rows: sorted, dims, values };
};

export const dot = ({ values, dims }: Points<unknown>, a: number, b: number): number => {
  let sum = 0;
  for (let k = 0; k < dims; k++) sum += (values[a * dims + k] ?? 0) * (values[b * dims + k] ?? 0);
  return sum;
};

/** Index of the largest value, the first of equal ones; −1 where all are −Infinity. */
export const indexOfMax = (values: Float64Array): number => {
  let best = -1;
  for (let i = 0; i < values.length; i++)
    if ((values[i] ?? -Infinity) > (best < 0 ? -Infinity : (values[best] ?? 0))) best = i;
  return best;
};
