/** Rankings as tiers, best first: each tier holds the responses that share a rank. */
export type Tiers = readonly (readonly number[])[];

/** Tiers of ranks per response (1 the best); responses of a tier in their own order. */
export const tiersOf = (ranks: readonly number[]): Tiers =>
  [...new Set(ranks)].sort((a, b) => a - b).map((rank) => ranks.flatMap((one, i) => (one === rank ? [i] : [])));

/** Ranks per response: 1, 2, … without gaps, equal within a tier. */
export const ranksOf = (tiers: Tiers, responses: number): number[] =>
  Array.from({ length: responses }, (_, i) => 1 + tiers.findIndex((tier) => tier.includes(i)));

const without = (tiers: Tiers, response: number): Tiers =>
  tiers.map((tier) => tier.filter((one) => one !== response)).filter((tier) => tier.length > 0);

/** Puts a response alone between tiers: before the one that is number `before` of those without it. */
export const place = (tiers: Tiers, response: number, before: number): Tiers => {
  const rest = without(tiers, response);
  return [...rest.slice(0, before), [response], ...rest.slice(before)];
};

/** Makes a response share the rank of another. */
export const tie = (tiers: Tiers, response: number, other: number): Tiers =>
  response === other
    ? tiers
    : without(tiers, response).map((tier) => (tier.includes(other) ? [...tier, response] : tier));

/** One place up (−1) or down (1): out of a shared rank first, else past the next tier. */
export const move = (tiers: Tiers, response: number, by: 1 | -1): Tiers => {
  const at = tiers.findIndex((tier) => tier.includes(response));
  const shared = (tiers[at]?.length ?? 0) > 1;
  const before = by < 0 ? (shared ? at : at - 1) : at + 1;
  return place(tiers, response, Math.max(0, before));
};
