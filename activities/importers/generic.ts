import { type Statement, VALUES } from '../../schemas/annotation.ts';
import type { Columns } from '../../schemas/drop.ts';
import { AssayError } from '../../schemas/errors.ts';
import { type DraftAnnotation, humanSays, type Importer, textResponse } from './draft.ts';
import {
  asNumber,
  asPrompt,
  asRow,
  field,
  invalid,
  need,
  needText,
  optionalLanguage,
  optionalText,
  type Row,
} from './fields.ts';
import { preferredPair } from './pair.ts';
import { promptFilesOf } from './prompt-files.ts';

/** Without a `columns` map every role has the column of its own name. */
const OWN_NAMES: Columns = {
  id: 'id',
  prompt: 'prompt',
  promptFiles: 'promptFiles',
  response: 'response',
  chosen: 'chosen',
  rejected: 'rejected',
  responseA: 'responseA',
  responseB: 'responseB',
  preferred: 'preferred',
  modelA: 'modelA',
  modelB: 'modelB',
  rating: 'rating',
  label: 'label',
  annotator: 'annotator',
  language: 'language',
  translatedFrom: 'translatedFrom',
  domain: 'domain',
  model: 'model',
  group: 'group',
};

/**
 * Rows of any names with a `columns` map: prompt with chosen and rejected; or with responseA, responseB and preferred; or with one
 * response and its rating or label, or neither. Works for JSON lines, CSV and Parquet alike.
 */
export const importGeneric: Importer = (value, drop) => {
  const row = asRow(value);
  const columns = drop.columns ?? OWN_NAMES;
  const has = (name: string | undefined) =>
    name !== undefined && (drop.columns !== undefined || field(row, name) !== undefined);
  const prompt = asPrompt(need(row, columns.prompt ?? 'prompt'), columns.prompt ?? 'prompt');
  const promptFiles = promptFilesOf(row, columns.promptFiles);
  if (columns.chosen !== undefined && has(columns.chosen)) {
    const pair = [needText(row, columns.chosen), needText(row, columns.rejected ?? 'rejected')] as const;
    const models = [optionalText(row, columns.modelA), optionalText(row, columns.modelB)] as const;
    return { ...preferredPair(row, prompt, pair, columns, models), promptFiles };
  }
  const shared = {
    externalId: optionalText(row, columns.id),
    prompt,
    promptFiles,
    language: optionalLanguage(row, columns.language),
    translatedFrom: optionalLanguage(row, columns.translatedFrom),
    domain: optionalText(row, columns.domain),
    group: optionalText(row, columns.group),
  };
  const annotator = optionalText(row, columns.annotator);
  if (columns.responseA !== undefined && has(columns.responseA)) {
    const names = [columns.responseA, columns.responseB ?? 'responseB'] as const;
    const [a, b] = [needText(row, names[0]), needText(row, names[1])];
    const preferred = preference(need(row, columns.preferred ?? 'preferred'), columns.preferred ?? 'preferred', names);
    // Two equal answers can only be a tie; a preference between them is a fault of the row.
    if (a === b && preferred !== 'tie') throw new AssayError('ASY-2007');
    return {
      ...shared,
      responses: [
        textResponse(a, optionalText(row, columns.modelA)),
        textResponse(b, optionalText(row, columns.modelB)),
      ],
      annotations: [humanSays({ task: 'pairwise', value: { preferred, strength: null } }, annotator)],
    };
  }
  return {
    ...shared,
    responses: [textResponse(needText(row, columns.response ?? 'response'), optionalText(row, columns.model))],
    annotations: judgements(row, columns, has, annotator),
  };
};

const PREFERENCES: Readonly<Record<string, 'a' | 'b' | 'tie'>> = {
  a: 'a',
  '1': 'a',
  model_a: 'a',
  response_a: 'a',
  b: 'b',
  '2': 'b',
  model_b: 'b',
  response_b: 'b',
  tie: 'tie',
  '0': 'tie',
  'tie (bothbad)': 'tie',
};

const preference = (value: unknown, name: string, [a, b]: readonly [string, string]): 'a' | 'b' | 'tie' => {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  if (text === a) return 'a';
  if (text === b) return 'b';
  const key = text.toLowerCase();
  const found = Object.hasOwn(PREFERENCES, key) ? PREFERENCES[key] : undefined;
  if (found === undefined)
    throw invalid(name, 'must be a, b or tie; 1, 2 or 0; model_a, model_b or tie; or a column’s name');
  return found;
};

const judgements = (
  row: Row,
  columns: Columns,
  has: (name: string | undefined) => boolean,
  annotator: string | null,
): DraftAnnotation[] => {
  const statements: Statement[] = [];
  const { rating, label } = columns;
  if (rating !== undefined && has(rating)) {
    const number = asNumber(need(row, rating));
    if (number === null) throw invalid(rating, 'must be a number');
    statements.push({ task: 'rating', value: VALUES.rating.parse({ aspects: { rating: number } }) });
  }
  if (label !== undefined && has(label)) statements.push(labelled(need(row, label), label));
  return statements.map((statement) => humanSays(statement, annotator));
};

const YES = new Set(['true', '1', 'yes', 'good']);
const NO = new Set(['false', '0', 'no', 'bad']);

/** Yes and no become a binary statement, other names a category. */
const labelled = (value: unknown, name: string): Statement => {
  if (typeof value !== 'boolean' && typeof value !== 'number' && typeof value !== 'string')
    throw invalid(name, 'must be text, a number or a boolean');
  const key = String(value).trim().toLowerCase();
  if (YES.has(key) || NO.has(key)) return { task: 'binary', value: { response: 0, good: YES.has(key) } };
  return { task: 'rubric', value: { response: 0, levels: { label: String(value) } } };
};
