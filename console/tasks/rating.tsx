/** A number per aspect. */
import { useState } from 'react';
import type { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { About, firstShown } from './about.tsx';
import { Choices } from './choices.tsx';
import { digitOf, useTaskKeys } from './keys.ts';
import { defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.rating;
type Draft = z.infer<typeof Draft>;

/** More numbers than this are a slider. */
const KEYS = 11;

const Editor = ({ value, onChange, asked, questions: { rating } }: EditorProps<Draft>) => {
  const { aspects, min, max } = rating;
  const [at, setAt] = useState(0);
  const scale = Array.from({ length: max - min + 1 }, (_, i) => min + i);
  const rate = (name: string, number: number) =>
    onChange({ ...value, min, max, aspects: { ...value.aspects, [name]: number } });
  useTaskKeys((event) => {
    const by = ({ ArrowUp: -1, ArrowDown: 1 } as const)[event.key];
    const digit = digitOf(event);
    // On a scale that ends at ten, 0 is the key beside 9.
    const number = digit === 0 && min > 0 ? 10 : digit;
    const aspect = aspects[at];
    if (by !== undefined) setAt(Math.min(aspects.length - 1, Math.max(0, at + by)));
    else if (number !== null && number >= min && number <= max && aspect !== undefined) {
      rate(aspect.name, number);
      setAt(Math.min(aspects.length - 1, at + 1));
    } else return false;
    return true;
  });
  return (
    <>
      <About
        asked={asked}
        response={value.response}
        onChange={(response) => onChange({ ...value, response, aspects: {} })}
      />
      <div className="grid-rows">
        {aspects.map(({ name, text }, i) => (
          <div key={name} className={`grid-row${i === at ? ' at' : ''}`} onFocus={() => setAt(i)}>
            <span className="grid-name">
              {name}
              {text !== undefined && <small className="quiet">{text}</small>}
            </span>
            {scale.length <= KEYS ? (
              <Choices
                label={name}
                choices={scale.map((number) => ({ value: number, label: number }))}
                value={value.aspects[name] ?? null}
                onChange={(number) => rate(name, number)}
                kind="scale"
              />
            ) : (
              <span className="row">
                <input
                  type="range"
                  aria-label={name}
                  min={min}
                  max={max}
                  value={value.aspects[name] ?? Math.round((min + max) / 2)}
                  onChange={(event) => rate(name, Number(event.target.value))}
                />
                <output>{value.aspects[name] ?? '–'}</output>
              </span>
            )}
          </div>
        ))}
      </div>
    </>
  );
};

export const rating = defineTask({
  task: 'rating',
  place: 'beside',
  draft: Draft,
  initial: (asked, { rating: { min, max } }) => ({ response: firstShown(asked), aspects: {}, min, max }),
  complete: (draft, { rating: { aspects } }) =>
    aspects.every(({ name }) => draft.aspects[name] !== undefined) ? draft : null,
  keys: [
    ['1 2 3', 'rate the aspect in hand'],
    ['↑ ↓', 'another aspect'],
  ],
  Editor,
});
