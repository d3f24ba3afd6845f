/** What holds and what does not: unchecked is a no. */
import type { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { About, firstShown } from './about.tsx';
import { Marks } from './choices.tsx';
import { digitOf, useTaskKeys } from './keys.ts';
import { defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.checklist;

const Editor = ({ value, onChange, asked, questions: { checklist } }: EditorProps<z.infer<typeof Draft>>) => {
  const { checks } = checklist;
  const toggle = (name: string) =>
    onChange({ ...value, checks: { ...value.checks, [name]: value.checks[name] !== true } });
  useTaskKeys((event) => {
    const name = checks[(digitOf(event) ?? 0) - 1]?.name;
    if (name === undefined) return false;
    toggle(name);
    return true;
  });
  return (
    <>
      <About asked={asked} response={value.response} onChange={(response) => onChange({ ...value, response })} />
      <Marks
        label={checklist.text}
        choices={checks.map(({ name, text }, i) => ({
          value: name,
          label: text ?? name,
          ...(i < 9 ? { keys: String(i + 1) } : {}),
        }))}
        marked={checks.flatMap(({ name }) => (value.checks[name] === true ? [name] : []))}
        onToggle={toggle}
      />
    </>
  );
};

export const checklist = defineTask({
  task: 'checklist',
  place: 'beside',
  draft: Draft,
  initial: (asked, { checklist: { checks } }) => ({
    response: firstShown(asked),
    checks: Object.fromEntries(checks.map(({ name }) => [name, false])),
  }),
  complete: (draft) => draft,
  keys: [['1 2 3', 'check or uncheck']],
  Editor,
});
