/** Which response an answer is about, where an item has more than one and the task judges one. */
import { letterOf, nameOf } from '../item/letters.ts';
import { Choices } from './choices.tsx';
import type { Asked } from './task.ts';

/** The response shown first: where every such task begins. */
export const firstShown = ({ shown }: Asked): number => shown[0] ?? 0;

/** The text of a response, empty where it has none. */
export const textOf = ({ responses }: Asked, response: number): string => responses[response]?.text ?? '';

export const About = ({
  asked,
  response,
  onChange,
}: {
  asked: Asked;
  response: number;
  onChange: (response: number) => void;
}) =>
  asked.responses.length > 1 && (
    <Choices
      label="About response"
      hidden={false}
      choices={asked.shown.map((value, place) => ({ value, label: letterOf(place), spoken: nameOf(place, 2) }))}
      value={response}
      onChange={onChange}
    />
  );
