/** Writes one format of a dataset version: `exports/<format>/<split>.jsonl` or `<split>-<n>.parquet`, then the record `exports/<format>.json`. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { DatasetRow, ExportedFiles } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { createTally, exportRows, type Tally } from '../exporters/export-rows.ts';
import { type Exporter, exporterOf } from '../exporters/index.ts';
import { paced } from '../pace.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { once } from '../receipts.ts';
import { padded, writeShards } from '../shards.ts';
import { readSelection, type SelectionFile } from './selection-file.ts';

const counts = z.record(z.string(), z.int());

export const ExportRecord = ExportedFiles.extend({
  /** Dataset rows without a row in this format, by reason. */
  leftOut: counts,
  /** Rows by boolean label, for formats that have one. */
  labels: counts,
});
export type ExportRecord = z.infer<typeof ExportRecord>;

type Stores = { readonly objects: ObjectStore; readonly tables: TableStore };
type Target = { readonly name: string; readonly version: string };

const LINES = 500;

/** JSON lines in pieces of a few hundred, hashed and counted on their way. */
async function* jsonLines(
  rows: AsyncIterable<unknown>,
  written: { readonly hash: ReturnType<typeof createHash>; bytes: number; rows: number },
): AsyncGenerator<Buffer> {
  let lines: string[] = [];
  const flush = (): Buffer => {
    const piece = Buffer.from(lines.join(''));
    written.hash.update(piece);
    written.bytes += piece.length;
    written.rows += lines.length;
    lines = [];
    return piece;
  };
  for await (const row of rows) {
    lines.push(`${JSON.stringify(row)}\n`);
    if (lines.length >= LINES) yield flush();
  }
  if (lines.length > 0) yield flush();
}

type File = ExportRecord['files'][number];

/** Where the files of one format go: paths inside the dataset, and their keys. */
interface Place {
  readonly folder: string;
  readonly keyOf: (path: string) => string;
}

/** One file per split, streamed. */
const writeJsonl = async (
  objects: ObjectStore,
  { folder, keyOf }: Place,
  split: string,
  rows: AsyncIterable<unknown>,
): Promise<File[]> => {
  const written = { hash: createHash('sha256'), bytes: 0, rows: 0 };
  const path = `${folder}/${split}.jsonl`;
  await objects.upload(keyOf(path), Readable.from(jsonLines(rows, written)), { contentType: 'application/jsonl' });
  return [{ path, sha256: written.hash.digest('hex'), bytes: written.bytes, rows: written.rows }];
};

/** A file per `rowsPerShard` rows: a Parquet file's rows are held together while it is written. */
const writeParquet = async (
  tables: TableStore,
  { folder, keyOf }: Place,
  split: string,
  { schema }: Exporter,
  rows: AsyncIterable<unknown>,
): Promise<File[]> => {
  const pathOf = (n: number) => `${folder}/${split}-${padded(n)}.parquet`;
  const shards = await writeShards((some, n) => tables.writeParquet(() => keyOf(pathOf(n)), schema, some), rows);
  return shards.map(({ sha256, bytes, rows: count }, n) => ({ path: pathOf(n), sha256, bytes, rows: count }));
};

async function* splitRows(
  tables: TableStore,
  { data }: SelectionFile,
  split: string,
  beat: (rows: number) => void,
): AsyncGenerator<DatasetRow> {
  for (const part of data) if (part.split === split) yield* paced(tables.readShard(part.shard, DatasetRow), beat);
}

/** A row that was taken to see whether there is one, and the rest. */
async function* resumed<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

/**
 * Exports a dataset version once; a second call returns the record of the first. Throws ASY-6005 for an unknown format, ASY-6002
 * where no row of the dataset has what the format needs, ASY-6003 where a row breaks the trainer's contract.
 */
export const exportFormat = async (
  { objects, tables }: Stores,
  { name, version }: Target,
  format: string,
  beat: (rows: number) => void = () => undefined,
): Promise<ExportRecord> => {
  const exporter = exporterOf(format);
  const record = keys.datasetFile(name, version, `exports/${exporter.format}.json`);
  return once(objects, record, async () => {
    const selection = await readSelection(objects, name, version);
    const context = { scale: selection.scale };
    const tally: Tally = createTally();
    const files: File[] = [];
    const place: Place = {
      folder: `exports/${exporter.format}`,
      keyOf: (path) => keys.datasetFile(name, version, path),
    };
    for (const split of ['train', 'validation']) {
      const all = exportRows(exporter, splitRows(tables, selection, split, beat), context, tally);
      const first = await all.next();
      // A split without rows in this format has no file.
      if (first.done === true) continue;
      const rows = resumed(first.value, all);
      files.push(
        ...(exporter.encoding === 'jsonl'
          ? await writeJsonl(objects, place, split, rows)
          : await writeParquet(tables, place, split, exporter, rows)),
      );
    }
    if (tally.rows === 0 && !exporter.always)
      throw new AssayError('ASY-6002', { format: exporter.format, needs: exporter.needs });
    return { format: exporter.format, files, ...tally };
  });
};
