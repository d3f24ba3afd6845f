/** A level per criterion. */
import { useState } from 'react';
import type { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { About, firstShown } from './about.tsx';
import { Choices } from './choices.tsx';
import { digitOf, useTaskKeys } from './keys.ts';
import { defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.rubric;
type Draft = z.infer<typeof Draft>;

const Editor = ({ value, onChange, asked, questions: { rubric } }: EditorProps<Draft>) => {
  const { criteria } = rubric;
  const [at, setAt] = useState(0);
  const set = (name: string, level: number | string) =>
    onChange({ ...value, levels: { ...value.levels, [name]: level } });
  useTaskKeys((event) => {
    const by = ({ ArrowUp: -1, ArrowDown: 1 } as const)[event.key];
    const digit = digitOf(event);
    const criterion = criteria[at];
    // A level that is this number, else the level in that place.
    const level = criterion?.levels.find((one) => one === digit) ?? criterion?.levels[(digit ?? 0) - 1];
    if (by !== undefined) setAt(Math.min(criteria.length - 1, Math.max(0, at + by)));
    else if (digit !== null && criterion !== undefined && level !== undefined) {
      set(criterion.name, level);
      setAt(Math.min(criteria.length - 1, at + 1));
    } else return false;
    return true;
  });
  return (
    <>
      <About asked={asked} response={value.response} onChange={(response) => onChange({ response, levels: {} })} />
      <div className="grid-rows">
        {criteria.map(({ name, text, levels }, i) => (
          <div key={name} className={`grid-row${i === at ? ' at' : ''}`} onFocus={() => setAt(i)}>
            <span className="grid-name">
              {name}
              {text !== undefined && <small className="quiet">{text}</small>}
            </span>
            <Choices
              label={name}
              choices={levels.map((level) => ({ value: level, label: level }))}
              value={value.levels[name] ?? null}
              onChange={(level) => set(name, level)}
              kind={levels.every((level) => String(level).length < 4) ? 'scale' : 'row'}
            />
          </div>
        ))}
      </div>
    </>
  );
};

export const rubric = defineTask({
  task: 'rubric',
  place: 'beside',
  draft: Draft,
  initial: (asked): Draft => ({ response: firstShown(asked), levels: {} }),
  complete: (draft, { rubric: { criteria } }) =>
    criteria.every(({ name }) => draft.levels[name] !== undefined) ? draft : null,
  keys: [
    ['1 2 3', 'choose a level'],
    ['↑ ↓', 'another criterion'],
  ],
  Editor,
});
