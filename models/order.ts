import { AssayError } from '../schemas/errors.ts';

/** Code-point-free, locale-free order of strings (UTF-16 units), the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Mid-ranks from 1: equal values share the mean of their ranks. Throws ASY-5005 for NaN, which has no rank. */
export const midranks = (values: ArrayLike<number>): Float64Array => {
  for (let i = 0; i < values.length; i++)
    if (Number.isNaN(values[i])) throw new AssayError('ASY-5005', { what: `ranked values (element ${i})` });
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && values[order[j] ?? 0] === values[order[i] ?? 0]) j++;
    for (let k = i; k < j; k++) ranks[order[k] ?? 0] = (i + j + 1) / 2;
    i = j;
  }
  return ranks;
};

/** Quantile q of sorted values by linear interpolation (Hyndman & Fan's type 7, NumPy's default). */
export const quantile = (sorted: ArrayLike<number>, q: number): number => {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const a = sorted[low] ?? Number.NaN;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN;
  return a + (b - a) * (at - low);
};
