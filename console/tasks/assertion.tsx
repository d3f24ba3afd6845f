/** Whether a named statement holds. */
import { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { About, firstShown } from './about.tsx';
import { Choices } from './choices.tsx';
import { useTaskKeys } from './keys.ts';
import { defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.assertion.extend({ pass: z.boolean().nullable() });
type Draft = z.infer<typeof Draft>;

const Editor = ({ value, onChange, asked, questions: { assertion } }: EditorProps<Draft>) => {
  const set = (pass: boolean) => onChange({ ...value, pass });
  useTaskKeys(({ key }) => {
    if (key !== 'y' && key !== 'n') return false;
    set(key === 'y');
    return true;
  });
  return (
    <>
      <About
        asked={asked}
        response={value.response}
        onChange={(response) => onChange({ ...value, response, pass: null })}
      />
      <Choices
        label={assertion.text}
        choices={[
          { value: true, label: 'It holds', keys: 'y' },
          { value: false, label: 'It does not', keys: 'n' },
        ]}
        value={value.pass}
        onChange={set}
      />
      <label className="field">
        <span>Why (if you like)</span>
        <input
          dir="auto"
          value={value.detail ?? ''}
          onChange={(event) => onChange({ ...value, detail: event.target.value === '' ? null : event.target.value })}
        />
      </label>
    </>
  );
};

export const assertion = defineTask({
  task: 'assertion',
  place: 'beside',
  draft: Draft,
  initial: (asked, { assertion: { name } }) => ({ response: firstShown(asked), name, pass: null, detail: null }),
  complete: (draft) => (draft.pass === null ? null : { ...draft, pass: draft.pass }),
  keys: [['y n', 'it holds, or not']],
  Editor,
});
