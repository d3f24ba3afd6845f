/** Good or not. */
import { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { About, firstShown } from './about.tsx';
import { Choices } from './choices.tsx';
import { useTaskKeys } from './keys.ts';
import { defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.binary.extend({ good: z.boolean().nullable() });
type Draft = z.infer<typeof Draft>;

const Editor = ({ value, onChange, asked, questions }: EditorProps<Draft>) => {
  const set = (good: boolean) => onChange({ ...value, good });
  useTaskKeys(({ key }) => {
    if (key !== 'y' && key !== 'n') return false;
    set(key === 'y');
    return true;
  });
  return (
    <>
      <About asked={asked} response={value.response} onChange={(response) => onChange({ response, good: null })} />
      <Choices
        label={questions.binary.text}
        choices={[
          { value: true, label: 'Yes', keys: 'y' },
          { value: false, label: 'No', keys: 'n' },
        ]}
        value={value.good}
        onChange={set}
      />
    </>
  );
};

export const binary = defineTask({
  task: 'binary',
  place: 'beside',
  draft: Draft,
  initial: (asked) => ({ response: firstShown(asked), good: null }),
  complete: ({ response, good }) => (good === null ? null : { response, good }),
  single: () => true,
  keys: [['y n', 'yes or no']],
  Editor,
});
