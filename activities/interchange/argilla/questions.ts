/** Answers as values of Argilla's questions, and the questions as its settings state them (Argilla 2.8). */
import type { Item } from '../../../schemas/item.ts';
import { codePointOf } from '../../../schemas/pieces.ts';
import { type Answer, LEVEL, MISALIGNED, optionsOf, type Place } from '../answers.ts';
import type { SidecarResponse } from '../sidecar.ts';
import { locateWords } from '../words.ts';
import { questionName } from './names.ts';

export type QuestionType = 'label_selection' | 'multi_label_selection' | 'ranking' | 'rating' | 'span' | 'text';

/** One answer under its question. */
export interface Asked {
  readonly name: string;
  readonly title: string;
  readonly type: QuestionType;
  readonly value: unknown;
  /** What the question offers: choices, responses to rank, labels of spans. */
  readonly options: readonly string[];
  /** The field that spans are of. */
  readonly field: string | null;
}

/** Ratings there are the whole numbers from 0 to 10; other numbers are asked for as text. */
export const isStep = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 10;

/** The option that stands for a response in rankings. */
export const rankOption = (response: number): string => `response-${response + 1}`;

/** Where a number is asked for. */
export const numberPlace = ({ task, response, parts }: Place): Place => ({
  task,
  response,
  parts: task === 'rubric' ? [...parts, LEVEL] : parts,
});

/** Whether the place asks for a number, as whatever type. */
export const isNumeric = ({ task, parts }: Place): boolean => {
  if (task === 'rating' || task === 'steps') return true;
  const last = parts.at(-1);
  return (
    (task === 'rubric' && parts[1] === LEVEL) ||
    (task === 'pairwise' && last === 'strength') ||
    (task === 'safety' && last === 'severity')
  );
};

/** How a question's numbers are asked for: `isRated` by its name. Null where Argilla has no question for the answer. */
export const askedOf = (
  answer: Answer,
  item: Item,
  words: readonly string[],
  responses: readonly SidecarResponse[],
  isRated: (name: string) => boolean,
): Asked | null => {
  const { task, response, parts } = answer.kind === 'number' ? numberPlace(answer) : answer;
  const asked = (type: QuestionType, value: unknown, options: readonly string[] = [], field: string | null = null) => {
    // A question is about one field, and ranks a fixed number of responses.
    const more = type === 'ranking' ? [String(options.length)] : field === null || field === 'prompt' ? [] : [field];
    const name = questionName({ task, response, parts: [...parts, ...more] });
    const title = [task, ...(response === null || response === 0 ? [] : [`response ${response + 1}`]), ...parts].join(
      ' · ',
    );
    return name === null ? null : { name, title, type, value, options, field };
  };
  switch (answer.kind) {
    case 'number': {
      const name = questionName({ task, response, parts });
      if (name !== null && isRated(name)) return asked('rating', answer.value);
      return asked('text', String(answer.value));
    }
    case 'choice':
      return asked('label_selection', answer.value, optionsOf(answer));
    case 'choices':
      return asked('multi_label_selection', answer.value, answer.value);
    case 'text':
      return asked('text', answer.value);
    case 'ranks':
      return asked(
        'ranking',
        answer.value.map((rank, i) => ({ value: rankOption(i), rank })),
        answer.value.map((_, i) => rankOption(i)),
      );
    case 'spans': {
      const field = responses[response ?? 0]?.text ?? null;
      const value = answer.value.map(({ start, end, tag }) => ({ start, end, label: tag }));
      return field === null ? null : asked('span', value, [...new Set(answer.value.map(({ tag }) => tag))], field);
    }
    case 'words': {
      const prompt = item.prompt[0]?.content ?? '';
      const value = (locateWords(prompt, words) ?? [])
        .filter((_, i) => answer.value[i])
        .map(([start, end]) => ({
          start: codePointOf(prompt, start),
          end: codePointOf(prompt, end),
          label: MISALIGNED,
        }));
      return asked('span', value, [MISALIGNED], 'prompt');
    }
    case 'marks':
      return null;
  }
};
