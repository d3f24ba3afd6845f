/** One item's votes as the answers that scorecards are made of. */
import type { VoteRecord } from '../../models/aggregation/annotators/vote-record.ts';
import { voteGroups } from '../../models/aggregation/votes.ts';
import type { Annotation, Task } from '../../schemas/annotation.ts';
import { categoryOf, isKnownAnswer } from '../../schemas/categories.ts';
import type { ItemVotes } from './read.ts';

/** The answers that are known of checks: the run's tasks, and how far a number may be off. */
export interface KnownAnswers {
  readonly tasks: readonly Task[];
  readonly tolerance: number;
  /** By item, an answer a task. */
  readonly known: ReadonlyMap<string, readonly (string | null)[]>;
}

/** Whether the answer to a check is the known one; null where none is known. */
const isRight = (annotation: Annotation, { tasks, tolerance, known }: KnownAnswers): boolean | null => {
  const answer = known.get(annotation.item)?.[tasks.indexOf(annotation.task)] ?? null;
  return answer === null ? null : isKnownAnswer(answer, categoryOf(annotation), tolerance);
};

/** The answers; a person's first one on an annotation tells its time and whether it was right, so that both count once. */
export const recordsOf = ({ item, votes, lengths, roundOf }: ItemVotes, answers: KnownAnswers): VoteRecord[] => {
  const byId = new Map(votes.map((vote) => [vote.id, vote]));
  const told = new Set<string>();
  const [a, b] = lengths;
  return voteGroups(votes, roundOf).flatMap(({ task, response, aspect, pool, votes: given }) =>
    given.flatMap(({ annotation: id, value }): VoteRecord[] => {
      const annotation = byId.get(id);
      if (annotation === undefined) return [];
      const again = told.has(id);
      told.add(id);
      return [
        {
          question: JSON.stringify([item, response, aspect]),
          item,
          annotator: annotation.source.id,
          task,
          pool,
          value,
          seconds: again ? null : annotation.seconds,
          first: task !== 'pairwise' || annotation.shown == null ? null : annotation.shown[0] === 1 ? 'b' : 'a',
          lengths: a == null || b == null ? null : [a, b],
          right: again ? null : isRight(annotation, answers),
        },
      ];
    }),
  );
};
