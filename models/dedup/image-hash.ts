/** Hashes of pictures that survive scaling and compression: 64 bits, near where the pictures look alike. */

/** Pixels a side that `perceptualHash` reads. */
export const PHASH_SIDE = 32;
const LOW = 8;
/** Columns and rows that `differenceHash` reads: one column more than it has bits a row. */
export const DHASH_SIZE = { width: LOW + 1, height: LOW } as const;
/** Grey values between darkest and brightest below which nothing but noise is left. */
const BLANK = 8;

/** cos(π · k · (2x + 1) / 64) at [k × 32 + x]: the lowest rows of the DCT-II. */
const cosines = Float64Array.from({ length: LOW * PHASH_SIDE }, (_, i) => {
  const [k, x] = [Math.floor(i / PHASH_SIDE), i % PHASH_SIDE];
  return Math.cos((Math.PI * k * (2 * x + 1)) / (2 * PHASH_SIDE));
});

const isBlank = (grey: Uint8Array): boolean => {
  let least = 255;
  let most = 0;
  for (const value of grey) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least < BLANK;
};

const bitsOf = (length: number, isSet: (i: number) => boolean): bigint => {
  let bits = 0n;
  for (let i = 0; i < length; i++) bits = (bits << 1n) | (isSet(i) ? 1n : 0n);
  return bits;
};

/**
 * DCT hash of 32 × 32 grey pixels, row by row: which of the 8 × 8 lowest frequencies are above their median, first row first
 * (Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", §3.2; bits as ImageHash has them). Null for a
 * blank picture, which is like any other blank one.
 */
export const perceptualHash = (grey: Uint8Array): bigint | null => {
  if (isBlank(grey)) return null;
  const alongRows = new Float64Array(PHASH_SIDE * LOW);
  for (let y = 0; y < PHASH_SIDE; y++)
    for (let k = 0; k < LOW; k++) {
      let sum = 0;
      for (let x = 0; x < PHASH_SIDE; x++) sum += (grey[y * PHASH_SIDE + x] ?? 0) * (cosines[k * PHASH_SIDE + x] ?? 0);
      alongRows[y * LOW + k] = sum;
    }
  const low = new Float64Array(LOW * LOW);
  for (let l = 0; l < LOW; l++)
    for (let k = 0; k < LOW; k++) {
      let sum = 0;
      for (let y = 0; y < PHASH_SIDE; y++) sum += (alongRows[y * LOW + k] ?? 0) * (cosines[l * PHASH_SIDE + y] ?? 0);
      low[l * LOW + k] = sum;
    }
  const sorted = low.toSorted();
  const median = ((sorted[31] ?? 0) + (sorted[32] ?? 0)) / 2;
  return bitsOf(LOW * LOW, (i) => (low[i] ?? 0) > median);
};

/**
 * Difference hash of 9 × 8 grey pixels, row by row: where a pixel is brighter than the one to its left (Krawetz 2013, "Kind of like
 * that"; bits as ImageHash has them). Null for a blank picture.
 */
export const differenceHash = (grey: Uint8Array): bigint | null => {
  if (isBlank(grey)) return null;
  return bitsOf(LOW * LOW, (i) => {
    const at = Math.floor(i / LOW) * DHASH_SIZE.width + (i % LOW);
    return (grey[at + 1] ?? 0) > (grey[at] ?? 0);
  });
};
