/** Documents of `assay stats` from CSV text. Strict: the first fault ends it with ASY-7001 (file, line) or ASY-7002. */
import { CsvError, parse } from 'csv-parse/sync';
import { AssayError } from '../schemas/errors.ts';
import type { MeasurementLevel } from '../schemas/label.ts';
import type { AggregateReport } from './aggregation/rows.ts';
import { aggregateRows } from './aggregation/rows.ts';
import type { AgreementReport, BootstrapOptions, RatingRow } from './agreement/krippendorff.ts';
import { alphaFromRows } from './agreement/krippendorff.ts';
import type { CalibrationReport } from './metrics/calibration.ts';
import { calibrationReport } from './metrics/calibration.ts';

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

/** Rows (item, annotator, value), one per item and annotator; numbers where the level needs them. */
const readRatings = (text: string, file: string, level: MeasurementLevel): RatingRow[] => {
  const seen = new Set<string>();
  return readRows(text, file, ['item', 'annotator', 'value']).map(({ line, cells }) => {
    const [item, annotator, value] = [cells['item'] ?? '', cells['annotator'] ?? '', cells['value'] ?? ''];
    const key = JSON.stringify([item, annotator]);
    if (seen.has(key)) throw invalid(file, line, `${annotator} rated ${item} before`);
    seen.add(key);
    return { item, annotator, value: level === 'nominal' ? value : numberIn(value, file, line, 'value') };
  });
};

/** `stats agreement`: columns item, annotator, value. */
export const agreementDocument = (
  text: string,
  file: string,
  level: MeasurementLevel,
  options: BootstrapOptions = {},
): AgreementReport => alphaFromRows(readRatings(text, file, level), level, { ...options, file });

/** `stats aggregate --method majority`: columns item, annotator, value. */
export const aggregateDocument = (text: string, file: string): AggregateReport =>
  aggregateRows(readRatings(text, file, 'nominal'));

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
