import { hashOf } from '../models/hash.ts';
import { DropManifest, Format, type LIMITS } from '../schemas/drop.ts';
import { AssayError, type ErrorCode, isAssayError } from '../schemas/errors.ts';
import { checkDropPath, keys } from '../schemas/keys.ts';
import { compression } from './importers/expand.ts';
import { FORMAT_RULES, type Reader } from './importers/index.ts';
import type { ObjectStore } from './ports.ts';

export type Limits = { readonly [name in keyof typeof LIMITS]: number };

/** One line of a ratings file, by its bytes [start, end). */
export interface RowPlace {
  readonly source: string;
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

/** What one `parseUnit` does. */
export type Unit =
  /** Files that cannot be read at all. */
  | { readonly kind: 'faults'; readonly faults: readonly FileFault[] }
  /** A file, or the byte range [start, end) of a plain JSON-lines file whose first line has number `firstRow`. */
  | {
      readonly kind: 'rows';
      readonly file: string;
      readonly bytes: number;
      readonly reader: Reader;
      readonly range: { readonly start: number; readonly end: number; readonly firstRow: number } | null;
    }
  /** Media with the rows that rate them; rows without a medium (broken ones) have `file` null. */
  | {
      readonly kind: 'media';
      readonly groups: readonly { readonly file: string | null; readonly rows: readonly RowPlace[] }[];
    };

export interface FileFault {
  readonly file: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface DropFile {
  readonly path: string;
  readonly bytes: number;
}

/** A drop's manifest and the files it names; `digest` changes when any of them is written again. */
export interface DropListing {
  readonly manifest: DropManifest;
  readonly digest: string;
  /** Every file of the folder but drop.json. */
  readonly all: readonly DropFile[];
  /** The files to read, in order. */
  readonly files: readonly DropFile[];
  readonly faults: readonly FileFault[];
}

/** The plan's receipt; the units themselves are receipts of their own, so that no activity reads all of them. */
export type Plan = Pick<DropListing, 'manifest' | 'digest'> & { readonly units: number; readonly files: number };

export const fileFault = (file: string, error: AssayError): FileFault => ({
  file,
  code: error.code,
  message: error.message,
});

/** Reads drop.json and lists the folder. Throws ASY-1001, ASY-1002, ASY-1005 and ASY-1012. */
export const listDrop = async (objects: ObjectStore, drop: string): Promise<DropListing> => {
  const prefix = keys.dropPrefix(drop);
  const manifest = await readManifest(objects, drop);
  const all: DropFile[] = [];
  const marks: unknown[] = [];
  for await (const { key, bytes, modified } of objects.list(prefix)) {
    const path = key.slice(prefix.length);
    marks.push([path, bytes, modified]);
    if (path !== 'drop.json') all.push({ path, bytes });
  }
  all.sort((a, b) => (a.path < b.path ? -1 : 1));
  const chosen = manifest.files === undefined ? unnamed(manifest, all) : named(manifest, all);
  if (all.length === 0 || (chosen.files.length === 0 && chosen.faults.length === 0))
    throw new AssayError('ASY-1012', { drop });
  return { manifest, digest: hashOf([manifest, marks.map(String).sort()]).slice(0, 16), all, ...chosen };
};

/** The drop's `drop.json`, checked. Throws ASY-1001, ASY-1002 and ASY-1005. */
export const readManifest = async (objects: ObjectStore, drop: string): Promise<DropManifest> => {
  const bad = (reason: string) => new AssayError('ASY-1002', { drop, reason });
  const body = await objects.get(keys.dropManifest(drop)).catch((error: unknown) => {
    if (isAssayError(error) && error.code === 'ASY-3002') throw new AssayError('ASY-1001', { drop }, { cause: error });
    throw error;
  });
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    throw bad(`not JSON: ${error instanceof Error ? error.message : 'broken'}`);
  }
  const format = (json as { format?: unknown } | null)?.format;
  if (typeof format === 'string' && !Format.safeParse(format).success) throw new AssayError('ASY-1005', { format });
  const parsed = DropManifest.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw bad(`${issue?.path.join('.') || 'drop.json'}: ${issue?.message}`);
  }
  if (parsed.data.name !== drop) throw bad(`name: is ${parsed.data.name}, but the folder is ${drop}`);
  return parsed.data;
};

/** Files that drop.json names: a path that escapes or is not there is a fault of its own. */
const named = (manifest: DropManifest, all: readonly DropFile[]): { files: DropFile[]; faults: FileFault[] } => {
  const known = new Map(all.map((file) => [file.path, file]));
  const files: DropFile[] = [];
  const faults: FileFault[] = [];
  for (const path of new Set(manifest.files)) {
    const file = known.get(path);
    if (file !== undefined && isBeside(manifest, path)) continue;
    if (file !== undefined) files.push(file);
    else faults.push(fileFault(path, escapes(path) ?? new AssayError('ASY-1003', { file: path })));
  }
  return { files, faults };
};

/** ASY-1004 when the path leaves the drop, else null. */
export const escapes = (path: string): AssayError | null => {
  try {
    checkDropPath(path);
    return null;
  } catch (error) {
    return isAssayError(error) ? error : null;
  }
};

/** Papers that come with data and hold no rows. */
const PAPERS =
  /(^|\/)(readme|licen[cs]e|notice|copying|citation|changelog|authors)([._-][^/]*)?$|(^|\/)[.][^/]*$|\.md$/i;

const ROWS = /\.(jsonl|ndjson|json|csv|parquet)$/i;
const TFRECORD = /\.tfrecords?(-\d+-of-\d+)?$/i;
/** Media by their names; what they are, their bytes say. */
export const MEDIA = /\.(jpe?g|png|webp|avif|gif|mp4|webm|mkv)$/i;

/** Files that say what images were made from, beside records that do not. */
export const PROMPTS = /(^|\/)prompts\.(jsonl|csv)$/i;

/** Whether a file is there for rows to name, and holds none. */
export const isBeside = ({ format, columns }: DropManifest, path: string): boolean => {
  const { beside = false, reader } = FORMAT_RULES[format];
  const named = format === 'assay' || columns?.promptFiles !== undefined;
  return (beside || named) && (MEDIA.test(path) || (reader === 'tfrecord' && PROMPTS.test(path)));
};

/** All files of the folder but its papers; in a folder of rows, a file whose extension says otherwise is a fault. */
const unnamed = (manifest: DropManifest, all: readonly DropFile[]): { files: DropFile[]; faults: FileFault[] } => {
  const files: DropFile[] = [];
  const faults: FileFault[] = [];
  const pipeline = manifest.pipeline ?? 'pipeline.yaml';
  const { media, reader } = FORMAT_RULES[manifest.format];
  for (const file of all) {
    if (file.path === pipeline || PAPERS.test(file.path)) continue;
    if (isBeside(manifest, file.path)) continue;
    if (
      media ||
      (reader === 'tfrecord' ? TFRECORD : ROWS).test(compression(file.path).inner) ||
      !/\.[^/]+$/.test(file.path)
    )
      files.push(file);
    else {
      const reason = `its extension is none of the format ${manifest.format}; name it in \`files\` to read it anyway`;
      faults.push(fileFault(file.path, new AssayError('ASY-1009', { file: file.path, reason })));
    }
  }
  return { files, faults };
};

/** How a file is read: by its extension, else as the format says. */
export const readerOf = (path: string, manifest: DropManifest): Reader => {
  const { inner } = compression(path);
  const { reader } = FORMAT_RULES[manifest.format];
  if (reader === 'tfrecord' || (reader === 'values' && /\.json$/i.test(inner))) return reader;
  if (/\.(jsonl|ndjson|json)$/i.test(inner)) return 'lines';
  if (/\.csv$/i.test(inner)) return 'csv';
  return /\.parquet$/i.test(inner) ? 'parquet' : reader;
};
