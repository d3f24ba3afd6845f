/** How far a few sources shape everything (S332). */

/** Herfindahl–Hirschman index Σ shareᵢ² of counts: 1/n where n are equal, 1 where one has all; null without any. */
export const concentrationOf = (counts: readonly number[]): number | null => {
  const sum = counts.reduce((all, count) => all + count, 0);
  return sum === 0 ? null : counts.reduce((index, count) => index + (count / sum) ** 2, 0);
};

/** Names whose share of the counts is above the cap, the largest first. */
export const aboveCap = (counts: ReadonlyMap<string, number>, cap: number): { name: string; share: number }[] => {
  const sum = [...counts.values()].reduce((all, count) => all + count, 0);
  return [...counts]
    .map(([name, count]) => ({ name, share: count / sum }))
    .filter(({ share }) => share > cap)
    .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
};
