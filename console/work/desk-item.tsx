/** The item on the page with its draft: restored, saved at every change, sent by one key. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { checkAnswer } from '../../schemas/answer.ts';
import { SKIP_REASONS } from '../../schemas/batch-words.ts';
import type { WorkItem, WorkSheet } from '../../schemas/console.ts';
import { serverNow } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { Kbd } from '../parts/kbd.tsx';
import { Loading } from '../parts/loading.tsx';
import { AnswerForm } from '../tasks/answer-form.tsx';
import { beginAnswers, statementsOf } from '../tasks/answers.ts';
import type { Answers } from '../tasks/drafts.ts';
import { TASK_KINDS } from '../tasks/index.ts';
import { isPressed, isWriting } from '../tasks/keys.ts';
import { useSettings } from '../theme.ts';
import { BreakReminder } from './break-reminder.tsx';
import type { Draft } from './drafts.ts';
import { Guideline } from './guideline.tsx';
import { Help } from './help.tsx';
import type { Letter } from './outbox.ts';
import { SkipDialog } from './skip-dialog.tsx';
import { submitBody } from './submit-body.ts';
import type { Kept } from './use-kept.ts';
import { useActiveTimer } from './use-timer.ts';

interface DeskItemProps {
  readonly work: WorkItem;
  readonly sheet: WorkSheet;
  readonly kept: Kept;
  readonly onFinish: (letter: Letter, answers: Answers | null) => Promise<void>;
  readonly onUndo: (() => void) | null;
  readonly onReclaim: (work: WorkItem) => void;
  readonly onRenew: () => void;
}

export const DeskItem = (props: DeskItemProps) => {
  const { work, kept } = props;
  const draft = useQuery({
    queryKey: ['draft', work.batch, work.item],
    queryFn: () => kept.drafts.read(work.batch, work.item),
    gcTime: 0,
    networkMode: 'always',
  });
  return draft.data === undefined ? <Loading /> : <Answering {...props} draft={draft.data} />;
};

/** A lease that ends within this time is renewed while somebody works, in milliseconds. */
const RENEW = 5 * 60_000;
const LOOK = 15_000;

const Answering = ({
  work,
  sheet,
  kept,
  onFinish,
  onUndo,
  onReclaim,
  onRenew,
  draft,
}: DeskItemProps & { draft: Draft | null }) => {
  const { batch, item, run, tasks } = work;
  const { questions } = sheet;
  const { quick } = useSettings();
  const [answers, setAnswers] = useState(() => beginAnswers(tasks, work, questions, draft?.answers));
  const [open, setOpen] = useState<'skip' | 'help' | null>(null);
  const [reading, setReading] = useState(false);
  const [lapsed, setLapsed] = useState(false);
  const [unsaved, setUnsaved] = useState(false);
  const timer = useActiveTimer(draft?.seconds ?? 0);
  const busy = useRef(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const { given, missing } = statementsOf(tasks, answers, questions);
  const fault =
    given.map((statement) => checkAnswer(statement, questions, work)).find((found) => found !== null) ?? null;

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }, []);
  useEffect(() => {
    const look = () => {
      const left = work.leaseEnds - serverNow();
      setLapsed(left <= 0);
      if (left < RENEW && left > 0 && !timer.idle) onRenew();
    };
    look();
    const watch = setInterval(look, LOOK);
    return () => clearInterval(watch);
  }, [work.leaseEnds, timer, onRenew]);

  const finish = async (letter: Omit<Letter, 'batch' | 'item' | 'run'>, kind: Answers | null): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    timer.pause();
    await onFinish({ batch, item, run, ...letter }, kind).finally(() => {
      busy.current = false;
    });
  };
  const submit = (by = answers): void => {
    const { given: votes, missing: none } = statementsOf(tasks, by, questions);
    if (none.length > 0 || votes.some((vote) => checkAnswer(vote, questions, work) !== null)) return;
    void finish({ path: '/api/work/submit', body: submitBody(work, votes, timer.seconds) }, by);
  };
  const skip = (reason: string): void =>
    void finish({ path: '/api/work/skip', body: JSON.stringify({ batch, item, reason }) }, null);
  const change = (next: Answers): void => {
    setAnswers(next);
    kept.drafts.save(batch, item, { answers: next, seconds: timer.seconds }).then(
      () => setUnsaved(false),
      () => setUnsaved(true),
    );
    const ready = statementsOf(tasks, next, questions).missing.length === 0;
    if (quick && ready && tasks.every((task) => TASK_KINDS[task].single(questions))) submit(next);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    const { key, ctrlKey, metaKey, altKey } = event;
    const chord = ctrlKey || metaKey;
    if (key === 'Enter' && (chord || (!isWriting(event.target) && !isPressed(event)))) submit();
    else if (isWriting(event.target) || altKey) return false;
    else if (chord && key === 'z') onUndo?.();
    else if (chord) return false;
    else if (key === 'u') onUndo?.();
    else if (key === 's') setOpen('skip');
    else if (key === 'x') skip(SKIP_REASONS[0]);
    else if (key === 'g') setReading(!reading);
    else if (key === '?') setOpen('help');
    else return false;
    return true;
  };
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="hidden">
        Item {item.slice(-6)} of {run}: {tasks.join(', ')}
      </h1>
      {lapsed && (
        <div className="notice warn" role="alert">
          <p>Your time for this item has ended, so somebody else may get it. Your answer is kept here.</p>
          <Button onClick={() => onReclaim(work)}>Claim it again</Button>
        </div>
      )}
      {unsaved && (
        <div className="notice bad" role="alert">
          <p>This browser cannot keep your draft (its storage is full or closed). Submit before you leave the page.</p>
        </div>
      )}
      {fault !== null && (
        <div className="notice warn" role="alert">
          <p>
            This cannot be sent yet: {fault.path.replace('value.', '')} {fault.reason}.
          </p>
        </div>
      )}
      <BreakReminder timer={timer} session={sheet.session} />
      <AnswerForm asked={work} tasks={tasks} questions={questions} answers={answers} onAnswers={change} onKey={onKey}>
        <div className="row actions">
          <Button kind="primary" disabled={missing.length > 0 || fault !== null} onClick={() => submit()}>
            Submit <Kbd keys="Enter" />
          </Button>
          <span className="quiet progress-words" aria-live="polite">
            {missing.length === 0 ? 'Complete' : tasks.length === 1 ? '' : `${missing.length} left to answer`}
          </span>
        </div>
        <div className="row more">
          <Button kind="quiet" onClick={() => skip(SKIP_REASONS[0])}>
            Cannot judge <Kbd keys="x" />
          </Button>
          <Button kind="quiet" onClick={() => setOpen('skip')}>
            Skip <Kbd keys="s" />
          </Button>
          <Button kind="quiet" disabled={onUndo === null} onClick={() => onUndo?.()}>
            Undo <Kbd keys="u" />
          </Button>
          <Button kind="quiet" onClick={() => setOpen('help')}>
            Keys <Kbd keys="?" />
          </Button>
        </div>
        <Guideline guideline={sheet.guideline} asked={work.guideline} open={reading} onOpen={setReading} />
      </AnswerForm>
      <SkipDialog open={open === 'skip'} onClose={() => setOpen(null)} onSkip={skip} />
      <Help open={open === 'help'} onClose={() => setOpen(null)} tasks={tasks} />
    </>
  );
};
