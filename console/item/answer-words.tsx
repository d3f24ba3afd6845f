import type { Statement } from '../../schemas/annotation.ts';
import { wordsOf } from './answer-words.ts';

/** Answers in words, a line per task. */
export const AnswerWords = ({ votes, shown }: { votes: readonly Statement[]; shown: readonly number[] }) => (
  <dl className="answer-words">
    {votes.map((vote) => (
      <div key={vote.task}>
        <dt>{vote.task}</dt>
        <dd className="plain" dir="auto">
          {wordsOf(vote, shown)}
        </dd>
      </div>
    ))}
  </dl>
);
