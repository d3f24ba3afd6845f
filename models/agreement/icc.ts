/** Intraclass correlations (Shrout & Fleiss 1979), from n items × k raters, all rated by all. */

export const ICC_FORMS = ['icc-1-1', 'icc-2-1', 'icc-3-1', 'icc-1-k', 'icc-2-k', 'icc-3-k'] as const;
/** Model (1: raters of each item drawn apart; 2: the same raters, drawn from many; 3: these raters) and unit (one rating or the mean of k). */
export type IccForm = (typeof ICC_FORMS)[number];

/** The six forms of the rows named, an item as often as it is named; null where nothing varies or for fewer than two items or raters. */
export const iccs = (
  ratings: Float64Array,
  k: number,
  rows: ArrayLike<number>,
): Readonly<Record<IccForm, number | null>> => {
  const n = rows.length;
  const columns = new Float64Array(k);
  const means = new Float64Array(n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < k; j++) {
      const value = ratings[(rows[i] ?? 0) * k + j] ?? 0;
      means[i] = (means[i] ?? 0) + value / k;
      columns[j] = (columns[j] ?? 0) + value / n;
    }
  const grand = means.reduce((sum, mean) => sum + mean, 0) / n;
  const between = (k * means.reduce((sum, mean) => sum + (mean - grand) ** 2, 0)) / (n - 1);
  const judges = (n * columns.reduce((sum, mean) => sum + (mean - grand) ** 2, 0)) / (k - 1);
  let within = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < k; j++) within += ((ratings[(rows[i] ?? 0) * k + j] ?? 0) - (means[i] ?? 0)) ** 2;
  const error = (within - judges * (k - 1)) / ((n - 1) * (k - 1));
  within /= n * (k - 1);
  const share = (a: number, b: number): number | null => (n < 2 || k < 2 || !(Math.abs(b) > 1e-12) ? null : a / b);
  return {
    'icc-1-1': share(between - within, between + (k - 1) * within),
    'icc-2-1': share(between - error, between + (k - 1) * error + (k * (judges - error)) / n),
    'icc-3-1': share(between - error, between + (k - 1) * error),
    'icc-1-k': share(between - within, between),
    'icc-2-k': share(between - error, between + (judges - error) / n),
    'icc-3-k': share(between - error, between),
  };
};
