/** All votes on an item side by side, task by task. */
import type { Task } from '../../schemas/annotation.ts';
import type { ReviewItem, ShownVote } from '../../schemas/console.ts';
import { duration, moment } from '../charts/words.ts';
import { Diff } from '../tasks/critique.tsx';
import { type Given, gridOf, isText } from './answer-grid.ts';
import { type Voter, VoterName } from './people.tsx';

const givenOf = (votes: readonly ShownVote[], task: Task): Given[] =>
  votes.flatMap(({ annotator: by, body }) => (body === null || body.task !== task ? [] : [{ by, statement: body }]));

/** Texts to read, one below the other; an edited response as its changes. */
const Texts = ({
  given,
  voters,
  review,
}: {
  given: readonly Given[];
  voters: readonly Voter[];
  review: ReviewItem;
}) => (
  <div className="stack">
    {given.map(({ by, statement }) => {
      const voter = voters.find(({ subject }) => subject === by);
      const edited = statement.task === 'critique' ? statement.value.edited : null;
      const original =
        statement.task === 'critique' ? (review.item.responses[statement.value.response]?.text ?? '') : '';
      return (
        <article key={by} className="said">
          {voter !== undefined && <VoterName voter={voter} />}
          {(statement.task === 'critique' || statement.task === 'demonstration') && (
            <p className="plain" dir="auto">
              {statement.value.text}
            </p>
          )}
          {edited !== null && <Diff from={original} to={edited} />}
        </article>
      );
    })}
  </div>
);

const Grid = ({
  task,
  given,
  voters,
  responses,
}: {
  task: Task;
  given: readonly Given[];
  voters: readonly Voter[];
  responses: number;
}) => (
  <section className="scroll" tabIndex={0} aria-label={`Votes: ${task}`}>
    <table className="vote-grid">
      <thead>
        <tr>
          <th scope="col">{task}</th>
          {voters.map((voter) => (
            <th key={voter.subject} scope="col">
              <VoterName voter={voter} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {gridOf(
          given,
          voters.map(({ subject }) => subject),
          responses,
        ).map(({ name, cells, differs }) => (
          <tr key={name} className={differs ? 'differs' : ''}>
            <th scope="row">
              {name}
              {differs && <span className="hidden"> (votes differ)</span>}
            </th>
            {cells.map((cell, i) => (
              <td key={voters[i]?.subject ?? i} dir="auto">
                {cell ?? '–'}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

/** Votes that count, then those that were taken back. */
export const Votes = ({ review, voters }: { review: ReviewItem; voters: readonly Voter[] }) => {
  const { votes, withdrawn, tasks, item, state } = review;
  const secondsOf = (subject: string): number | null => {
    const own = votes.flatMap(({ annotator, body }) => (annotator === subject ? (body?.seconds ?? []) : []));
    return own.length === 0 ? null : own.reduce((sum, seconds) => sum + seconds, 0);
  };
  const atOf = (subject: string) => votes.findLast(({ annotator }) => annotator === subject)?.at ?? null;
  const current = voters.filter(({ subject }) => votes.some(({ annotator }) => annotator === subject));
  return (
    <section className="stack" aria-label="Votes">
      {tasks.map((task) => {
        const given = givenOf(votes, task);
        if (given.length === 0) return null;
        return isText(task) ? (
          <section key={task} aria-label={`Votes: ${task}`}>
            <h3>{task}</h3>
            <Texts given={given} voters={voters} review={review} />
          </section>
        ) : (
          <Grid key={task} task={task} given={given} voters={current} responses={item.responses.length} />
        );
      })}
      <ul className="voters">
        {current.map((voter) => (
          <li key={voter.subject}>
            <VoterName voter={voter} /> <span className="quiet">took {duration(secondsOf(voter.subject))}</span>
            {atOf(voter.subject) !== null && <span className="quiet">, {moment(atOf(voter.subject) ?? 0)}</span>}
          </li>
        ))}
      </ul>
      {state.skips.length > 0 && <p className="quiet">Skipped: {state.skips.map(({ reason }) => reason).join(', ')}</p>}
      {withdrawn.length > 0 && (
        <details>
          <summary>{withdrawn.length} votes were taken back</summary>
          {tasks.map((task) => {
            const given = givenOf(withdrawn, task);
            const people = voters.filter(({ subject }) => given.some(({ by }) => by === subject));
            return (
              given.length > 0 && (
                <Grid key={task} task={task} given={given} voters={people} responses={item.responses.length} />
              )
            );
          })}
        </details>
      )}
      {state.known !== null && (
        <p className="notice">
          A check. Known: {state.known.map(({ task, category }) => `${task} ${category}`).join(', ')}
        </p>
      )}
    </section>
  );
};
