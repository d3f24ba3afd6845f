/** Raw rows that name the person: where tables say so, in what quarantine kept, and in drops that nobody has ingested. */
import type { DropManifest } from '../../schemas/drop.ts';
import { isAssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { QuarantineRow } from '../../schemas/quarantine.ts';
import { listDrops } from '../drop-catalog.ts';
import { type DropFile, type DropListing, listDrop } from '../drop-plan.ts';
import { compression } from '../importers/expand.ts';
import { FORMAT_RULES } from '../importers/index.ts';
import type { RowSource } from '../unit-rows.ts';
import { type ScannedFile, scanFile } from './file.ts';
import { namedIn, type Person } from './person.ts';
import type { ReachedDrop } from './plan.ts';
import { rowsIn, storedShards } from './tables.ts';
import { hashAt } from './versions.ts';

/** A raw row. */
export interface Place {
  readonly drop: string;
  readonly file: string;
  readonly row: number;
}

/** Rows that may name the person, by file. */
export type Suspects = ReadonlyMap<string, ReadonlySet<number>>;

/** Quarantined rows that name the person: nobody could read them, so any word counts. */
export async function* quarantinedPlaces({ objects, tables }: RowSource, person: Person): AsyncGenerator<Place> {
  const sql = `SELECT "drop", "file", "row", raw FROM {rows} WHERE "row" > 0 AND (raw IS NOT NULL OR code = 'ASY-6403')`;
  type Found = Pick<QuarantineRow, 'drop' | 'file' | 'row'> & { readonly raw: Uint8Array | null };
  const rows = rowsIn<Found>(tables, sql, await storedShards(objects, 'quarantine'));
  // Of a row that was refused as somebody's who was erased, nothing was kept: its file is looked at.
  for await (const { raw, ...place } of rows) if (raw === null || namedIn(Buffer.from(raw), person)) yield place;
}

/** The drops that are wanted, with their files; one whose drop.json is broken has no rows that anybody reads. */
export async function* listings(
  { objects }: RowSource,
  wanted: (drop: string) => Promise<boolean>,
): AsyncGenerator<DropListing> {
  for (const { name } of await listDrops(objects)) {
    if (!(await wanted(name))) continue;
    try {
      yield await listDrop(objects, name);
    } catch (error) {
      if (!isAssayError(error) || !error.code.startsWith('ASY-10')) throw error;
    }
  }
}

/** Files that hold rows: in a folder of media, those with the ratings. */
const rowFiles = ({ manifest, files }: DropListing): readonly DropFile[] =>
  FORMAT_RULES[manifest.format].media
    ? files.filter(({ path }) => /\.(jsonl|ndjson)$/i.test(compression(path).inner))
    : files;

/** Scans the files of a drop for the person: those with suspects at their rows, or with null every file whole. */
export const scanDrop = async (
  source: RowSource,
  listing: DropListing,
  person: Person,
  suspects: Suspects | null,
  beat: () => void,
): Promise<{ files: ReachedDrop['files']; unread: string[] }> => {
  const files: ReachedDrop['files'] = [];
  const unread: string[] = [];
  for (const file of rowFiles(listing)) {
    const rows = suspects === null ? null : suspects.get(file.path);
    if (rows === undefined || file.bytes === 0) continue;
    const { emptied, cut, whole } = await scanFile(source, listing.manifest, file, person, rows, beat);
    const key = keys.dropFile(listing.manifest.name, file.path);
    if (!whole) unread.push(key);
    if (emptied.length + cut.length === 0) continue;
    const sha256 = (await hashAt(source.objects, key)) ?? '';
    files.push({ path: file.path, sha256, emptied: [...emptied], cut: [...cut] });
  }
  return { files, unread };
};

/** A file scanned again by the numbers of its rows: what the plan found, with the bytes that go. */
export const rescan = (
  source: RowSource,
  manifest: DropManifest,
  file: DropFile,
  { emptied, cut }: Pick<ReachedDrop['files'][number], 'emptied' | 'cut'>,
  person: Person,
  beat: () => void,
): Promise<ScannedFile> => scanFile(source, manifest, file, person, new Set([...emptied, ...cut]), beat);
