/** Whether an answer fits its question and its item: what schemas of values cannot know. The server and the console both ask here. */
import type { Mark, Statement } from './annotation.ts';
import type { Message, Response } from './item.ts';
import type { Questions } from './questions.ts';

/** What of an item decides which answers are possible. */
export interface Judged {
  readonly prompt: readonly Message[];
  readonly responses: readonly Pick<Response, 'text' | 'media'>[];
}

/** Where an answer is wrong, and why. */
export interface AnswerFault {
  readonly path: string;
  readonly reason: string;
}

/** Code points of a text that somebody writes; and marks, steps and spans of one answer. */
export const MOST_WRITTEN = 100_000;
const MOST_PARTS = 2000;

const fault = (path: string, reason: string): AnswerFault => ({ path, reason });
const pointsOf = (text: string): number => {
  let points = 0;
  for (const _ of text) points++;
  return points;
};

const text = (path: string, written: string, least = 0): AnswerFault | null => {
  // A code point is at most two units: texts far beyond the limit are not counted.
  const points = written.length > 2 * MOST_WRITTEN ? written.length : pointsOf(written);
  if (points > MOST_WRITTEN) return fault(path, `longer than ${MOST_WRITTEN} characters`);
  return written.trim().length < least ? fault(path, 'empty') : null;
};

const names = (path: string, given: Iterable<string>, offered: readonly { readonly name: string }[]) => {
  const stray = [...given].find((name) => !offered.some((o) => o.name === name));
  return stray === undefined ? null : fault(`${path}.${stray.slice(0, 64)}`, 'is not asked');
};

/** Every offered name has its answer, and no other. */
const all = (path: string, given: object, offered: readonly { readonly name: string }[]): AnswerFault | null => {
  const missing = offered.find(({ name }) => !Object.hasOwn(given, name));
  return (
    names(path, Object.keys(given), offered) ??
    (missing === undefined ? null : fault(`${path}.${missing.name}`, 'is missing'))
  );
};

const first = <T>(parts: readonly T[], check: (part: T, index: number) => AnswerFault | null): AnswerFault | null => {
  for (const [index, part] of parts.entries()) {
    const found = check(part, index);
    if (found !== null) return found;
  }
  return null;
};

const mark = (path: string, { kind, frame, shape }: Mark, media: Response['media'], kinds: readonly string[]) => {
  if (!kinds.includes(kind)) return fault(`${path}.kind`, `${kind} is not asked`);
  if (frame !== undefined && frame >= (media?.frames ?? 1)) return fault(`${path}.frame`, 'lies after the last frame');
  // A hair's breadth is left to rounding.
  if (shape.type === 'box' && (shape.x + shape.width > 1.000_001 || shape.y + shape.height > 1.000_001))
    return fault(`${path}.shape`, 'lies outside the image');
  if (shape.type === 'mask' && (shape.width !== media?.width || shape.height !== media.height))
    return fault(`${path}.shape`, `a mask of ${shape.width} × ${shape.height}, not of the image's size`);
  return null;
};

/** The first thing that is wrong with an answer; null: it fits. Paths begin with `value`. */
export const checkAnswer = (answer: Statement, questions: Questions, item: Judged): AnswerFault | null => {
  const { responses } = item;
  const judged = 'response' in answer.value ? answer.value.response : 0;
  const response = responses[judged];
  if (response === undefined) return fault('value.response', `the item has ${responses.length} responses`);
  switch (answer.task) {
    case 'pairwise': {
      const { tie, strength } = questions.pairwise;
      if (responses.length < 2) return fault('value', 'the item has a single response');
      if (answer.value.preferred === 'tie' && !tie) return fault('value.preferred', 'ties are not offered');
      return answer.value.strength !== null && !strength ? fault('value.strength', 'is not asked') : null;
    }
    case 'ranking': {
      const { ranks } = answer.value;
      if (ranks.length !== responses.length) return fault('value.ranks', `one rank for each of ${responses.length}`);
      if (ranks.some((rank) => rank > responses.length)) return fault('value.ranks', 'a rank beyond the last');
      return !questions.ranking.ties && new Set(ranks).size < ranks.length
        ? fault('value.ranks', 'ties are not offered')
        : null;
    }
    case 'rating': {
      const { aspects, min, max } = questions.rating;
      const scale = (given: number | null, own: number) => given === null || given === own;
      if (!scale(answer.value.min, min) || !scale(answer.value.max, max))
        return fault('value', `the scale is ${min} … ${max}`);
      return (
        all('value.aspects', answer.value.aspects, aspects) ??
        first(Object.entries(answer.value.aspects), ([name, value]) =>
          value < min || value > max ? fault(`value.aspects.${name}`, `${value} is not in ${min} … ${max}`) : null,
        )
      );
    }
    case 'critique':
      return (
        text('value.text', answer.value.text, answer.value.edited === null ? 1 : 0) ??
        text('value.edited', answer.value.edited ?? '')
      );
    case 'demonstration':
      return text('value.text', answer.value.text, 1);
    case 'regions': {
      const { marks } = answer.value;
      if (answer.value.maps !== undefined) return fault('value.maps', 'maps come with drops, not from people');
      if (marks.length > MOST_PARTS) return fault('value.marks', `more than ${MOST_PARTS}`);
      if (response.media === null && marks.length > 0) return fault('value.marks', 'the response is no image');
      return first(marks, (m, i) => mark(`value.marks.${i}`, m, response.media, questions.regions.kinds));
    }
    case 'keywords': {
      const { words, misaligned } = answer.value;
      if (words.length > MOST_WRITTEN) return fault('value.words', `more than ${MOST_WRITTEN}`);
      return words.length === misaligned.length
        ? null
        : fault('value.misaligned', `${misaligned.length} for ${words.length} words`);
    }
    case 'steps':
      return answer.value.labels.length > MOST_PARTS ? fault('value.labels', `more than ${MOST_PARTS}`) : null;
    case 'rubric': {
      const { criteria } = questions.rubric;
      return (
        all('value.levels', answer.value.levels, criteria) ??
        first(Object.entries(answer.value.levels), ([name, level]) =>
          criteria.some((c) => c.name === name && c.levels.includes(level))
            ? null
            : fault(`value.levels.${name}`, 'is none of the levels'),
        )
      );
    }
    case 'checklist':
      return all('value.checks', answer.value.checks, questions.checklist.checks);
    case 'assertion':
      if (answer.value.name !== questions.assertion.name)
        return fault('value.name', `${questions.assertion.name} is asked`);
      return text('value.detail', answer.value.detail ?? '');
    case 'safety':
      return names('value.tags', answer.value.tags, questions.safety.tags);
    case 'spans': {
      const { spans } = answer.value;
      if (spans.length > MOST_PARTS) return fault('value.spans', `more than ${MOST_PARTS}`);
      const length = response.media === null ? pointsOf(response.text ?? '') : (response.media.frames ?? 0);
      return first(
        spans,
        ({ start, end, tag }, i) =>
          names(`value.spans.${i}.tag`, [tag], questions.spans.tags) ??
          (start < end && end <= length
            ? null
            : fault(`value.spans.${i}`, `[${start}, ${end}) is not within 0 … ${length}`)),
      );
    }
    case 'binary':
      return null;
  }
};

/** The order in which the responses were shown: each of them once, where it is said. */
export const checkShown = (shown: readonly number[] | null, { responses }: Judged): AnswerFault | null =>
  shown === null || [...shown].sort((a, b) => a - b).join() === responses.map((_, i) => i).join()
    ? null
    : fault('shown', `is no order of ${responses.length} responses`);
