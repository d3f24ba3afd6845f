import { AssayError } from '../../schemas/errors.ts';
import { humanSays, type Importer, textResponse, userPrompt } from './draft.ts';
import { asNumber, asRow, need, optionalText } from './fields.ts';

/**
 * `item,annotator,value`: one vote a row. Numbers become a rating of aspect `value`, other values a category of criterion `value`.
 * Rows of one item make one item, whose text is its id.
 */
export const importAgreement: Importer = (value) => {
  const row = asRow(value);
  const [item, annotator] = [optionalText(row, 'item'), optionalText(row, 'annotator')];
  if (item === null) throw new AssayError('ASY-2003', { column: 'item' });
  if (annotator === null) throw new AssayError('ASY-2003', { column: 'annotator' });
  const said = optionalText(row, 'value');
  if (said === null) throw new AssayError('ASY-2003', { column: 'value' });
  const number = asNumber(need(row, 'value'));
  return {
    externalId: item,
    prompt: userPrompt(item),
    responses: [textResponse(item)],
    language: null,
    translatedFrom: null,
    group: null,
    annotations: [
      number === null
        ? humanSays({ task: 'rubric', value: { response: 0, levels: { value: said } } }, annotator)
        : humanSays(
            { task: 'rating', value: { response: 0, aspects: { value: number }, min: null, max: null } },
            annotator,
          ),
    ],
  };
};
