import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { VoteBody } from '../../schemas/batch.ts';
import type { ReviewItem, WorkSheet } from '../../schemas/console.ts';
import { Button } from '../parts/button.tsx';
import { Kbd } from '../parts/kbd.tsx';
import { Pending } from '../parts/pending.tsx';
import { AnswerForm } from '../tasks/answer-form.tsx';
import { beginAnswers, statementsOf } from '../tasks/answers.ts';
import { isPressed, isWriting } from '../tasks/keys.ts';
import type { Asked } from '../tasks/task.ts';
import { sheetQuery } from './client.ts';

/** The item as the task's own editors take it, responses in their own order. */
const askedOf = ({ item }: ReviewItem): Asked => ({
  prompt: item.prompt,
  promptMedia: item.promptMedia ?? [],
  responses: item.responses.map(({ text, media }) => ({ text, media })),
  shown: item.responses.map((_, i) => i),
  language: item.language,
});

const Editors = ({
  review,
  sheet,
  busy,
  onDecide,
  onCancel,
}: {
  review: ReviewItem;
  sheet: WorkSheet;
  busy: boolean;
  onDecide: (votes: VoteBody[]) => void;
  onCancel: () => void;
}) => {
  const asked = askedOf(review);
  const [answers, setAnswers] = useState(() => beginAnswers(review.tasks, asked, sheet.questions));
  const began = useRef(performance.now());
  const { given, missing } = statementsOf(review.tasks, answers, sheet.questions);
  const decide = (): void => {
    if (missing.length > 0 || busy) return;
    const seconds = Math.round((performance.now() - began.current) / 100 / given.length) / 10;
    const shown = asked.responses.length > 1 ? [...asked.shown] : null;
    onDecide(given.map((statement) => ({ ...statement, seconds, guideline: sheet.guideline.version, shown })));
  };
  const onKey = (event: KeyboardEvent): boolean => {
    const chord = event.ctrlKey || event.metaKey;
    if (event.key === 'Enter' && (chord || (!isWriting(event.target) && !isPressed(event)))) decide();
    else if (event.key === 'Escape') onCancel();
    else return false;
    return true;
  };
  return (
    <AnswerForm
      asked={asked}
      tasks={review.tasks}
      questions={sheet.questions}
      answers={answers}
      onAnswers={setAnswers}
      onKey={onKey}
    >
      <div className="row">
        <Button kind="primary" busy={busy} disabled={missing.length > 0} onClick={decide}>
          Decide so <Kbd keys="Enter" />
        </Button>
        <Button onClick={onCancel}>
          Back <Kbd keys="Esc" />
        </Button>
        {missing.length > 0 && <span className="quiet">Still to answer: {missing.join(', ')}</span>}
      </div>
    </AnswerForm>
  );
};

/** The reviewer's own answer, given with the editors that annotators have; it becomes the label. */
export const Decide = (props: {
  review: ReviewItem;
  busy: boolean;
  onDecide: (votes: VoteBody[]) => void;
  onCancel: () => void;
}) => {
  const sheet = useQuery(sheetQuery(props.review.run));
  if (sheet.data === undefined) return <Pending query={sheet} />;
  return <Editors {...props} sheet={sheet.data} />;
};
