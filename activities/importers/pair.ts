import { AssayError } from '../../schemas/errors.ts';
import type { Message } from '../../schemas/item.ts';
import { type Draft, humanSays, textResponse } from './draft.ts';
import { optionalLanguage, optionalText, type Row } from './fields.ts';

/** Where the facts beside a pair are found. */
export interface PairColumns {
  readonly id?: string;
  readonly annotator?: string;
  readonly language?: string;
  readonly translatedFrom?: string;
  readonly domain?: string;
  readonly group?: string;
}

/** An item whose response 0 was preferred over response 1 by one person. Throws ASY-2007 when they are the same. */
export const preferredPair = (
  row: Row,
  prompt: readonly Message[],
  [chosen, rejected]: readonly [string, string],
  columns: PairColumns,
  models: readonly [string | null, string | null] = [null, null],
): Draft => {
  if (chosen === rejected) throw new AssayError('ASY-2007');
  return {
    externalId: optionalText(row, columns.id),
    prompt,
    responses: [textResponse(chosen, models[0]), textResponse(rejected, models[1])],
    language: optionalLanguage(row, columns.language),
    translatedFrom: optionalLanguage(row, columns.translatedFrom),
    domain: optionalText(row, columns.domain),
    group: optionalText(row, columns.group),
    annotations: [
      humanSays({ task: 'pairwise', value: { preferred: 'a', strength: null } }, optionalText(row, columns.annotator)),
    ],
  };
};

/** The columns that pair formats may have beside their own. */
export const PAIR_COLUMNS: PairColumns = {
  id: 'id',
  annotator: 'annotator',
  language: 'language',
  translatedFrom: 'translated_from',
  domain: 'domain',
  group: 'group',
};
