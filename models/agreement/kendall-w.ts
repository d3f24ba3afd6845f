import { midranks } from '../order.ts';

/**
 * Kendall's coefficient of concordance W of raters who each gave every one of n things a number (a rank or a rating), corrected for
 * ties (Kendall & Gibbons 1990, section 6.6): 1 where all rank alike, 0 where ranks cancel out. Null for fewer than two raters or
 * things, and where every rater ties all.
 */
export const kendallW = (raters: readonly ArrayLike<number>[]): number | null => {
  const [m, n] = [raters.length, raters[0]?.length ?? 0];
  const sums = new Float64Array(n);
  let ties = 0;
  for (const values of raters) {
    if (values.length !== n) throw new RangeError(`${values.length} ranks of ${n}`);
    const ranks = midranks(values);
    const counts = new Map<number, number>();
    ranks.forEach((rank, i) => {
      sums[i] = (sums[i] ?? 0) + rank;
      counts.set(rank, (counts.get(rank) ?? 0) + 1);
    });
    for (const t of counts.values()) ties += t ** 3 - t;
  }
  const most = m * m * (n ** 3 - n) - m * ties;
  if (m < 2 || n < 2 || most <= 0) return null;
  const mean = (m * (n + 1)) / 2;
  return (12 * sums.reduce((sum, total) => sum + (total - mean) ** 2, 0)) / most;
};
