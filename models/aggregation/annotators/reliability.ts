/** How far people's categories can be trusted, learnt from all of them together by Dawid–Skene (S042, S328). */
import { dawidSkene } from '../dawid-skene.ts';
import { type VoteRow, voteTable } from '../vote-table.ts';
import { byQuestion, type VoteRecord } from './vote-record.ts';

export interface Reliability {
  /** Votes on questions that somebody else answered too. */
  readonly votes: number;
  /** Share of them expected to be right. */
  readonly quality: number;
  /** 0: what they say depends on nothing, whether it is always the same or at random; 1: it tells the categories apart without fail. */
  readonly spammerScore: number;
}

/**
 * Raykar & Yu 2012, "Eliminating Spammers and Ranking Annotators for Crowdsourced Labeling Tasks", equation 14: the mean over pairs of
 * true categories of half the squared distance between what an annotator says of the one and of the other. `confusion` is
 * categories × categories, rows the true one.
 */
export const spammerScore = (confusion: ArrayLike<number>, categories: number): number => {
  let sum = 0;
  for (let c = 0; c < categories; c++)
    for (let d = c + 1; d < categories; d++)
      for (let k = 0; k < categories; k++)
        sum += ((confusion[c * categories + k] ?? 0) - (confusion[d * categories + k] ?? 0)) ** 2;
  return categories < 2 ? 0 : sum / (categories * (categories - 1));
};

/** By annotator, over all tasks with categories, each task and aspect fitted by itself and weighed by its votes. */
export const reliabilities = (votes: readonly VoteRecord[]): ReadonlyMap<string, Reliability> => {
  const pools = new Map<string, VoteRow[]>();
  for (const [question, given] of byQuestion(votes)) {
    const [first] = given;
    if (first === undefined || given.length < 2 || typeof first.value !== 'string') continue;
    const pool = JSON.stringify([first.task, first.pool]);
    const rows = given.map(({ annotator, value }) => ({ item: question, annotator, category: String(value) }));
    pools.set(pool, [...(pools.get(pool) ?? []), ...rows]);
  }
  const found = new Map<string, Reliability>();
  for (const rows of pools.values()) {
    const { table } = voteTable(rows);
    const K = table.categories.length;
    const { quality, confusions } = dawidSkene(table);
    const counts = new Int32Array(table.annotators.length);
    for (const a of table.annotator) counts[a] = (counts[a] ?? 0) + 1;
    table.annotators.forEach((annotator, a) => {
      const before = found.get(annotator) ?? { votes: 0, quality: 0, spammerScore: 0 };
      const own = counts[a] ?? 0;
      const all = before.votes + own;
      const mixed = (earlier: number, now: number) => (before.votes * earlier + own * now) / all;
      const score = spammerScore(confusions?.subarray(a * K * K, (a + 1) * K * K) ?? [], K);
      found.set(annotator, {
        votes: all,
        quality: mixed(before.quality, quality[a] ?? 0),
        spammerScore: mixed(before.spammerScore, score),
      });
    });
  }
  return found;
};
