/** What a label says of content, in terms that compare across rows of equal or nearly equal content. */
export interface Claim {
  /** Keys of the better and the worse response: equal where two rows mean the same response. Null where none is named. */
  readonly chosen: string | null;
  readonly rejected: string | null;
  readonly good: boolean | null;
}

/** Whether two claims cannot both hold: the sides are swapped, or good is bad. */
export const contradict = (a: Claim, b: Claim): boolean => {
  if (a.good !== null && b.good !== null && a.good !== b.good) return true;
  return a.chosen !== null && a.rejected !== null && a.chosen === b.rejected && a.rejected === b.chosen;
};

/** Claims that say the same have the same key. */
export const claimKey = ({ chosen, rejected, good }: Claim): string => JSON.stringify([chosen, rejected, good]);
