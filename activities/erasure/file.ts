/** One raw file of a drop: which of its rows name the person, and the file without them. */
import { Readable } from 'node:stream';
import { createGzip, createZstdCompress } from 'node:zlib';
import { encodeRecord } from '../../models/tfrecord/records.ts';
import type { DropManifest } from '../../schemas/drop.ts';
import { isAssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { type DropFile, readerOf } from '../drop-plan.ts';
import { hashFile } from '../file-hash.ts';
import { compression, expand } from '../importers/expand.ts';
import type { Reader } from '../importers/index.ts';
import type { RawRow } from '../importers/raw-row.ts';
import { type RowSource, rowsOf } from '../unit-rows.ts';
import type { Person } from './person.ts';
import { rowWithout } from './row.ts';
import { type Splice, spliced } from './splice.ts';

export interface ScannedFile {
  /** Numbers of rows that go as a whole, and of those that keep what others say. */
  readonly emptied: readonly number[];
  readonly cut: readonly number[];
  readonly splices: readonly Splice[];
  /** Whether its rows could be read to the end. */
  readonly whole: boolean;
}

/** What stands where a row was: nothing on a line, a value in a list, a record without data. Rows after it keep their numbers. */
const placeholder = (reader: Reader): Uint8Array => {
  if (reader === 'tfrecord') return encodeRecord(new Uint8Array());
  return Buffer.from(reader === 'values' ? 'null' : '');
};

/** Faults of a file, which end its rows. */
const isFileFault = (error: unknown): boolean => isAssayError(error) && error.code.startsWith('ASY-10');

/** Looks for the person in the rows of a file, or in those with the numbers named alone. */
export const scanFile = async (
  source: RowSource,
  manifest: DropManifest,
  { path, bytes }: DropFile,
  person: Person,
  only: ReadonlySet<number> | null,
  beat: () => void,
): Promise<ScannedFile> => {
  const reader = readerOf(path, manifest);
  const json = reader === 'lines' || reader === 'values';
  const [emptied, cut, splices]: [number[], number[], Splice[]] = [[], [], []];
  const see = (raw: RawRow): void => {
    const rest = rowWithout(raw, manifest, person, json);
    if (rest.kind === 'kept') return;
    (rest.kind === 'cut' ? cut : emptied).push(raw.row);
    const by = rest.kind === 'cut' ? Buffer.from(rest.text) : placeholder(reader);
    if (raw.place !== undefined) splices.push({ ...raw.place, by });
  };
  let seen = 0;
  try {
    for await (const raw of rowsOf(source, manifest.name, { kind: 'rows', file: path, bytes, reader, range: null })) {
      if (only === null || only.has(raw.row)) see(raw);
      if (++seen % 2000 === 0) beat();
    }
    return { emptied, cut, splices, whole: true };
  } catch (error) {
    if (!isFileFault(error)) throw error;
    return { emptied, cut, splices, whole: false };
  }
};

/** A compressed file as far as it can be expanded: what lies behind a fault, nobody can read. */
async function* expandable(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    if (!isFileFault(error)) throw error;
  }
}

/** Writes the file again without the rows, under its own key; every other row keeps its bytes and its number. */
export const rewriteFile = async (
  { objects, tables, limits }: RowSource,
  manifest: DropManifest,
  { path, bytes }: DropFile,
  { emptied, splices }: ScannedFile,
): Promise<void> => {
  const key = keys.dropFile(manifest.name, path);
  const reader = readerOf(path, manifest);
  if (reader === 'parquet') {
    const file = [{ key, sha256: await hashFile(await objects.local(key)), rows: 0, bytes }];
    const gone = emptied.join(', ');
    const sql = `SELECT CASE WHEN assay_row IN (${gone}) THEN NULL ELSE COLUMNS(* EXCLUDE (assay_row)) END
      FROM (SELECT *, row_number() OVER () AS assay_row FROM {file})`;
    return tables.copy(key, sql, { file });
  }
  const { kind } = compression(path);
  const stream = await objects.stream(key);
  const plain = kind === null ? stream : expandable(expand(stream, kind, path, bytes, limits));
  const rest = Readable.from(spliced(plain as AsyncIterable<Buffer>, splices, { lines: reader !== 'tfrecord' }));
  if (kind === null) return objects.upload(key, rest);
  const squeezed = kind === 'gzip' ? createGzip() : createZstdCompress();
  rest.on('error', (error) => squeezed.destroy(error));
  return objects.upload(key, rest.pipe(squeezed));
};
