/** How old a set's labels are, and what age takes off their weight (S075, S385). */
const DAY = 86_400_000;

/** 2^(−age / half-life); both in days. An age below 0 counts as 0. */
export const decay = (age: number, halfLife: number): number => 2 ** (-Math.max(0, age) / halfLife);

/** Weight of a label given at `at` when `now` is it, both in milliseconds since 1970, with a half-life in days. */
export const vintageWeight = (at: number, now: number, halfLife: number): number => decay((now - at) / DAY, halfLife);

/**
 * Share of labels by the year (UTC) in which they were given, years in order; nothing for no label. `counts` says how many were
 * given at each time, by default one.
 */
export const vintageMix = (
  times: readonly number[],
  counts: readonly number[] = times.map(() => 1),
): { readonly year: number; readonly share: number }[] => {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const years = new Map<number, number>();
  for (const [i, time] of times.entries()) {
    const year = new Date(time).getUTCFullYear();
    years.set(year, (years.get(year) ?? 0) + (counts[i] ?? 0));
  }
  return [...years].map(([year, n]) => ({ year, share: n / total })).sort((a, b) => a.year - b.year);
};
