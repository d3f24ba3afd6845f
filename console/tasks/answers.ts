/** The drafts of one item, and what they say once complete. */
import type { Statement, Task } from '../../schemas/annotation.ts';
import type { Questions } from '../../schemas/questions.ts';
import type { Answers } from './drafts.ts';
import { TASK_KINDS } from './index.ts';
import type { Asked } from './task.ts';

/** A draft for each task: as stored where it can be taken up, else new. */
export const beginAnswers = (
  tasks: readonly Task[],
  asked: Asked,
  questions: Questions,
  stored: Answers = {},
): Answers => Object.fromEntries(tasks.map((task) => [task, TASK_KINDS[task].restore(stored[task], asked, questions)]));

/** What has its answer, and the tasks that still lack it. */
export const statementsOf = (
  tasks: readonly Task[],
  answers: Answers,
  questions: Questions,
): { given: Statement[]; missing: Task[] } => {
  const all = tasks.map((task) => [task, TASK_KINDS[task].complete(answers[task], questions)] as const);
  return {
    given: all.flatMap(([, statement]) => (statement === null ? [] : [statement])),
    missing: all.flatMap(([task, statement]) => (statement === null ? [task] : [])),
  };
};
