const SIZES = [
  [1e3, 'n<1K'],
  [1e4, '1K<n<10K'],
  [1e5, '10K<n<100K'],
  [1e6, '100K<n<1M'],
  [1e7, '1M<n<10M'],
] as const;

/** How many rows a set has, in the Hugging Face hub's words. */
export const sizeCategory = (rows: number): string => SIZES.find(([most]) => rows < most)?.[1] ?? '10M<n<100M';
