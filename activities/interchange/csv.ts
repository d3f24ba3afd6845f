/** Annotations as CSV: a file of votes for each question, which statistics read, and one of everything for spreadsheets. */
import type { Annotation } from '../../schemas/annotation.ts';
import { type Answer, answersOf } from './answers.ts';

type Cell = string | number | null;

/** A row of RFC 4180. A cell that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay as they are. */
export const csvRow = (cells: readonly Cell[]): string => `${cells.map(written).join(',')}\n`;

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

const written = (cell: Cell): string => {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The header of a file of votes, as `assay stats agreement` reads it. */
export const VOTES_HEADER = csvRow(['item', 'annotator', 'value']);

/** One vote: the question it answers, and its row. */
export interface Vote {
  readonly question: string;
  readonly row: string;
}

/**
 * The votes of one annotation, by task and aspect: numbers, choices, and a rank for each response. Responses after the first are
 * items of their own, `<item>#<response>`; steps are too. What is no number and no category (texts, marks, spans) has none.
 */
export const votesOf = (annotation: Annotation): Vote[] => {
  const { item, source } = annotation;
  const annotator = source.kind === 'human' ? source.id : `${source.kind}:${source.id}`;
  // Agreement is that of people; what judges, verifiers and models say has files of its own.
  const by = source.kind === 'human' ? '' : ' machines';
  return answersOf(annotation).flatMap((answer) =>
    saidIn(answer).map(({ question, of, value }) => ({
      question: `${question}${by}`,
      row: csvRow([[item, ...of].join('#'), annotator, value]),
    })),
  );
};

const saidIn = (answer: Answer): { question: string; of: readonly number[]; value: string | number }[] => {
  const { task, response, parts, kind, value } = answer;
  const of = response === null || response === 0 ? [] : [response];
  if (kind === 'ranks') return value.map((rank, i) => ({ question: task, of: [i], value: rank }));
  // Each step and each word is asked the same: they are items, not aspects.
  if (task === 'steps' && kind === 'number') return [{ question: task, of: [response ?? 0, Number(parts[0])], value }];
  if (kind === 'words')
    return value.map((missed, i) => ({
      question: task,
      of: [response ?? 0, i],
      value: missed ? 'misaligned' : 'aligned',
    }));
  if (kind !== 'number' && kind !== 'choice') return [];
  return value === '' ? [] : [{ question: [task, ...parts].join(' '), of, value }];
};

/** The header of the file of all annotations. */
export const ANNOTATIONS_HEADER = csvRow([
  'item',
  'external_id',
  'task',
  'response',
  'source',
  'annotator',
  'guideline',
  'seconds',
  'value',
  'file',
  'row',
  'license',
]);

/** One annotation with its value as JSON. */
export const annotationRow = (annotation: Annotation, externalId: string | null): string => {
  const { item, task, value, source, guideline, seconds, origin } = annotation;
  const response = 'response' in value ? value.response : null;
  const who = [source.kind, source.id, guideline, seconds];
  return csvRow([
    item,
    externalId,
    task,
    response,
    ...who,
    JSON.stringify(value),
    origin.file,
    origin.row,
    origin.license,
  ]);
};
