import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { AssayError } from '../../schemas/errors.ts';
import { RAW_BYTES, type RawRow } from './raw-row.ts';

interface Emitted {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

/**
 * Rows of a CSV with a header (RFC 4180: commas, double quotes, LF or CRLF, an optional byte-order mark), as objects by column.
 * Bytes are read as Latin-1 and each field is checked and turned into UTF-8 by itself, so that one bad byte costs one row.
 * Faults: ASY-2005, ASY-2006, ASY-2009. Rows are numbered by the line they start on, the header being line 1.
 */
export async function* readCsvRows(
  chunks: AsyncIterable<Buffer>,
  { rowBytes }: { readonly rowBytes: number },
): AsyncGenerator<RawRow> {
  const skipped: RawRow[] = [];
  const parser = parse({
    encoding: 'latin1',
    bom: false,
    raw: true,
    info: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: rowBytes,
    on_skip: (error, raw) => void skipped.push(broken(error, raw, rowBytes)),
  });
  const source = Readable.from(withoutBom(chunks));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let header: readonly string[] | null = null;
  try {
    for await (const emitted of parser as AsyncIterable<Emitted>) {
      yield* skipped.splice(0);
      if (header === null) header = emitted.record.map((name) => Buffer.from(name, 'latin1').toString('utf8').trim());
      else yield rowOf(header, emitted, rowBytes);
    }
  } catch (error) {
    yield* skipped.splice(0);
    // What the parser cannot step over ends the file: an unclosed quote swallows all that follows.
    if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('CSV_')) throw error;
    const { lines } = error as CsvError & { lines?: number };
    yield broken(error as CsvError, undefined, rowBytes, lines);
  } finally {
    source.destroy();
    parser.destroy();
  }
  yield* skipped.splice(0);
}

const rowOf = (header: readonly string[], { record, raw, info }: Emitted, rowBytes: number): RawRow => {
  const row = info.lines - newlines(record.join(''));
  const bytes = Buffer.from(raw.replace(/^[\r\n]+|\r?\n$/g, ''), 'latin1');
  const base = { row, raw: bytes.subarray(0, RAW_BYTES), rawBytes: bytes.length };
  if (bytes.length > rowBytes) return { ...base, fault: new AssayError('ASY-2006', { limit: rowBytes }) };
  if (!isUtf8(bytes)) return { ...base, fault: new AssayError('ASY-2005') };
  const cells = record.map((cell, i) => [header[i] ?? '', Buffer.from(cell, 'latin1').toString('utf8')] as const);
  return { ...base, value: Object.fromEntries(cells) };
};

const newlines = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
};

const broken = (error: CsvError | undefined, raw: string | undefined, rowBytes: number, line?: number): RawRow => {
  const bytes = raw === undefined ? null : Buffer.from(raw.replace(/^[\r\n]+|\r?\n$/g, ''), 'latin1');
  const lines = line ?? (error as { lines?: number } | undefined)?.lines ?? 1;
  const tooLong = error?.code === 'CSV_MAX_RECORD_SIZE';
  return {
    row: Math.max(1, lines),
    raw: bytes?.subarray(0, RAW_BYTES) ?? null,
    rawBytes: bytes?.length ?? null,
    fault: tooLong
      ? new AssayError('ASY-2006', { limit: rowBytes })
      : new AssayError('ASY-2009', { reason: REASONS[error?.code ?? ''] ?? 'the record does not follow RFC 4180' }),
  };
};

/** Our words, because the parser's repeat the row. */
const REASONS: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'the row has another number of fields than the header',
  CSV_RECORD_INCONSISTENT_COLUMNS: 'the row has another number of fields than the header',
  CSV_QUOTE_NOT_CLOSED: 'a quoted field is not closed',
  INVALID_OPENING_QUOTE: 'a quote inside a field that is not quoted',
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote',
};

async function* withoutBom(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    yield first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
    first = false;
  }
}
