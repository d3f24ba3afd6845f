/** Rows of a batch by their place in the input, and the width they are padded to. */
export interface TokenBatch {
  readonly rows: readonly number[];
  readonly width: number;
}

/**
 * Cuts texts of the given lengths, shortest first, into batches of at most `budget` tokens with padding; a longer text stands
 * alone. Sorting keeps padding small: a batch's width is that of its longest text, or `fixed`.
 */
export const tokenBatches = (lengths: readonly number[], budget: number, fixed: number | null = null): TokenBatch[] => {
  const order = lengths.map((_, i) => i).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  const batches: { rows: number[]; width: number }[] = [];
  for (const row of order) {
    const width = fixed ?? lengths[row] ?? 0;
    const last = batches.at(-1);
    if (last !== undefined && (last.rows.length + 1) * width <= budget) {
      last.rows.push(row);
      last.width = width;
    } else batches.push({ rows: [row], width });
  }
  return batches;
};
