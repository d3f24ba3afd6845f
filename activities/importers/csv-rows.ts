import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { AssayError } from '../../schemas/errors.ts';
import { isBlank, readLines } from './lines.ts';
import { RAW_BYTES, type RawRow } from './raw-row.ts';

interface CsvRecord {
  readonly row: number;
  readonly start: number;
  /** Without the line end; cut where it is too long. */
  readonly bytes: Buffer;
  readonly length: number;
  readonly tooLong: boolean;
  readonly open: boolean;
}

/** Records parsed in one call; fewer calls are faster, and a fault costs a second pass over these only. */
const BATCH = 500;

/**
 * Rows of a CSV with a header (RFC 4180: commas, double quotes, LF or CRLF, an optional byte-order mark), as objects by column.
 * Faults: ASY-2005, ASY-2006, ASY-2009; a header that cannot be read is ASY-1009 of the file. A row's number is the line it
 * starts on, the header being line 1.
 */
export async function* readCsvRows(
  chunks: AsyncIterable<Buffer>,
  { rowBytes, file = 'the file' }: { readonly rowBytes: number; readonly file?: string },
): AsyncGenerator<RawRow> {
  let header: readonly string[] | null = null;
  let batch: CsvRecord[] = [];
  for await (const record of readRecords(chunks, rowBytes)) {
    if (header === null) {
      header = headerOf(record, file);
      continue;
    }
    batch.push(record);
    if (batch.length < BATCH) continue;
    yield* rowsOf(header, batch, rowBytes);
    batch = [];
  }
  if (header !== null) yield* rowsOf(header, batch, rowBytes);
}

/** Lines joined while a quote is open. A record over the limit is counted on, not held. */
async function* readRecords(chunks: AsyncIterable<Buffer>, rowBytes: number): AsyncGenerator<CsvRecord> {
  let lines: Buffer[] = [];
  let [row, start] = [0, 0];
  let length = 0;
  let quotes = 0;
  let tooLong = false;
  const end = (): CsvRecord => {
    const bytes = Buffer.concat(lines.flatMap((line, i) => (i === 0 ? [line] : [LF, line])));
    const trimmed = bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes;
    const record = { row, start, bytes: trimmed, length, tooLong, open: quotes % 2 === 1 };
    lines = [];
    length = 0;
    quotes = 0;
    tooLong = false;
    return record;
  };
  for await (const line of readLines(chunks, { rowBytes, verbatim: true })) {
    if (lines.length === 0) {
      if (isBlank(line.bytes) && !line.tooLong) continue;
      [row, start] = [line.row, line.start];
    }
    length += line.length + (lines.length === 0 ? 0 : 1);
    quotes += quotesIn(line.bytes);
    if (line.tooLong || length > rowBytes) {
      if (!tooLong) lines = [Buffer.concat([...lines, line.bytes]).subarray(0, RAW_BYTES)];
      tooLong = true;
    } else lines.push(line.bytes);
    // The quotes of a line that was cut are not known: it ends its record.
    if (line.tooLong || quotes % 2 === 0) yield end();
  }
  if (lines.length > 0) yield end();
}

const LF = Buffer.from('\n');

const quotesIn = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(34); at !== -1; at = bytes.indexOf(34, at + 1)) count++;
  return count;
};

const cells = (text: string): string[][] =>
  parse(text, { record_delimiter: '\n', relax_column_count: true, columns: false });

const headerOf = (record: CsvRecord, file: string): readonly string[] => {
  const fault = faultOf(record, record.length);
  try {
    const [header] = fault === null ? cells(record.bytes.toString('utf8')) : [];
    if (header !== undefined) return header.map((name) => name.trim());
  } catch {
    // Said below: the parser's words repeat the line.
  }
  throw new AssayError('ASY-1009', { file, reason: 'its first line is no CSV header' });
};

/** What can be said of a record before it is parsed. */
const faultOf = ({ bytes, tooLong, open }: CsvRecord, rowBytes: number): AssayError | null => {
  if (tooLong) return new AssayError('ASY-2006', { limit: rowBytes });
  if (!isUtf8(bytes)) return new AssayError('ASY-2005');
  return open ? new AssayError('ASY-2009', { reason: 'a quoted field is not closed' }) : null;
};

function* rowsOf(header: readonly string[], records: readonly CsvRecord[], rowBytes: number): Generator<RawRow> {
  const faults = records.map((record) => faultOf(record, rowBytes));
  const sound = records.filter((_, i) => faults[i] === null).map(({ bytes }) => bytes.toString('utf8'));
  const parsed = together(sound);
  let next = 0;
  for (const [i, record] of records.entries()) {
    const { row, start, length } = record;
    const raw = record.bytes.subarray(0, RAW_BYTES);
    const base = { row, raw, rawBytes: length, place: { start, end: start + length } };
    const fault = faults[i];
    if (fault != null) yield { ...base, fault };
    else yield { ...base, ...valueOf(header, parsed[next++] ?? null) };
  }
}

/** The cells of each record, or null for one that is not CSV. */
const together = (texts: readonly string[]): readonly (readonly string[] | null)[] => {
  try {
    const all = cells(texts.join('\n'));
    if (all.length === texts.length) return all;
  } catch {
    // One of them is broken; each by itself tells which.
  }
  return texts.map((text) => {
    try {
      return cells(text)[0] ?? null;
    } catch {
      return null;
    }
  });
};

const valueOf = (header: readonly string[], record: readonly string[] | null): Pick<RawRow, 'value' | 'fault'> => {
  if (record === null)
    return { fault: new AssayError('ASY-2009', { reason: 'a quote inside a field that is not quoted' }) };
  if (record.length !== header.length)
    return {
      fault: new AssayError('ASY-2009', { reason: `${record.length} fields, the header has ${header.length}` }),
    };
  return { value: Object.fromEntries(record.map((cell, i) => [header[i] ?? '', cell])) };
};
