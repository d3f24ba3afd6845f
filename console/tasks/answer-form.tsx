/** One item with everything asked of it: the content, and a section per task. Keys go to the task in hand. */
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { Task } from '../../schemas/annotation.ts';
import type { Questions } from '../../schemas/questions.ts';
import { Prompt } from '../item/prompt.tsx';
import { Responses } from '../item/responses.tsx';
import { statementsOf } from './answers.ts';
import type { Answers } from './drafts.ts';
import { TASK_KINDS } from './index.ts';
import { isChord, isPressed, isWriting, type KeyHandler, TaskKeys, usePageKeys } from './keys.ts';
import type { Asked } from './task.ts';

const questionOf = (task: Task, questions: Questions): string => questions[task].text;

const Section = ({
  task,
  inHand,
  slot,
  asked,
  questions,
  answers,
  onAnswers,
  onHand,
}: {
  task: Task;
  inHand: boolean;
  slot: { current: KeyHandler | null };
  asked: Asked;
  questions: Questions;
  answers: Answers;
  onAnswers: (answers: Answers) => void;
  onHand: (task: Task) => void;
}) => {
  const { Editor } = TASK_KINDS[task];
  return (
    <TaskKeys value={slot}>
      <section
        className={`task card${inHand ? ' in-hand' : ''}`}
        data-task={task}
        aria-label={questionOf(task, questions)}
        onFocus={() => onHand(task)}
        onPointerDown={() => onHand(task)}
      >
        <h3 dir="auto">{questionOf(task, questions)}</h3>
        <Editor
          value={answers[task]}
          onChange={(value) => onAnswers({ ...answers, [task]: value })}
          asked={asked}
          questions={questions}
        />
      </section>
    </TaskKeys>
  );
};

/** Whether a task shows the one response itself. */
const showsResponse = (task: Task): boolean => ['regions', 'spans', 'steps'].includes(task);

export const AnswerForm = ({
  asked,
  tasks,
  questions,
  answers,
  onAnswers,
  onKey,
  children,
}: {
  asked: Asked;
  tasks: readonly Task[];
  questions: Questions;
  answers: Answers;
  onAnswers: (answers: Answers) => void;
  /** Keys that no task wanted; true: they meant something. */
  onKey: KeyHandler;
  /** Stands below the tasks: what can be done with the answer. */
  children: ReactNode;
}) => {
  const slots = useMemo(() => new Map(tasks.map((task) => [task, { current: null as KeyHandler | null }])), [tasks]);
  const [chosen, setChosen] = useState<Task | null>(null);
  const { missing } = statementsOf(tasks, answers, questions);
  const inHand = chosen ?? tasks[0];
  /** Whether a key is being handled that may be its answer's last: arrows go on changing it. */
  const deciding = useRef(false);

  const change = (next: Answers): void => {
    onAnswers(next);
    const { missing: still } = statementsOf(tasks, next, questions);
    // A key that completed its task hands the keys on to the next that lacks its answer.
    if (deciding.current && inHand !== undefined && missing.includes(inHand) && !still.includes(inHand))
      setChosen(still[0] ?? inHand);
  };
  const walk = ({ key }: KeyboardEvent): boolean => {
    const by = ({ '.': 1, ',': -1 } as const)[key];
    if (by !== undefined) setChosen((now) => tasks[tasks.indexOf(now ?? (tasks[0] as Task)) + by] ?? now);
    else if (key === 'Enter' && inHand !== undefined && !missing.includes(inHand) && missing[0] !== undefined)
      setChosen(missing[0]);
    else return false;
    return true;
  };
  usePageKeys((event) => {
    const theirs = isChord(event) || isWriting(event.target) || isPressed(event);
    const handler = inHand === undefined ? null : (slots.get(inHand)?.current ?? null);
    deciding.current = !event.key.startsWith('Arrow');
    const taken = !theirs && handler !== null && handler(event);
    deciding.current = false;
    return taken || (!theirs && walk(event)) || onKey(event);
  });

  const alone = asked.responses.length === 1;
  const hidesResponses = alone && tasks.some(showsResponse);
  const preferred = (answers.pairwise as { preferred?: string | null } | undefined)?.preferred;
  const section = (task: Task) => (
    <Section
      key={task}
      task={task}
      inHand={inHand === task && tasks.length > 1}
      slot={slots.get(task) ?? { current: null }}
      asked={asked}
      questions={questions}
      answers={answers}
      onAnswers={change}
      onHand={setChosen}
    />
  );
  const placed = (place: 'beside' | 'over') => tasks.filter((task) => TASK_KINDS[task].place === place).map(section);
  return (
    <div className="answer-form">
      <div className="stack content">
        <div className="card">
          <Prompt prompt={asked.prompt} media={asked.promptMedia} language={asked.language} />
        </div>
        {!hidesResponses && (
          <Responses
            responses={asked.responses}
            shown={asked.shown}
            language={asked.language}
            chosen={preferred === 'a' ? 0 : preferred === 'b' ? 1 : null}
          />
        )}
        {placed('over')}
      </div>
      <div className="stack panel">
        {placed('beside')}
        {children}
      </div>
    </div>
  );
};
