/** Tasks that Assay wrote for Label Studio, read back: by the names of their controls, and by `data.assay`. */
import type { DropManifest } from '../../../schemas/drop.ts';
import { AssayError } from '../../../schemas/errors.ts';
import { type Answer, LEVEL, statementsOf } from '../../interchange/answers.ts';
import { readContent } from '../../interchange/content.ts';
import { controlName, placeOfControl } from '../../interchange/label-studio/names.ts';
import { NOTHING, TIE } from '../../interchange/label-studio/results.ts';
import { draftOf, type Sidecar, sourceOfName, type Voice } from '../../interchange/sidecar.ts';
import { locateWords } from '../../interchange/words.ts';
import { UNKNOWN_SOURCE } from '../../item-builder.ts';
import type { Draft, DraftAnnotation } from '../draft.ts';
import { asNumber, asRow, checkStatement, field, invalid, optionalText, type Row } from '../fields.ts';
import { labelled, labelOf, listOf, rangesOf, type Span, textSpans, typeOf } from './results.ts';
import { marksOf, SHAPES } from './shapes.ts';

/** What one person, or one model, said of a task. */
export interface Form {
  readonly results: readonly Row[];
  readonly path: string;
  readonly by: Pick<DraftAnnotation, 'annotator' | 'source' | 'seconds'>;
}

/** The draft of a task of our making. Throws ASY-2002 where it is broken, ASY-2018 for results of controls it does not have. */
export const readOwn = (data: Row, sidecar: Sidecar, forms: readonly Form[], { regionLabels }: DropManifest): Draft => {
  const content = readContent(data, sidecar);
  const context: OwnContext = {
    texts: content.responses.map(({ text }) => text),
    prompt: optionalText(data, 'prompt') ?? '',
    words: sidecar.words,
    regionLabels: { ...regionLabels, ...sidecar.regionLabels },
  };
  const voices = forms.map(({ results, path, by }): Voice => {
    const source = by.source === null ? null : sourceOfName(by.source.id);
    const known = results
      .map((result) => sidecar.people[optionalText(result, 'id') ?? ''])
      .find((id) => id !== undefined);
    return {
      source: source ?? { kind: 'human', id: known ?? by.annotator ?? UNKNOWN_SOURCE },
      statements: statementsOf(answersIn(results, context, path), sidecar.words),
      seconds: by.seconds,
    };
  });
  const draft = draftOf(sidecar, content, voices);
  draft.annotations.forEach(({ statement }, i) => {
    checkStatement(statement, content.responses.length, `annotations.${i}`);
  });
  return draft;
};

interface OwnContext {
  readonly texts: readonly (string | null)[];
  readonly prompt: string;
  readonly words: readonly string[];
  readonly regionLabels: NonNullable<DropManifest['regionLabels']>;
}

/** Results as answers; several marks, spans, words or ranks of one place are one answer. */
const answersIn = (results: readonly Row[], context: OwnContext, path: string): Answer[] => {
  const answers = new Map<string, Answer>();
  results.forEach((result, i) => {
    if (typeOf(result) === 'relation') return;
    if (isOther(result)) return;
    const answer = answerOf(result, results, context, `${path}.result.${i}`);
    const key = controlName(answer);
    const known = answers.get(key);
    answers.set(key, known === undefined ? answer : joined(known, answer));
  });
  return [...answers.values()];
};

/** The choice that stands beside `nothing` or `tie` says no more than the other results. */
const isOther = (result: Row): boolean => {
  if (typeOf(result) !== 'choices') return false;
  const { task, parts } = placeOfControl(optionalText(result, 'from_name') ?? '', 'choices') ?? {
    task: 'rubric',
    parts: [],
  };
  const alone = task === 'pairwise' ? TIE : ['regions', 'spans', 'keywords'].includes(task) ? NOTHING : null;
  const chosen = field(asRow(field(result, 'value') ?? {}), 'choices');
  return alone !== null && parts[0] === alone && !(Array.isArray(chosen) && chosen.includes(alone));
};

const joined = (a: Answer, b: Answer): Answer => {
  if (a.kind === 'marks' && b.kind === 'marks') return { ...a, value: [...a.value, ...b.value] };
  if (a.kind === 'spans' && b.kind === 'spans') return { ...a, value: [...a.value, ...b.value] };
  if (a.kind === 'words' && b.kind === 'words')
    return { ...a, value: a.value.map((is, i) => is || b.value[i] === true) };
  if (a.kind === 'ranks' && b.kind === 'ranks')
    return {
      ...a,
      value: Array.from({ length: Math.max(a.value.length, b.value.length) }, (_, i) => b.value[i] || a.value[i] || 0),
    };
  return b;
};

/** One result as an answer, or as a part of one. */
const answerOf = (result: Row, all: readonly Row[], context: OwnContext, path: string): Answer => {
  const type = typeOf(result);
  const place = placeOfControl(optionalText(result, 'from_name') ?? '', type);
  if (place === null) throw new AssayError('ASY-2018', { path, type });
  const { task, parts } = place;
  const value = asRow(field(result, 'value') ?? {});
  const whole = { ...place, parts: [] };
  const spans = (read: readonly Span[]): Answer => ({ ...whole, kind: 'spans', value: read });
  if (Object.hasOwn(SHAPES, type)) {
    const what = labelled(labelOf(type, result, all), context, path);
    return { ...whole, kind: 'marks', value: marksOf(type, result, what, path) };
  }
  switch (type) {
    case 'rating':
    case 'number': {
      const said = asNumber(field(value, type));
      if (said === null) throw invalid(`${path}.value.${type}`, 'must be a finite number');
      if (task === 'ranking') return { ...whole, kind: 'ranks', value: rankAt(Number(parts[0]), said, path) };
      const at = task === 'rubric' && parts[1] === LEVEL ? { ...place, parts: parts.slice(0, 1) } : place;
      return { ...at, kind: 'number', value: said };
    }
    case 'choices': {
      const choices = listOf(value, 'choices', path);
      if (parts.at(-1) === NOTHING && task === 'regions') return { ...whole, kind: 'marks', value: [] };
      if (parts.at(-1) === NOTHING && task === 'spans') return spans([]);
      if (task === 'keywords') return { ...whole, kind: 'words', value: context.words.map(() => false) };
      if (task === 'safety') return { ...place, kind: 'choices', value: choices };
      return { ...(task === 'pairwise' ? whole : place), kind: 'choice', value: choices[0] ?? '' };
    }
    case 'textarea':
      return { ...place, kind: 'text', value: listOf(value, 'text', path).join('\n\n') };
    case 'pairwise': {
      const side = field(value, 'selected');
      if (side !== 'left' && side !== 'right') throw invalid(`${path}.value.selected`, 'must be left or right');
      return { ...whole, kind: 'choice', value: side === 'left' ? 'a' : 'b' };
    }
    case 'ranker':
      return { ...whole, kind: 'ranks', value: ranksOf(value, path) };
    case 'timelinelabels':
      return spans(rangesOf(value, path));
    case 'labels':
      if (task === 'keywords') return { ...whole, kind: 'words', value: wordsIn(value, context, path) };
      return spans(textSpans(value, context.texts[place.response ?? 0] ?? null, path));
    default:
      throw new AssayError('ASY-2018', { path, type });
  }
};

/** Responses of one ranking; more are not told apart by anybody. */
const MOST_RESPONSES = 1000;

const rankAt = (response: number, rank: number, path: string): number[] => {
  if (!Number.isInteger(response) || response < 0 || response >= MOST_RESPONSES)
    throw invalid(`${path}.from_name`, 'must end in the number of a response');
  return Array.from({ length: response + 1 }, (_, i) => (i === response ? rank : 0));
};

/** Ranks from the ids in a Ranker's one list, which are the responses' numbers. */
const ranksOf = (value: Row, path: string): number[] => {
  const [order] = Object.values(asRow(field(value, 'ranker') ?? {}));
  if (!Array.isArray(order)) throw invalid(`${path}.value.ranker`, 'must hold one list');
  return order.map((_, i) => order.findIndex((id) => String(id) === String(i)) + 1);
};

/** Which of the prompt's words a label touches. */
const wordsIn = (value: Row, { prompt, words }: OwnContext, path: string): boolean[] => {
  const [start, end] = [asNumber(field(value, 'start')), asNumber(field(value, 'end'))];
  if (start === null || end === null) throw invalid(`${path}.value.start`, 'and end must be places of the prompt');
  const places = locateWords(prompt, words) ?? [];
  return words.map((_, i) => {
    const [from, to] = places[i] ?? [0, 0];
    return from < end && start < to;
  });
};
