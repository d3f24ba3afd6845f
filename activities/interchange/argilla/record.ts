/** An item and what has been said of it as a record of Argilla: what `Record.to_dict` gives (Argilla 2.8). */
import type { Annotation } from '../../../schemas/annotation.ts';
import type { Item } from '../../../schemas/item.ts';
import { answersOf, statementSlot } from '../answers.ts';
import { type ContentOptions, contentOf } from '../content.ts';
import { canTell } from '../label-studio/results.ts';
import type { Said } from '../said.ts';
import { divide, nameOfSource, type Sidecar } from '../sidecar.ts';
import { userId } from './names.ts';
import { type Asked, askedOf } from './questions.ts';

export interface ArgillaRecord {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly metadata: { readonly assay: string };
  readonly suggestions: Readonly<Record<string, object>>;
  readonly responses: Readonly<Record<string, readonly object[]>>;
  readonly vectors: object;
  readonly status: 'completed' | 'pending';
  readonly _server_id: null;
}

export interface RecordOptions extends ContentOptions {
  readonly isRated: (question: string) => boolean;
}

/** The record, the questions it answers, and its statements that only the sidecar tells. */
export const recordOf = (
  { item, annotations }: Said,
  { isRated, ...options }: RecordOptions,
): { readonly record: ArgillaRecord; readonly asked: readonly Asked[]; readonly unsaid: Sidecar['unsaid'] } => {
  const { fields, ...content } = contentOf(item, options);
  const { voices, ...divided } = divide(item, annotations, { canSay: sayable(content.responses), tellsTime: false });
  const told = voices.map(({ source, statements }) => ({
    source,
    asked: statements.flatMap((said) =>
      answersOf(said).flatMap((answer) => askedOf(answer, item, divided.words, content.responses, isRated) ?? []),
    ),
  }));
  const people = told.filter(({ source }) => source.kind === 'human');
  const responses = people.flatMap(({ source, asked }) =>
    asked.map(({ name, value }) => [name, { value, user_id: userId(source.id), status: 'submitted' }] as const),
  );
  const suggestions = told
    .filter(({ source }) => source.kind !== 'human')
    .flatMap(({ source, asked }) =>
      asked.map(({ name, value }) => [name, { value, score: null, agent: nameOfSource(source) }] as const),
    );
  const { id, externalId, language, translatedFrom, domain, group } = item;
  const sidecar: Sidecar = {
    item: id,
    externalId,
    language,
    translatedFrom,
    domain,
    group,
    ...content,
    people: {},
    ...divided,
  };
  const record: ArgillaRecord = {
    id: externalId ?? id,
    fields: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
    metadata: { assay: JSON.stringify(sidecar) },
    suggestions: Object.fromEntries(suggestions),
    responses: Object.fromEntries(
      [...Map.groupBy(responses, ([name]) => name)].map(([name, given]) => [name, given.map(([, one]) => one)]),
    ),
    vectors: {},
    status: people.length > 0 ? 'completed' : 'pending',
    _server_id: null,
  };
  return { record, asked: told.flatMap(({ asked }) => asked), unsaid: divided.unsaid };
};

/**
 * Whether Argilla can say an annotation. It has no times, one suggestion a question, spans of texts only, and ranks no greater
 * than there are responses.
 */
const sayable = (responses: Sidecar['responses']) => {
  const suggested = new Map<string, string>();
  return (annotation: Annotation, item: Item): boolean => {
    const { source, task, value } = annotation;
    if (task === 'regions' || !canTell(annotation, item)) return false;
    if (task === 'spans' && (responses[value.response]?.text ?? null) === null) return false;
    if (task === 'ranking' && value.ranks.some((rank) => rank > value.ranks.length)) return false;
    if (answersOf(annotation).some((answer) => askedOf(answer, item, [], responses, () => true) === null)) return false;
    if (source.kind === 'human') return userId(source.id) !== null;
    const [slot, by] = [statementSlot(annotation), `${source.kind}:${source.id}`];
    if ((suggested.get(slot) ?? by) !== by) return false;
    suggested.set(slot, by);
    return true;
  };
};
