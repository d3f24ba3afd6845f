/** A verdict per step of a response, up to the first mistake or to the end. */
import { useState } from 'react';
import { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { stepsOf } from '../../schemas/pieces.ts';
import { Button } from '../parts/button.tsx';
import { About, firstShown, textOf } from './about.tsx';
import { Choices } from './choices.tsx';
import { useTaskKeys } from './keys.ts';
import { stopAt } from './step-labels.ts';
import { type Asked, defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.steps.extend({ labels: z.array(z.number().min(-1).max(1).nullable()) });
type Draft = z.infer<typeof Draft>;

const begin = (asked: Asked, response: number): Draft => ({
  response,
  labels: stepsOf(textOf(asked, response)).map(() => null),
});

const KEYS: Readonly<Record<string, 1 | 0 | -1>> = { y: 1, '1': 1, o: 0, '0': 0, n: -1, '-': -1 };

const Editor = ({ value, onChange, asked }: EditorProps<Draft>) => {
  const steps = stepsOf(textOf(asked, value.response));
  const [at, setAt] = useState(0);
  const go = (to: number) => setAt(Math.min(steps.length - 1, Math.max(0, to)));
  const label = (step: number, given: number) => {
    // Taking up an answer that stopped early: the steps after it are open again.
    const labels = steps.map((_, i) => (i === step ? given : (value.labels[i] ?? null)));
    onChange({ ...value, labels });
    go(step + 1);
  };
  const mistake = (step: number) => onChange({ ...value, labels: stopAt(value.labels, step) });
  useTaskKeys(({ key }) => {
    const given = KEYS[key];
    if (key === 'ArrowUp') go(at - 1);
    else if (key === 'ArrowDown') go(at + 1);
    else if (key === 'f') mistake(at);
    else if (given !== undefined) label(at, given);
    else return false;
    return true;
  });
  return (
    <>
      <About asked={asked} response={value.response} onChange={(response) => onChange(begin(asked, response))} />
      <ol className="steps" dir="auto" lang={asked.language ?? undefined}>
        {steps.map(({ start, text }, i) => (
          <li
            key={start}
            className={`step${i === at ? ' at' : ''}${i >= value.labels.length ? ' after' : ''}`}
            onFocus={() => setAt(i)}
          >
            <div className="prose plain" dir="auto">
              {text}
            </div>
            <div className="row" lang="en" dir="ltr">
              <Choices
                label={`Step ${i + 1}`}
                choices={[
                  { value: 1, label: 'Right' },
                  { value: 0, label: 'Neutral' },
                  { value: -1, label: 'Wrong' },
                ]}
                value={value.labels[i] ?? null}
                onChange={(given) => label(i, given)}
              />
              <Button
                kind="quiet"
                className="small"
                onClick={() => mistake(i)}
                aria-label={`First mistake is step ${i + 1}`}
              >
                First mistake
              </Button>
            </div>
          </li>
        ))}
      </ol>
    </>
  );
};

export const steps = defineTask({
  task: 'steps',
  place: 'over',
  draft: Draft,
  initial: (asked) => begin(asked, firstShown(asked)),
  complete: ({ response, labels }) =>
    labels.length > 0 && labels.every((label) => label !== null) ? { response, labels } : null,
  keys: [
    ['y n o', 'right, wrong, neutral'],
    ['f', 'first mistake: right before it, nothing after'],
    ['↑ ↓', 'another step'],
  ],
  Editor,
});
