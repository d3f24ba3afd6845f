/** The response somebody would want. */
import type { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.demonstration;

const Editor = ({ value, onChange, asked, questions }: EditorProps<z.infer<typeof Draft>>) => (
  <textarea
    className="writing"
    aria-label={questions.demonstration.text}
    dir="auto"
    lang={asked.language ?? undefined}
    rows={10}
    value={value.text}
    onChange={(event) => onChange({ text: event.target.value })}
  />
);

export const demonstration = defineTask({
  task: 'demonstration',
  place: 'over',
  draft: Draft,
  initial: () => ({ text: '' }),
  complete: (draft) => (draft.text.trim() === '' ? null : draft),
  keys: [],
  Editor,
});
