/** Writes one format of a dataset version: its files under `exports/<format>/`, those that rows name, then the record `exports/<format>.json`. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { sha256 } from '../../models/hash.ts';
import { DatasetRow, ExportedFiles } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { Sha256 } from '../../schemas/primitives.ts';
import { contractError, createTally, exportRows, type Tally } from '../exporters/export-rows.ts';
import type { ExportTools } from '../exporters/exporter.ts';
import { type ExportContext, type Exporter, exporterOf } from '../exporters/index.ts';
import type { WebdatasetSample } from '../exporters/webdataset.ts';
import { paced } from '../pace.ts';
import type { ImageCodec, ObjectStore, TableStore } from '../ports.ts';
import { once } from '../receipts.ts';
import { padded, writeShards } from '../shards.ts';
import { contentTypeOf, encoded, pathOf } from './encodings.ts';
import { factsOf, type Place, Plain, type Target, writeBeside } from './export-beside.ts';
import { createFilePlacer, type FileDeps } from './export-files.ts';
import { mediaGroups } from './groups.ts';
import { readSelection, type SelectionFile } from './selection-file.ts';
import { type MediumPlace, writeTars } from './tar-shards.ts';

const counts = z.record(z.string(), z.int());

export const ExportRecord = ExportedFiles.extend({
  /** Dataset rows without a row in this format, by reason. */
  leftOut: counts,
  /** Rows by boolean label, for formats that have one. */
  labels: counts,
  /** The list of files that rows name, and how many it has; absent where they name none. */
  named: z.object({ path: z.string(), sha256: Sha256, bytes: z.int(), files: z.int() }).optional(),
  /** Run-configs and what a loader reads beside the rows. */
  beside: z.array(Plain).default([]),
});
export type ExportRecord = z.infer<typeof ExportRecord>;

export interface ExportDeps extends FileDeps {
  readonly tables: TableStore;
  readonly codec: ImageCodec;
}

type File = ExportRecord['files'][number];

/** One file per split, streamed. */
const writeFile = async (
  objects: ObjectStore,
  { folder, keyOf }: Place,
  split: string,
  exporter: Exporter,
  rows: AsyncIterable<unknown>,
  context: ExportContext,
): Promise<File[]> => {
  const written = { hash: createHash('sha256'), bytes: 0, rows: 0 };
  const path = `${folder}/${pathOf(exporter, split)}`;
  const pieces = Readable.from(encoded(exporter, rows, context, written));
  await objects.upload(keyOf(path), pieces, { contentType: contentTypeOf(exporter) });
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

/** The files of one split, as the exporter encodes them. */
const writeSplit = (
  { objects, tables }: ExportDeps,
  place: Place,
  split: string,
  exporter: Exporter,
  rows: AsyncIterable<unknown>,
  context: ExportContext,
  placeOf: (path: string) => MediumPlace,
): Promise<File[]> => {
  if (exporter.encoding === 'parquet') return writeParquet(tables, place, split, exporter, rows);
  // Only samples of media are written as archives.
  if (exporter.encoding === 'tar')
    return writeTars(objects, place, split, rows as AsyncIterable<WebdatasetSample>, placeOf);
  return writeFile(objects, place, split, exporter, rows, context);
};

/** The rows of a split, and at the end of those to train on what is wrong with them together. */
async function* sound<T>(rows: AsyncIterable<T>, split: string, format: string, tally: Tally): AsyncGenerator<T> {
  yield* rows;
  const found = split === 'train' ? (tally.check?.end() ?? null) : null;
  if (found !== null) throw contractError(format, tally.rows, found);
}

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

const toolsOf = ({ objects, codec }: ExportDeps): ExportTools => ({
  heatmap: async ({ key, sha256: expected }) => {
    const png = await objects.get(key);
    if (sha256(png) !== expected) throw new AssayError('ASY-3003', { key });
    return codec.grey(png);
  },
  png: (map) => codec.greyPng(map),
});

/** Writes the list of files that rows name, a line each. */
const writeNamed = async (
  objects: ObjectStore,
  { folder, keyOf }: Place,
  placed: readonly object[],
): Promise<NonNullable<ExportRecord['named']>> => {
  const path = `${folder}/files.jsonl`;
  const body = Buffer.from(placed.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await objects.put(keyOf(path), body, { contentType: 'application/jsonl' });
  return { path, sha256: sha256(body), bytes: body.length, files: placed.length };
};

/**
 * Exports a dataset version once; a second call returns the record of the first. Throws ASY-6005 for an unknown format, ASY-6002
 * where no row of the dataset has what the format needs, ASY-6003 and the 61xx codes where rows break the trainer's contract.
 */
export const exportFormat = async (
  deps: ExportDeps,
  { name, version }: Target,
  format: string,
  beat: (rows: number) => void = () => undefined,
): Promise<ExportRecord> => {
  const { objects, tables } = deps;
  const selection = await readSelection(objects, name, version);
  const exporter = exporterOf(format, selection);
  const record = keys.datasetFile(name, version, `exports/${exporter.format}.json`);
  const work = async (): Promise<ExportRecord> => {
    const tally = createTally(exporter);
    const files: File[] = [];
    const keyOf = (path: string) => keys.datasetFile(name, version, path);
    const place: Place = { folder: `exports/${exporter.format}`, keyOf };
    const placer = createFilePlacer(deps, (path) => keyOf(`${place.folder}/${path}`));
    const around = {
      context: selection,
      tools: toolsOf(deps),
      store: async (named: Parameters<typeof placer.add>[0]) => {
        await placer.add(named);
        beat(tally.rows);
      },
    };
    for (const split of ['train', 'validation']) {
      const shards = selection.data.filter((part) => part.split === split).map(({ shard }) => shard);
      if (shards.length === 0) continue;
      const source = {
        rows: splitRows(tables, selection, split, beat),
        groups: () => mediaGroups(tables, shards),
      };
      const all = sound(exportRows(exporter, source, around, tally), split, exporter.format, tally);
      const first = await all.next();
      // A split without rows in this format has no file.
      if (first.done !== true)
        files.push(
          ...(await writeSplit(deps, place, split, exporter, resumed(first.value, all), selection, placer.placeOf)),
        );
    }
    // Selection has judged the formats it names: what a heatmap then leaves empty is an empty export, not a fault.
    if (tally.rows === 0 && !exporter.always && !selection.formats.includes(exporter.format))
      throw new AssayError('ASY-6002', { format: exporter.format, needs: exporter.needs });
    // What lies inside archives is not written beside them again.
    const placed = exporter.encoding === 'tar' ? [] : placer.list();
    const named = placed.length === 0 ? {} : { named: await writeNamed(objects, place, placed) };
    const beside = await writeBeside(objects, place, factsOf({ name, version }, exporter, selection, files, tally));
    const { rows, leftOut, labels } = tally;
    return { format: exporter.format, files, rows, leftOut, labels, ...named, beside };
  };
  return ExportRecord.parse(await once(objects, record, work));
};
