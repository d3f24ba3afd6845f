/** Labels of rankings as one consensus ranking, where a mean of ranks is not what is asked for (S126). */
import { type Label, RankingMethod } from '../../schemas/label.ts';
import { consensusRanks } from './rankings.ts';
import type { VoteGroup } from './votes.ts';

/** Rankings of all responses, by annotation; those that leave a response out are no ranking of these and are not heard. */
const rankingsOf = (groups: readonly VoteGroup[]): number[][] => {
  const rankings = new Map<string, number[]>();
  for (const { votes } of groups)
    for (const { annotation, value } of votes)
      rankings.set(annotation, [...(rankings.get(annotation) ?? []), Number(value)]);
  return [...rankings.values()].filter((ranks) => ranks.length === groups.length);
};

/** The labels of one item (as `groups` were made into them, in order), its rankings' values the ranks of their consensus; as they are where `method` is one of numbers, or a reviewer has ruled. */
export const withConsensus = async (
  labels: readonly Label[],
  groups: readonly VoteGroup[],
  method: string,
): Promise<readonly Label[]> => {
  const known = RankingMethod.safeParse(method);
  const ranked = groups.filter(({ task }) => task === 'ranking');
  if (!known.success || ranked.length === 0) return labels;
  const rankings = rankingsOf(ranked);
  if (rankings.length === 0) return labels;
  const ranks = await consensusRanks(rankings, known.data);
  return labels.map((label) => {
    const place =
      label.task === 'ranking' && label.method !== 'ruling'
        ? ranked.findIndex(({ response }) => response === label.response)
        : -1;
    return place < 0 ? label : { ...label, value: ranks[place] ?? null, method: known.data };
  });
};
