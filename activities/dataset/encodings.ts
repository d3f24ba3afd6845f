/** Rows of an export as the bytes of its file, in pieces. */
import type { createHash } from 'node:crypto';
import { encodeRecord } from '../../models/tfrecord/records.ts';
import type { ExportContext, Exporter } from '../exporters/index.ts';

/** What has gone by, for the export's record. */
export interface Written {
  readonly hash: ReturnType<typeof createHash>;
  bytes: number;
  rows: number;
}

type Encoding = Exclude<Exporter['encoding'], 'parquet' | 'tar'>;

const FILES: Readonly<Record<Encoding, { readonly extension: string; readonly contentType: string }>> = {
  jsonl: { extension: 'jsonl', contentType: 'application/jsonl' },
  json: { extension: 'json', contentType: 'application/json' },
  tfrecord: { extension: 'tfrecord', contentType: 'application/octet-stream' },
};

const fileOf = ({ encoding }: Exporter) => FILES[encoding === 'parquet' || encoding === 'tar' ? 'jsonl' : encoding];

/** Path of a split's file inside the export. */
export const pathOf = (exporter: Exporter, split: string): string =>
  exporter.pathOf?.(split) ?? `${split}.${fileOf(exporter).extension}`;

export const contentTypeOf = (exporter: Exporter): string => fileOf(exporter).contentType;

const LINES = 500;

/** JSON lines in pieces of a few hundred. */
async function* jsonLines(rows: AsyncIterable<unknown>, count: () => void): AsyncGenerator<Buffer> {
  let lines: string[] = [];
  for await (const row of rows) {
    count();
    lines.push(`${JSON.stringify(row)}\n`);
    if (lines.length < LINES) continue;
    yield Buffer.from(lines.join(''));
    lines = [];
  }
  if (lines.length > 0) yield Buffer.from(lines.join(''));
}

/** A framed record for each row. */
async function* records(exporter: Exporter, rows: AsyncIterable<unknown>, count: () => void): AsyncGenerator<Buffer> {
  const { record } = exporter;
  if (record === undefined) throw new TypeError(`${exporter.format} has no records`);
  for await (const row of rows) {
    count();
    yield Buffer.from(encodeRecord(record(row)));
  }
}

/** One document of all rows, which are held together: such formats have no other form. */
async function* document(
  exporter: Exporter,
  rows: AsyncIterable<unknown>,
  context: ExportContext,
  count: () => void,
): AsyncGenerator<Buffer> {
  const all: unknown[] = [];
  for await (const row of rows) {
    count();
    all.push(row);
  }
  yield Buffer.from(`${JSON.stringify(exporter.document?.(all, context) ?? all)}\n`);
}

const piecesOf = (
  exporter: Exporter,
  rows: AsyncIterable<unknown>,
  context: ExportContext,
  count: () => void,
): AsyncGenerator<Buffer> => {
  if (exporter.encoding === 'tfrecord') return records(exporter, rows, count);
  return exporter.encoding === 'json' ? document(exporter, rows, context, count) : jsonLines(rows, count);
};

/** The pieces, hashed and counted on their way. */
export async function* encoded(
  exporter: Exporter,
  rows: AsyncIterable<unknown>,
  context: ExportContext,
  written: Written,
): AsyncGenerator<Buffer> {
  const count = () => {
    written.rows++;
  };
  for await (const piece of piecesOf(exporter, rows, context, count)) {
    written.hash.update(piece);
    written.bytes += piece.length;
    yield piece;
  }
}
