import { ANNOTATIONS_HEADER, annotationRow, VOTES_HEADER, votesOf } from './csv.ts';
import { createCounts, type Exporting, type LeftOut } from './folder.ts';
import type { Said } from './said.ts';

/** Questions that have a file each; criteria that every item names anew are no questions to compare votes on. */
const MOST_QUESTIONS = 500;

/** `annotations.csv`, and `votes/<question>.csv` for each task and aspect. */
export const writeCsv = async ({ said, out }: Exporting<Said>): Promise<LeftOut> => {
  const files = new Map<string, string>();
  const taken = new Set<string>();
  const leftOut = createCounts();
  await out.append('annotations.csv', ANNOTATIONS_HEADER);
  for await (const { item, annotations } of said()) {
    for (const annotation of annotations) {
      await out.append('annotations.csv', annotationRow(annotation, item.externalId));
      for (const { question, row } of votesOf(annotation)) {
        let file = files.get(question);
        if (file === undefined) {
          if (files.size === MOST_QUESTIONS) {
            leftOut.add(`votes on questions after the first ${MOST_QUESTIONS}`);
            continue;
          }
          file = fileOf(question, taken);
          files.set(question, file);
          await out.append(file, VOTES_HEADER);
        }
        await out.append(file, row);
      }
    }
  }
  return leftOut.end();
};

/** A name of small letters, digits and hyphens; questions that would share one are numbered. */
const fileOf = (question: string, taken: Set<string>): string => {
  const plain = question
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);
  let name = plain;
  for (let n = 2; taken.has(name); n++) name = `${plain}-${n}`;
  taken.add(name);
  return `votes/${name}.csv`;
};
