/** Documents of `assay stats` from CSV text. Strict: the first fault ends it with ASY-7001 (file, line) or ASY-7002. */
import { CsvError, parse } from 'csv-parse/sync';
import { AssayError } from '../schemas/errors.ts';
import { type MeasurementLevel, NumberMethod } from '../schemas/label.ts';
import { type AggregateReport, aggregateRows, type RowMethod } from './aggregation/rows.ts';
import type { BootstrapOptions } from './agreement/bootstrap.ts';
import type { AgreementReport, RatingRow } from './agreement/report.ts';
import { agreementReport } from './agreement/report.ts';
import { agreementOf } from './agreement/unit-agreement.ts';
import { unitsOf } from './agreement/units.ts';
import type { CalibrationReport } from './metrics/calibration.ts';
import { calibrationReport } from './metrics/calibration.ts';
import { byText } from './order.ts';

interface CsvRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

const invalid = (file: string, line: number, reason: string) => new AssayError('ASY-7001', { file, line, reason });

/** Rows of a CSV with a header that has at least `columns`; every named cell is filled. */
const readRows = (text: string, file: string, columns: readonly string[]): CsvRow[] => {
  const records = parseRecords(text, file);
  const [header, ...body] = records;
  if (header === undefined) throw new AssayError('ASY-7002', { file, reason: 'it is empty' });
  for (const column of columns)
    if (!header.cells.includes(column)) throw invalid(file, header.line, `column ${column} is missing`);
  const rows = body.map(({ line, cells }) => {
    if (cells.length !== header.cells.length)
      throw invalid(file, line, `${cells.length} fields, but ${header.cells.length} columns`);
    const named = Object.fromEntries(header.cells.map((name, i) => [name, (cells[i] ?? '').trim()]));
    for (const column of columns) if (named[column] === '') throw invalid(file, line, `${column} is empty`);
    return { line, cells: named };
  });
  if (rows.length < 2) throw new AssayError('ASY-7002', { file, reason: `${rows.length} rows; 2 are needed` });
  return rows;
};

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

const parseRecords = (text: string, file: string): CsvRecord[] => {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true } as const;
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    // csv-parse counts the line on which a record ends.
    return records.map(({ record, info }) => ({
      line: info.lines - record.join('').split('\n').length + 1,
      cells: record,
    }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause['lines'] === 'number' ? cause['lines'] : 1;
    throw new AssayError('ASY-7001', { file, line, reason: cause.message }, { cause });
  }
};

const numberIn = (text: string, file: string, line: number, column: string): number => {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value))
    throw invalid(file, line, `${column} ${JSON.stringify(text)} is not a number`);
  return value;
};

interface ReadRating extends RatingRow {
  readonly cells: CsvRow['cells'];
  readonly line: number;
}

/** Rows (item, annotator, value), one per item and annotator, numbers where they are to be; and their other cells. */
const readRatings = (
  text: string,
  file: string,
  numbers: boolean,
  columns: readonly string[] = [],
): readonly ReadRating[] => {
  const seen = new Set<string>();
  return readRows(text, file, ['item', 'annotator', 'value', ...columns]).map(({ line, cells }) => {
    const [item, annotator, value] = [cells['item'] ?? '', cells['annotator'] ?? '', cells['value'] ?? ''];
    const key = JSON.stringify([item, annotator]);
    if (seen.has(key)) throw invalid(file, line, `${annotator} rated ${item} before`);
    seen.add(key);
    return { item, annotator, value: numbers ? numberIn(value, file, line, 'value') : value, cells, line };
  });
};

/** Agreement of the rows that share a value of one column. */
export interface AgreementPart
  extends Pick<AgreementReport, 'alpha' | 'ci' | 'percent' | 'items' | 'annotators' | 'ratings'> {
  readonly value: string;
}

export interface AgreementDocument extends AgreementReport {
  /** With `by`: its values in order of text. */
  readonly by?: readonly AgreementPart[];
}

/** A part's agreement; a part in which nothing overlaps has none. */
const partOf = (
  value: string,
  rows: readonly RatingRow[],
  level: MeasurementLevel,
  options: BootstrapOptions,
): AgreementPart => {
  const items = Map.groupBy(rows, ({ item }) => item);
  const units = unitsOf([...items.values()].map((ratings) => ratings.map((rating) => rating.value)));
  const annotators = new Set(rows.map(({ annotator }) => annotator)).size;
  return { value, ...agreementOf(units, level, options), items: items.size, annotators, ratings: rows.length };
};

/** `stats agreement`: columns item, annotator, value, and with `by` one more, for whose values α is given apart. */
export const agreementDocument = (
  text: string,
  file: string,
  level: MeasurementLevel,
  { by, ...options }: BootstrapOptions & { readonly by?: string } = {},
): AgreementDocument => {
  const rows = readRatings(text, file, level !== 'nominal', by === undefined ? [] : [by]);
  const whole = agreementReport(rows, level, { ...options, file });
  if (by === undefined) return whole;
  const parts = [...Map.groupBy(rows, ({ cells }) => cells[by] ?? '')].sort(([a], [b]) => byText(a, b));
  return { ...whole, by: parts.map(([value, own]) => partOf(value, own, level, options)) };
};

/** Values of a truth column by item. Throws ASY-7001 where one item has two. */
const truthOf = (
  rows: readonly ReadRating[],
  file: string,
  column: string,
  numbers: boolean,
): ReadonlyMap<string, string | number> => {
  const truth = new Map<string, string | number>();
  for (const { item, cells, line } of rows) {
    const text = cells[column] ?? '';
    if (text === '') continue;
    const value = numbers ? numberIn(text, file, line, column) : text;
    const known = truth.get(item);
    if (known !== undefined && known !== value) throw invalid(file, line, `${column} of ${item} was ${known} before`);
    truth.set(item, value);
  }
  if (truth.size === 0) throw new AssayError('ASY-7002', { file, reason: `no row has a ${column}` });
  return truth;
};

/** `stats aggregate`: columns item, annotator, value; with `truth` one more, empty where it is not known. */
export const aggregateDocument = (
  text: string,
  file: string,
  method: RowMethod = 'majority',
  { truth }: { readonly truth?: string } = {},
): AggregateReport => {
  const numbers = NumberMethod.safeParse(method).success;
  const rows = readRatings(text, file, numbers);
  if (truth === undefined) return aggregateRows(rows, method);
  if (rows.some(({ cells }) => cells[truth] === undefined)) throw invalid(file, 1, `column ${truth} is missing`);
  return aggregateRows(rows, method, truthOf(rows, file, truth, numbers));
};

/** `stats calibration`: columns logit, label (0 or 1, both present). */
export const calibrationDocument = (text: string, file: string): CalibrationReport => {
  const rows = readRows(text, file, ['logit', 'label']);
  const logits = rows.map(({ line, cells }) => numberIn(cells['logit'] ?? '', file, line, 'logit'));
  const labels = rows.map(({ line, cells }) => {
    const label = numberIn(cells['label'] ?? '', file, line, 'label');
    if (label !== 0 && label !== 1) throw invalid(file, line, `label ${label} is neither 0 nor 1`);
    return label;
  });
  if (new Set(labels).size < 2) throw new AssayError('ASY-7002', { file, reason: 'all labels are of one class' });
  return calibrationReport(logits, labels);
};
