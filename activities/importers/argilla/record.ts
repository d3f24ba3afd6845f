import type { Statement } from '../../../schemas/annotation.ts';
import type { DropManifest } from '../../../schemas/drop.ts';
import { AssayError } from '../../../schemas/errors.ts';
import type { Message } from '../../../schemas/item.ts';
import { readSidecar } from '../../interchange/sidecar.ts';
import { fileIn } from '../address.ts';
import { type DraftAnnotation, type DraftResponse, type Importer, textResponse } from '../draft.ts';
import { asPrompt, asRow, checkStatement, field, invalid, optionalText, type Row } from '../fields.ts';
import { readOwn } from './own.ts';
import { Ranks, Spans } from './values.ts';
import { flatAnswers, isFlat, nestedAnswers, type Said } from './voices.ts';

/**
 * A record of Argilla 2.x: what `Record.to_dict` gives (`{id, fields, metadata, suggestions, responses, vectors}`), or a row as
 * `to_datasets` writes it for the Hub. Questions are told apart by their values: numbers are ratings, lists of labels checks, lists
 * of ranks rankings, lists of places spans; a string is a level of a criterion where it could be a label, else a critique.
 * Responses that were not submitted are passed over; suggestions are a model's. A record that Assay wrote says in `metadata.assay`
 * what else it means. `columns` (prompt, response, responseA, responseB, file) may name fields. No text is ever markup here.
 */
export const importArgilla: Importer = (value, drop) => {
  const row = asRow(value);
  const flat = isFlat(row);
  const fields = flat ? contentFields(row) : asRow(field(row, 'fields'));
  const said = flat ? flatAnswers(row) : nestedAnswers(row);
  const sidecar = readSidecar(sidecarOf(flat ? row : asRow(field(row, 'metadata') ?? {})));
  if (sidecar !== null) return readOwn(fields, sidecar, said);
  const { prompt, responses, names } = contentOf(fields, drop);
  const annotations = [...Map.groupBy(said, ({ who, suggested }) => `${suggested} ${who}`).values()].flatMap((own) => {
    const { who = null, suggested = false } = own[0] ?? {};
    return statementsOf(own, names).map((statement, i): DraftAnnotation => {
      checkStatement(statement, responses.length, `responses.${i}`);
      return {
        statement,
        annotator: suggested ? null : who,
        source: suggested ? { kind: 'model', id: who ?? 'unnamed' } : null,
        guideline: null,
        seconds: null,
      };
    });
  });
  return {
    externalId: optionalText(row, 'id'),
    prompt,
    responses,
    language: optionalText(fields, drop.columns?.language),
    translatedFrom: null,
    group: optionalText(fields, drop.columns?.group),
    annotations,
  };
};

/** Argilla's metadata hold texts and numbers: the sidecar is JSON in one of them. */
const sidecarOf = (metadata: Row): unknown => {
  const text = field(metadata, 'assay');
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AssayError('ASY-2002', { path: 'metadata.assay', reason: 'must be JSON' }, { cause });
  }
};

const NO_CONTENT = new Set(['id', 'status', '_server_id', 'score', 'inserted_at', 'updated_at', 'assay']);

/** Columns of a Hub row that are no answers. Metadata stand among them; they are told apart by the names of content. */
const contentFields = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).filter(([name]) => !NO_CONTENT.has(name) && !/\.(responses|suggestion)(\.|$)/.test(name)),
  );

const PROMPTS = ['prompt', 'instruction', 'question', 'input', 'query'];
const RESPONSE = /^(response|answer|completion|output|generation|chosen|rejected)/i;
const MEDIUM = /^data:(image|video)\/|\.(jpe?g|png|webp|avif|gif|mp4|webm|mkv)(\?|$)/i;

/** A record's prompt, and its responses with the names of their fields. Throws ASY-2003 where no field is a response. */
const contentOf = (
  fields: Row,
  { modality, columns = {} }: DropManifest,
): { prompt: Message[]; responses: DraftResponse[]; names: readonly string[] } => {
  const promptName = columns.prompt ?? PROMPTS.find((name) => field(fields, name) !== undefined);
  const prompt = promptName === undefined ? undefined : field(fields, promptName);
  const told = [columns.response, columns.responseA, columns.responseB, columns.file].filter(
    (name) => name !== undefined,
  );
  const others = Object.keys(fields).filter((name) => name !== promptName && typeof field(fields, name) === 'string');
  const media = others.filter((name) => MEDIUM.test(String(field(fields, name))));
  const named = modality === 'text' ? others.filter((name) => RESPONSE.test(name)) : media;
  const names = told.length > 0 ? told : named.length > 0 ? named : others.slice(0, 1);
  if (names.length === 0) throw new AssayError('ASY-2003', { column: 'response' });
  return {
    prompt: prompt === undefined || prompt === '' ? [] : asPrompt(prompt, `fields.${promptName}`),
    responses: names.map((name) => responseOf(name, field(fields, name), modality === 'text')),
    names,
  };
};

const responseOf = (name: string, value: unknown, text: boolean): DraftResponse => {
  if (typeof value !== 'string' || value === '') throw invalid(`fields.${name}`, 'must be text');
  if (text) return textResponse(value);
  if (value.startsWith('data:'))
    throw invalid(`fields.${name}`, 'holds the medium itself: put it beside, and name its file');
  return { model: null, text: null, file: fileIn(value) };
};

/** Longest label that a string is taken for: labels are words, not sentences. */
const LABEL = 64;

/** One source's answers as statements: ratings, levels and checks each together. */
const statementsOf = (said: readonly Said[], names: readonly string[]): Statement[] => {
  const aspects: [string, number][] = [];
  const levels: [string, string][] = [];
  const checks: [string, boolean][] = [];
  const texts: string[] = [];
  const others: Statement[] = [];
  for (const { question, value } of said) {
    const ranks = Ranks.min(1).safeParse(value);
    const spans = Spans.safeParse(value);
    if (typeof value === 'number') aspects.push([question, value]);
    else if (typeof value === 'string' && isLabel(value)) levels.push([question, value]);
    else if (typeof value === 'string') texts.push(value);
    else if (ranks.success) others.push({ task: 'ranking', value: { ranks: ranksOf(ranks.data, names) } });
    else if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
      for (const label of value) checks.push([`${question}: ${label}`, true]);
    else if (spans.success) others.push(spansOf(spans.data));
    else throw invalid(question, 'is no value of a question that Assay knows');
  }
  return [
    ...(aspects.length === 0
      ? []
      : [
          {
            task: 'rating',
            value: { response: 0, aspects: Object.fromEntries(aspects), min: null, max: null },
          } as const,
        ]),
    ...(levels.length === 0
      ? []
      : [{ task: 'rubric', value: { response: 0, levels: Object.fromEntries(levels) } } as const]),
    ...(checks.length === 0
      ? []
      : [{ task: 'checklist', value: { response: 0, checks: Object.fromEntries(checks) } } as const]),
    ...(texts.length === 0
      ? []
      : [{ task: 'critique', value: { response: 0, text: texts.join('\n\n'), edited: null } } as const]),
    ...others,
  ];
};

const isLabel = (text: string): boolean => text.length <= LABEL && !/[\n.!?]/.test(text);

const spansOf = (spans: Spans): Statement => ({
  task: 'spans',
  value: { response: 0, spans: spans.map(({ start, end, label }) => ({ start, end, tag: label })) },
});

/** Ranks in the order of the responses' fields; options by other names are taken in their own order. */
const ranksOf = (ranks: Ranks, names: readonly string[]): number[] => {
  const byName = names.map((name) => ranks.find(({ value }) => value === name)?.rank);
  if (byName.every((rank) => rank !== undefined)) return byName;
  const collator = new Intl.Collator('en', { numeric: true });
  return ranks.toSorted((a, b) => collator.compare(a.value, b.value)).map(({ rank }) => rank);
};
