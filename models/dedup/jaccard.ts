/** The distinct values of `values`, ascending. */
export const distinct = (values: Int32Array): Int32Array => {
  const sorted = values.slice().sort();
  let kept = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kept++] = sorted[i] ?? 0;
  return sorted.subarray(0, kept);
};

/** Jaccard's similarity |x ∩ y| / |x ∪ y| of two sets, each sorted and distinct; of two empty ones 1. */
export const jaccard = (x: Int32Array, y: Int32Array): number => {
  let common = 0;
  let i = 0;
  let j = 0;
  while (i < x.length && j < y.length) {
    const a = x[i] ?? 0;
    const b = y[j] ?? 0;
    if (a === b) common++;
    if (a <= b) i++;
    if (b <= a) j++;
  }
  const union = x.length + y.length - common;
  return union === 0 ? 1 : common / union;
};
