/** Answers as results of Label Studio, and back: what each control of `config.ts` makes of what it is told. */
import type { Statement } from '../../../schemas/annotation.ts';
import type { Item, Media } from '../../../schemas/item.ts';
import { unitOf } from '../../../schemas/pieces.ts';
import { type Answer, answersOf, LEVEL, MISALIGNED, optionsOf } from '../answers.ts';
import { regionLabel } from '../sidecar.ts';
import { locateWords } from '../words.ts';
import { controlName, plainName } from './names.ts';
import type { Plan } from './plan.ts';
import { canMark, regionsOf } from './shapes.ts';
import { isWritable } from './xml.ts';

/** One result, with what `config.ts` needs to know of its control. */
export interface Result {
  readonly type: string;
  readonly from_name: string;
  readonly to_name: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly original_width?: number;
  readonly original_height?: number;
  readonly image_rotation?: number;
}

export interface Control {
  readonly result: Result;
  /** The object that its control is about, or several with commas. */
  readonly about: string;
  /** Choices or labels that the control offers. */
  readonly options: readonly string[];
  /** Whether several may be chosen. */
  readonly several: boolean;
}

/** Objects of an item that controls are about, by the names of its fields. */
interface Objects {
  readonly text: readonly (string | null)[];
  readonly file: readonly (string | null)[];
}

const isVideo = (media: Media): boolean => media.type.startsWith('video/');

/** Whether Label Studio can say the statement of the item, so that it says the same when it is read again. */
export const canSay = (statement: Statement, item: Item): boolean =>
  canTell(statement, item) && labelsOf(statement).every(isWritable);

/** What the form must offer for the statement: its free choices and labels. */
const labelsOf = ({ task, value }: Statement): string[] => {
  if (task === 'rubric') return Object.values(value.levels).filter((level) => typeof level === 'string');
  if (task === 'safety') return value.tags;
  if (task === 'spans') return value.spans.map(({ tag }) => tag);
  return task === 'regions' ? value.marks.map(regionLabel) : [];
};

/** Whether a tool that marks texts and images can tell where the statement points. */
export const canTell = ({ task, value }: Statement, item: Item): boolean => {
  const response = 'response' in value ? item.responses[value.response] : undefined;
  const media = response?.media ?? null;
  if (task === 'regions')
    return value.maps === undefined && media !== null && value.marks.every((mark) => canMark(mark, media));
  if (task === 'spans') {
    const length = media !== null && isVideo(media) ? media.frames : Array.from(response?.text ?? '').length;
    return value.spans.every(({ start, end }) => start < end && (length === null || end <= length));
  }
  if (task === 'keywords')
    return value.misaligned.length === value.words.length && locateWords(promptText(item), value.words) !== null;
  return true;
};

/** The prompt as a form shows it, where that is one message; else words are not looked for in it. */
export const promptText = ({ prompt }: Item): string =>
  prompt.length === 1 && prompt[0]?.role === 'user' ? prompt[0].content : '';

/** The results that tell a statement, in order. */
export const resultsOf = (
  statement: Statement,
  item: Item,
  words: readonly string[],
  objects: Objects,
  plan: Plan,
): Control[] => answersOf(statement).flatMap((answer) => controlsOf(answer, item, words, objects, plan));

const controlsOf = (answer: Answer, item: Item, words: readonly string[], objects: Objects, plan: Plan): Control[] => {
  const { task, response, parts } = answer;
  const at = response ?? 0;
  const [text, file] = [objects.text[at] ?? null, objects.file[at] ?? null];
  const plain = plainName(answer);
  const name = plain === null || plan.isShared(plain) ? controlName(answer) : plain;
  const control = (
    type: string,
    value: Result['value'],
    {
      // What is chosen or written is about the task as a whole: a control has one object, and every task has a prompt.
      to = 'prompt',
      part,
      options = [],
      several = false,
      ...size
    }: { to?: string; part?: string; options?: readonly string[]; several?: boolean } & Partial<Result> = {},
  ): Control => ({
    result: {
      type,
      from_name: part === undefined ? name : controlName({ task, response, parts: [...parts, part] }),
      to_name: to,
      value,
      ...size,
    },
    about: to,
    options,
    several,
  });
  /** Says that nothing is marked: without it, nobody could tell that from not having been asked. */
  const nothing = () => control('choices', { choices: [NOTHING] }, { part: NOTHING, options: [NOTHING] });
  switch (answer.kind) {
    case 'number': {
      const starred = task === 'rating' && plan.isStarred(parts[0] ?? '');
      const type = starred ? 'rating' : 'number';
      // A criterion's levels may be words elsewhere: numbers have a control of their own.
      return [control(type, { [type]: answer.value }, task === 'rubric' ? { part: LEVEL } : {})];
    }
    case 'choice': {
      const both = ['a', 'b'].map((side, i) => [side, objects.file[i] ?? objects.text[i] ?? 'prompt'] as const);
      const side = task === 'pairwise' ? both.findIndex(([each]) => each === answer.value) : -1;
      const about = both.map(([, object]) => object).join(',');
      // The result names one object, the control both; texts and media each have a control.
      const to = both[0]?.[1] ?? 'prompt';
      const of = objects.file.some((field) => field !== null) ? { to, part: 'media' } : { to };
      if (side >= 0) return [{ ...control('pairwise', { selected: side === 0 ? 'left' : 'right' }, of), about }];
      if (task === 'pairwise') return [control('choices', { choices: [answer.value] }, { part: TIE, options: [TIE] })];
      return [control('choices', { choices: [answer.value] }, { options: optionsOf(answer) })];
    }
    case 'choices':
      return answer.value.length === 0
        ? []
        : [control('choices', { choices: answer.value }, { options: answer.value, several: true })];
    case 'text':
      return [control('textarea', { text: [answer.value] })];
    case 'ranks':
      return ranked(answer.value, (type, value, part) =>
        control(type, value, part === undefined ? { to: 'responses' } : { part }),
      );
    case 'spans': {
      const media = item.responses[at]?.media ?? null;
      if (answer.value.length === 0) return [nothing()];
      return media !== null && isVideo(media)
        ? answer.value.map(({ start, end, tag }) =>
            control(
              'timelinelabels',
              { ranges: [{ start: start + 1, end }], timelinelabels: [tag] },
              { to: file ?? 'prompt', part: 'frames', options: [tag] },
            ),
          )
        : labelled(item.responses[at]?.text ?? '', answer.value).map(({ value, tag }) =>
            control('labels', value, { to: text ?? 'prompt', options: [tag] }),
          );
    }
    case 'words': {
      const prompt = promptText(item);
      const places = locateWords(prompt, words) ?? [];
      const missed = places.filter((_, i) => answer.value[i]);
      if (missed.length === 0) return [nothing()];
      return missed.map(([start, end]) =>
        control(
          'labels',
          { start, end, text: prompt.slice(start, end), labels: [MISALIGNED] },
          { to: 'prompt', options: [MISALIGNED] },
        ),
      );
    }
    case 'marks': {
      const media = item.responses[at]?.media;
      if (media == null || answer.value.length === 0) return [nothing()];
      const size = { original_width: media.width, original_height: media.height, image_rotation: 0 };
      return regionsOf(answer.value, media).map(({ type, shape, value, label }) =>
        control(type, value, { to: file ?? 'prompt', part: shape, options: [label], ...size }),
      );
    }
  }
};

/** Choices of controls for what no region, span or side says. */
export const TIE = 'tie';
export const NOTHING = 'nothing';

/** A Ranker's order where there are no ties, else a number for each response. */
const ranked = (
  ranks: readonly number[],
  control: (type: string, value: Result['value'], part?: string) => Control,
): Control[] => {
  const order = ranks.map((_, i) => ranks.indexOf(i + 1));
  if (order.includes(-1)) return ranks.map((rank, i) => control('number', { number: rank }, String(i)));
  return [control('ranker', { ranker: { ranking: order.map(String) } })];
};

/** Spans of code points as Label Studio counts them: UTF-16 units, end not in. */
const labelled = (text: string, spans: readonly { start: number; end: number; tag: string }[]) =>
  spans.map(({ start: from, end: to, tag }) => {
    const [start, end] = [unitOf(text, from), unitOf(text, to)];
    return { value: { start, end, text: text.slice(start, end), labels: [tag] }, tag };
  });
