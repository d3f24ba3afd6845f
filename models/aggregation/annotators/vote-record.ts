import type { Task } from '../../../schemas/annotation.ts';

/** One person's answer to one question, with what a scorecard looks at. */
export interface VoteRecord {
  /** What was asked: the item, and response and aspect where the task has them. */
  readonly question: string;
  readonly item: string;
  readonly annotator: string;
  readonly task: Task;
  /** Questions that share their categories or scale: the aspect, or null. */
  readonly pool: string | null;
  readonly value: string | number;
  /** Seconds of work, where known. */
  readonly seconds: number | null;
  /** Pairwise: the side that stood first; null where nobody knows. */
  readonly first: 'a' | 'b' | null;
  /** Pairwise: lengths of the two texts; null where they have none. */
  readonly lengths: readonly [a: number, b: number] | null;
  /** Of an item whose answer is known: whether this is right. */
  readonly right: boolean | null;
}

/** Votes by question, so that each is compared with the others on the same. */
export const byQuestion = (votes: readonly VoteRecord[]): ReadonlyMap<string, readonly VoteRecord[]> => {
  const questions = new Map<string, VoteRecord[]>();
  for (const vote of votes) {
    const key = JSON.stringify([vote.task, vote.pool, vote.question]);
    const known = questions.get(key);
    if (known === undefined) questions.set(key, [vote]);
    else known.push(vote);
  }
  return questions;
};
