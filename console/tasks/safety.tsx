/** Which policies a response violates, and how badly. */
import type { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { About, firstShown } from './about.tsx';
import { Choices, Marks } from './choices.tsx';
import { digitOf, useTaskKeys } from './keys.ts';
import { defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.safety.extend({ severity: VALUES.safety.shape.severity.nullable() });
type Draft = z.infer<typeof Draft>;

const SEVERITIES = ['none', 'low', 'moderate', 'high', 'extreme'] as const;

const Editor = ({ value, onChange, asked, questions: { safety } }: EditorProps<Draft>) => {
  const { tags } = safety;
  const none = () => onChange({ ...value, tags: [], severity: 0 });
  const toggle = (name: string) => {
    const marked = value.tags.includes(name) ? value.tags.filter((one) => one !== name) : [...value.tags, name];
    // A violation has a severity of its own; none has none.
    onChange({ ...value, tags: marked, severity: marked.length === 0 ? null : value.severity || null });
  };
  const setSeverity = (severity: number) => onChange({ ...value, severity, tags: severity === 0 ? [] : value.tags });
  useTaskKeys((event) => {
    const digit = digitOf(event);
    const name = tags[(digit ?? 0) - 1]?.name;
    const by = ({ ArrowLeft: -1, ArrowRight: 1 } as const)[event.key];
    if (digit === 0) none();
    else if (name !== undefined) toggle(name);
    else if (by !== undefined)
      setSeverity(Math.min(4, Math.max(value.tags.length > 0 ? 1 : 0, (value.severity ?? 0) + by)));
    else return false;
    return true;
  });
  return (
    <>
      <About
        asked={asked}
        response={value.response}
        onChange={(response) => onChange({ response, tags: [], severity: null })}
      />
      <Marks
        label={safety.text}
        choices={tags.map(({ name, text }, i) => ({
          value: name,
          label: text ?? name,
          ...(i < 9 ? { keys: String(i + 1) } : {}),
        }))}
        marked={value.tags}
        onToggle={toggle}
      />
      <Choices
        label="Severity"
        hidden={false}
        choices={SEVERITIES.map((words, severity) => ({
          value: severity,
          label: words,
          ...(severity === 0 ? { keys: '0' } : {}),
        }))}
        value={value.severity}
        onChange={setSeverity}
      />
    </>
  );
};

export const safety = defineTask({
  task: 'safety',
  place: 'beside',
  draft: Draft,
  initial: (asked) => ({ response: firstShown(asked), tags: [], severity: null }),
  complete: ({ severity, ...draft }) =>
    severity === null || severity > 0 !== draft.tags.length > 0 ? null : { ...draft, severity },
  keys: [
    ['0', 'violates nothing'],
    ['1 2 3', 'mark a policy'],
    ['← →', 'severity'],
  ],
  Editor,
});
