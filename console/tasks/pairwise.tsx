/** Which of two responses is better, and by how much: one scale from the left response to the right one. */
import type { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { type Choice, Choices } from './choices.tsx';
import { useTaskKeys } from './keys.ts';
import { type Placed, placeOf, placesOf, preferenceOf, step } from './pairwise-scale.ts';
import { defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.pairwise.extend({ preferred: VALUES.pairwise.shape.preferred.nullable() });
type Draft = z.infer<typeof Draft>;

const WORDS = ['', 'slightly', 'clearly', 'strongly', 'much'] as const;

const Editor = ({ value, onChange, asked, questions: { pairwise } }: EditorProps<Draft>) => {
  const turned = asked.shown[0] === 1;
  const at = placeOf(value, turned);
  const set = (place: Placed) => onChange(preferenceOf(place, turned, pairwise.strength));
  useTaskKeys(({ key }) => {
    const side = { '1': -1, '2': 1 }[key];
    if (key === 'ArrowLeft') set(step(at, -1, pairwise));
    else if (key === 'ArrowRight') set(step(at, 1, pairwise));
    else if (side !== undefined) set(side as Placed);
    else if (pairwise.tie && (key === 't' || key === '0')) set(0);
    else return false;
    return true;
  });
  const choices = placesOf(pairwise).map((place): Choice<Placed> => {
    const strength = Math.abs(place);
    if (place === 0) return { value: 0, label: 'Tie' };
    const side = place < 0 ? 'A' : 'B';
    return {
      value: place,
      label: pairwise.strength ? strength : `${side} is better`,
      spoken: pairwise.strength ? `${side} is ${WORDS[strength]} better` : `${side} is better`,
    };
  });
  return (
    <>
      {pairwise.strength && (
        <p className="scale-ends" aria-hidden="true">
          <span>A is much better</span>
          <span>B is much better</span>
        </p>
      )}
      <Choices label={pairwise.text} choices={choices} value={at} onChange={set} kind="scale" />
    </>
  );
};

export const pairwise = defineTask({
  task: 'pairwise',
  place: 'beside',
  draft: Draft,
  initial: () => ({ preferred: null, strength: null }),
  complete: ({ preferred, strength }) => (preferred === null ? null : { preferred, strength }),
  single: ({ pairwise: { strength } }) => !strength,
  keys: [
    ['← →', 'towards A or B, each press one step'],
    ['1 2', 'A or B'],
    ['t', 'tie'],
  ],
  Editor,
});
