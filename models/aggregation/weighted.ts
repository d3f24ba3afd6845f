import { expectedQuality, type Fit, voteShares, winnerOf } from './fit.ts';
import type { VoteTable } from './vote-table.ts';

/** 1 for the winner of each item, 0 elsewhere. */
const winners = (table: VoteTable, posteriors: Float64Array): Float64Array => {
  const K = table.categories.length;
  const out = new Float64Array(posteriors.length);
  for (let i = 0; i < table.items; i++) out[i * K + winnerOf({ posteriors }, i, K)] = 1;
  return out;
};

/** Plain majority: shares of votes; an annotator's quality is how often they agree with the winner. */
export const majority = (table: VoteTable): Fit => {
  const posteriors = voteShares(table);
  return { posteriors, quality: expectedQuality(table, winners(table, posteriors)), iterations: 0, converged: true };
};

/** Worker agreement with aggregate (crowd-kit's Wawa; S328): votes weigh what their annotator's agreement with the plain majority is. */
export const weightedMajority = (table: VoteTable): Fit => {
  const plain = majority(table);
  return { ...plain, posteriors: voteShares(table, plain.quality) };
};
