import type { DropManifest } from '../../../schemas/drop.ts';
import { AssayError } from '../../../schemas/errors.ts';
import type { Message } from '../../../schemas/item.ts';
import { readSidecar } from '../../interchange/sidecar.ts';
import { fileIn } from '../address.ts';
import type { DraftAnnotation, DraftResponse, Importer } from '../draft.ts';
import { asNumber, asPrompt, asRow, checkStatement, field, invalid, optionalText, type Row } from '../fields.ts';
import { conversationOf } from './conversation.ts';
import { type Form, readOwn } from './own.ts';
import { CHAT, statementsOf, typeOf } from './results.ts';
import { SHAPES } from './shapes.ts';

/**
 * A task of Label Studio's JSON export: `{id, data, annotations, predictions?}`, or what it sends to a webhook: `{annotation, task}`.
 * Each annotation that was not cancelled is what one person says, each prediction what a model says. Throws ASY-2018 where nothing
 * but results of unknown types is left. Media are found in the drop by the base name of what `data` names: no address is ever
 * fetched. `columns` (file, response, responseA, responseB, prompt) may name the fields of `data`. A task that Assay wrote says in
 * `data.assay` what else it means.
 */
export const importLabelStudio: Importer = (value, drop) => {
  const task = unwrapped(asRow(value));
  const data = field(task, 'data');
  if (data === undefined) throw new AssayError('ASY-2003', { column: 'data' });
  const given = asRow(data);
  const said = [...listed(task, 'annotations'), ...listed(task, 'predictions')];
  const sidecar = readSidecar(field(given, 'assay'));
  if (sidecar !== null) return readOwn(given, sidecar, said.flatMap(formOf), drop);
  const results = said.flatMap(({ entry }) => resultsOf(entry));
  const types = new Set(results.map(typeOf));
  const asked = promptOf(given, drop);
  const talk = types.has(CHAT)
    ? conversationOf(said.map(({ entry, path }) => ({ results: resultsOf(entry), path })))
    : null;
  const responses = talk === null ? responsesOf(given, drop, types.has('pairwise')) : [talk.response];
  const marked = [...types].some((type) => Object.hasOwn(SHAPES, type));
  const context = {
    regionLabels: drop.regionLabels,
    text: responses[0]?.text ?? null,
    asksRegions: marked || (drop.modality === 'image' && results.length === 0),
  };
  const read = said
    .filter(({ entry }) => field(entry, 'was_cancelled') !== true)
    .map((each) => ({ ...each, ...statementsOf(resultsOf(each.entry), context, each.path) }));
  const unknown = read.find((each) => each.unknown !== null)?.unknown ?? null;
  if (unknown !== null && read.every(({ statements }) => statements.length === 0)) throw unknown;
  return {
    externalId: optionalText(task, 'id'),
    prompt: [...asked, ...(talk?.before ?? [])],
    responses,
    language: optionalText(given, drop.columns?.language),
    translatedFrom: null,
    group: optionalText(given, drop.columns?.group),
    annotations: read.flatMap(({ entry, path, predicted, statements }) => {
      const who = predicted ? modelOf(entry) : personOf(entry);
      return statements.map((statement): DraftAnnotation => {
        checkStatement(statement, responses.length, path);
        return { statement, ...who, guideline: null };
      });
    }),
  };
};

/** What a webhook sends holds the task without its annotations, and one annotation. */
const unwrapped = (row: Row): Row => {
  const [annotation, task] = [field(row, 'annotation'), field(row, 'task')];
  return annotation === undefined || task === undefined ? row : { ...asRow(task), annotations: [annotation] };
};

const promptOf = (data: Row, { columns }: DropManifest): Message[] => {
  const prompt = firstOf(data, [columns?.prompt, 'prompt', 'question', 'instruction']);
  return prompt === undefined ? [] : asPrompt(prompt, 'data.prompt');
};

const formOf = ({ entry, path, predicted }: Listed): Form[] =>
  field(entry, 'was_cancelled') === true
    ? []
    : [{ results: resultsOf(entry), path, by: predicted ? modelOf(entry) : personOf(entry) }];

interface Listed {
  readonly entry: Row;
  readonly path: string;
  readonly predicted: boolean;
}

const listed = (task: Row, name: 'annotations' | 'predictions'): Listed[] => {
  const entries = field(task, name) ?? [];
  if (!Array.isArray(entries)) throw invalid(name, 'must be a list');
  return entries.map((entry, i) => ({ entry: asRow(entry), path: `${name}.${i}`, predicted: name === 'predictions' }));
};

const resultsOf = (entry: Row): Row[] => {
  const results = field(entry, 'result') ?? [];
  if (!Array.isArray(results)) throw invalid('result', 'must be a list');
  return results.map(asRow);
};

/** `completed_by` is an id, or a person with one. */
const personOf = (entry: Row): Pick<DraftAnnotation, 'annotator' | 'source' | 'seconds'> => {
  const by = field(entry, 'completed_by');
  const annotator = typeof by === 'object' ? optionalText(asRow(by), 'id') : optionalText(entry, 'completed_by');
  const seconds = asNumber(field(entry, 'lead_time'));
  return { annotator, source: null, seconds: seconds !== null && seconds >= 0 ? seconds : null };
};

const modelOf = (entry: Row): Pick<DraftAnnotation, 'annotator' | 'source' | 'seconds'> => ({
  annotator: null,
  source: { kind: 'model', id: optionalText(entry, 'model_version') ?? 'unnamed' },
  seconds: null,
});

const firstOf = (data: Row, names: readonly (string | undefined)[]): unknown => {
  for (const name of names) {
    const value = name === undefined ? undefined : field(data, name);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
};

const MEDIUM = /\.(jpe?g|png|webp|avif|gif|mp4|webm|mkv)(\?|$)/i;

const responsesOf = (data: Row, { modality, columns }: DropManifest, pairwise: boolean): DraftResponse[] => {
  const text = modality === 'text';
  const asResponse = (value: unknown): DraftResponse => {
    if (typeof value !== 'string' || value === '') throw invalid('data', 'names no response');
    return text ? { model: null, text: value, file: null } : { model: null, text: null, file: fileIn(value) };
  };
  if (pairwise) return pairOf(data, columns).map((name) => asResponse(field(data, name)));
  const names = text
    ? [columns?.response, 'response', 'answer', 'completion', 'text']
    : [columns?.file, 'file', 'image', 'video', 'clip', 'img'];
  const looksRight = Object.values(data).find((each) => typeof each === 'string' && (text || MEDIUM.test(each)));
  return [asResponse(firstOf(data, names) ?? looksRight)];
};

/** The two fields that a pairwise question is about: as `columns` says, else two names that differ in their end only. */
const pairOf = (data: Row, columns: DropManifest['columns']): [string, string] => {
  if (columns?.responseA !== undefined && columns.responseB !== undefined)
    return [columns.responseA, columns.responseB];
  for (const name of Object.keys(data))
    for (const [a, b] of ENDS)
      if (name.endsWith(a) && field(data, `${name.slice(0, -a.length)}${b}`) !== undefined)
        return [name, `${name.slice(0, -a.length)}${b}`];
  throw new AssayError('ASY-2003', { column: 'responseA' });
};

const ENDS = [
  ['1', '2'],
  ['A', 'B'],
  ['_a', '_b'],
  ['left', 'right'],
] as const;
