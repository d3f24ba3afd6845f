import { type Candidate, marginOf, rewardOf } from './candidate.ts';
import type { Selecting } from './rules.ts';

/** Why a candidate goes, and what was looked at besides its own figures; null where it stays. */
export interface Removal {
  readonly reason: string;
  readonly values?: Readonly<Record<string, number | string>>;
}

export type Filter = (candidate: Candidate, config: Selecting) => Removal | null;

const gone = (reason: string): Removal => ({ reason });

/** A usable label, on responses that are there and differ. */
export const labelFilter: Filter = ({ labelled, verdict, responses }) => {
  if (verdict === null) return gone(labelled ? 'no-preference' : 'unlabelled');
  if (verdict.task === 'demonstration') return null;
  const named = [verdict.chosen ?? 0, verdict.rejected ?? (verdict.tie ? 1 : null)];
  const sides = named.filter((index) => index !== null).map((index) => responses[index] ?? null);
  if (sides.includes(null)) return gone('empty-response');
  return sides.length === 2 && sides[0] === sides[1] ? gone('identical-responses') : null;
};

export const tieFilter: Filter = ({ verdict }, { dropTies }) =>
  dropTies && verdict?.tie === true ? gone('tie') : null;

export const agreementFilter: Filter = ({ verdict }, { minAgreement }) =>
  (verdict?.agreement ?? 1) < minAgreement ? gone('low-agreement') : null;

export const scoreFilter: Filter = (candidate, { minRating, maxScoreContradiction }) => {
  const { verdict } = candidate;
  if (minRating !== null && verdict?.task === 'rating' && (verdict.rating ?? minRating) < minRating)
    return gone('low-rating');
  const margin = marginOf(candidate);
  return maxScoreContradiction !== null && margin !== null && margin < -maxScoreContradiction
    ? gone('contradicts-reward')
    : null;
};

/** Indices of those that are not among the best `share` by reward, ties by item. Without any reward nothing is taken out. */
export const belowTop = (
  candidates: readonly Candidate[],
  alive: readonly number[],
  share: number,
): Map<number, Removal> => {
  const rewards = alive.map((index) => ({ index, reward: rewardOf(candidates[index] as Candidate) }));
  if (share >= 1 || rewards.every(({ reward }) => reward === null)) return new Map();
  const itemOf = (index: number) => candidates[index]?.item ?? '';
  rewards.sort(
    (a, b) =>
      (b.reward ?? Number.NEGATIVE_INFINITY) - (a.reward ?? Number.NEGATIVE_INFINITY) ||
      (itemOf(a.index) < itemOf(b.index) ? -1 : 1),
  );
  const kept = Math.ceil(share * rewards.length);
  return new Map(rewards.slice(kept).map(({ index }) => [index, gone('below-top-share')]));
};
