import { answersOf } from '../answers.ts';
import type { FieldKind } from '../content.ts';
import { contentOf } from '../content.ts';
import { createCounts, type Exporting, type LeftOut, onlyBeside } from '../folder.ts';
import type { Said } from '../said.ts';
import { questionName } from './names.ts';
import { isStep, numberPlace } from './questions.ts';
import { recordOf } from './record.ts';
import { createSettings } from './settings.ts';

/**
 * `records.json`, a list as `rg.Dataset.records.to_json` writes it, and `.argilla/settings.json`, from which the dataset can be
 * created. Looks at everything twice: a question is of one type in all records.
 */
export const writeArgilla = async ({ said, out, address }: Exporting<Said>): Promise<LeftOut> => {
  const unrated = new Set<string>();
  const fields = new Map<string, FieldKind>();
  let several = false;
  for await (const { item, annotations } of said()) {
    several ||= item.responses.length > 1;
    for (const answer of annotations.flatMap(answersOf)) {
      const name = answer.kind === 'number' && !isStep(answer.value) ? questionName(numberPlace(answer)) : null;
      if (name !== null) unrated.add(name);
    }
  }
  const settings = createSettings();
  const leftOut = createCounts();
  let before = '[\n';
  for await (const each of said()) {
    const { record, asked, unsaid } = recordOf(each, { isRated: (name) => !unrated.has(name), address, several });
    for (const { name, kind } of contentOf(each.item, { address, several }).fields) fields.set(name, kind);
    settings.add(asked);
    for (const { task } of unsaid) leftOut.add(onlyBeside(task));
    await out.append('records.json', `${before}${JSON.stringify(record)}`);
    before = ',\n';
  }
  await out.append('records.json', before === '[\n' ? '[]\n' : '\n]\n');
  await out.append('.argilla/settings.json', `${JSON.stringify(settings.document(fields), null, 2)}\n`);
  return leftOut.end();
};
