/** The files of a `drop push`: what is there, and what drop.json should say about it when nobody has written one. */
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { DropManifest, type Format } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import { checkDropPath } from '../schemas/keys.ts';
import type { Modality } from '../schemas/primitives.ts';

export interface LocalFile {
  /** Where it is. */
  readonly local: string;
  /** Its path inside the drop, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
}

/** A file that vanished, that may not be read, or whose name is not UTF-8. */
const unreadable =
  (path: string) =>
  (error: unknown): never => {
    throw new AssayError('ASY-9005', { reason: `${path}: ${(error as Error).message}` }, { cause: error });
  };

/** Files under the paths, a folder's by their place in it; symbolic links and dot files are left out. Sorted by path. */
export const collectFiles = async (paths: readonly string[]): Promise<LocalFile[]> => {
  const files: LocalFile[] = [];
  const walk = async (base: string, at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true }).catch(unreadable(at))) {
      if (entry.name.startsWith('.')) continue;
      const local = join(at, entry.name);
      if (entry.isDirectory()) await walk(base, local);
      else if (entry.isFile()) {
        files.push({
          local,
          path: relative(base, local).split(sep).join('/'),
          bytes: (await stat(local).catch(unreadable(local))).size,
        });
      }
    }
  };
  for (const path of paths) {
    const info = await stat(path).catch(() => null);
    if (info === null) throw new AssayError('ASY-9005', { reason: `${path} is not there` });
    if (info.isDirectory()) await walk(path, path);
    else if (info.isFile()) files.push({ local: path, path: basename(path), bytes: info.size });
    else throw new AssayError('ASY-9005', { reason: `${path} is neither a file nor a folder` });
  }
  const seen = new Set<string>();
  for (const { path } of files) {
    checkDropPath(path);
    if (seen.has(path)) throw new AssayError('ASY-9005', { reason: `${path} is given twice` });
    seen.add(path);
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
};

const IMAGES = /\.(jpe?g|png|webp|avif|gif)$/i;
const VIDEOS = /\.(mp4|webm|mkv)$/i;
const TFRECORD = /\.tfrecords?(-\d+-of-\d+)?(\.gz|\.zst)?$/i;

/** The first `bytes` of a file, after gzip or zstd. */
const beginning = async (file: LocalFile, bytes: number): Promise<string> => {
  const raw = createReadStream(file.local);
  const unpack = file.path.endsWith('.gz')
    ? createGunzip()
    : file.path.endsWith('.zst')
      ? createZstdDecompress()
      : null;
  // `pipe` alone leaves an error of the file unheard, which would end the process.
  if (unpack !== null) raw.on('error', (error) => unpack.destroy(error)).pipe(unpack);
  const stream = unpack ?? raw;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= bytes) break;
    }
  } catch {
    // A broken archive is ingest's to report, with its code.
  } finally {
    raw.destroy();
  }
  return Buffer.concat(chunks)
    .toString('utf8', 0, bytes)
    .replace(/^\ufeff/, '');
};

/** The last 64 KiB of a file: a Parquet file names its columns there. */
const ending = async ({ local, bytes }: LocalFile): Promise<string> => {
  const file = await open(local);
  try {
    const size = Math.min(bytes, 1 << 16);
    const { buffer } = await file.read(Buffer.alloc(size), 0, size, bytes - size);
    return buffer.toString('latin1');
  } finally {
    await file.close();
  }
};

/** Three of VideoFeedback's columns, by which its tables are known. */
const VIDEO_ASPECTS = ['visual quality', 'temporal consistency', 'factual consistency'];

/** A document at the top of the drop that another tool wrote: its list of tasks, or VideoFeedback's rows. */
const exportedBy = async (files: readonly LocalFile[]): Promise<Format | null> => {
  const table = files.find((f) => /^[^/]*\.(parquet|csv(\.gz|\.zst)?)$/i.test(f.path));
  if (table !== undefined) {
    const names = table.path.endsWith('.parquet') ? await ending(table) : await beginning(table, 1 << 16);
    if (VIDEO_ASPECTS.every((name) => names.includes(name))) return 'videofeedback';
  }
  const file = files.find((f) => /^[^/]*\.jsonl?(\.gz|\.zst)?$/i.test(f.path) && f.path !== 'drop.json');
  if (file === undefined) return null;
  const head = (await beginning(file, 1 << 16)).slice(0, 1 << 16);
  const has = (name: string) => head.includes(`"${name}"`);
  if (has('data') && (has('completed_by') || has('from_name'))) return 'label-studio';
  if (has('fields') && has('responses') && has('suggestions')) return 'argilla';
  return VIDEO_ASPECTS.every(has) || /visual quality: ?[\d.]+\\ntemporal consistency:/.test(head)
    ? 'videofeedback'
    : null;
};

/** The format that file names and first lines point to; ASY-9005 when they point nowhere. */
export const guessFormat = async (files: readonly LocalFile[]): Promise<Format> => {
  if (files.some((f) => TFRECORD.test(f.path))) return 'richhf';
  const exported = await exportedBy(files);
  if (exported !== null) return exported;
  if (files.some((f) => VIDEOS.test(f.path))) return 'videos';
  if (files.some((f) => IMAGES.test(f.path))) return 'images';
  const data = files.find(
    (f) => !/(^|\/)(drop\.json|pipeline\.ya?ml|licen[cs]e[^/]*|readme[^/]*|.*\.(md|txt))$/i.test(f.path),
  );
  if (data === undefined) throw new AssayError('ASY-9005', { reason: 'no data file found; say --format' });
  const name = data.path.replace(/\.(gz|zst)$/i, '');
  if (extname(name) === '.parquet') return 'parquet';
  const head = await beginning(data, 1 << 20);
  if (extname(name) === '.csv') {
    const columns = (head.split(/\r?\n/, 1)[0] ?? '').split(',').map((c) => c.trim().replaceAll('"', ''));
    return ['item', 'annotator', 'value'].every((c) => columns.includes(c)) ? 'agreement-csv' : 'csv';
  }
  const line = head.split(/\r?\n/).find((l) => l.trim() !== '') ?? '';
  try {
    const row = JSON.parse(line) as Record<string, unknown>;
    if (Array.isArray(row['responses'])) return 'assay';
    if ('chosen' in row && 'rejected' in row) {
      return typeof row['chosen'] === 'string' && row['chosen'].includes('\n\nHuman:') && !('prompt' in row)
        ? 'hh-rlhf'
        : 'trl-preference';
    }
    return 'jsonl';
  } catch {
    throw new AssayError('ASY-9005', { reason: `cannot tell the format of ${data.path}; say --format` });
  }
};

const MODALITY: Partial<Record<Format, Modality>> = {
  images: 'image',
  videos: 'video',
  richhf: 'image',
  videofeedback: 'video',
};

/** What a drop of labels is about, by the media beside them. */
const shownBy = (files: readonly LocalFile[]): Modality => {
  if (files.some(({ path }) => VIDEOS.test(path))) return 'video';
  return files.some(({ path }) => IMAGES.test(path)) ? 'image' : 'text';
};

export interface DropOptions {
  readonly name: string;
  readonly format?: string;
  readonly license?: string;
  readonly purpose?: readonly string[];
  readonly columns?: Readonly<Record<string, string>>;
  readonly language?: string;
  readonly subjectColumn?: string;
  readonly consent?: string;
  readonly consentColumn?: string;
  readonly pipeline?: string;
}

/** The drop's own drop.json under the name given (options win over what it says), or one made from options and guesses. */
export const manifestFor = async (files: readonly LocalFile[], options: DropOptions): Promise<DropManifest> => {
  const own = files.find((f) => f.path === 'drop.json');
  const written = own === undefined ? null : await readJson(own.local, options.name);
  const format = options.format ?? (written?.['format'] as string | undefined) ?? (await guessFormat(files));
  const draft = {
    modality:
      MODALITY[format as Format] ?? (format === 'label-studio' || format === 'argilla' ? shownBy(files) : 'text'),
    license: 'unspecified',
    purpose: ['unspecified'],
    ...written,
    name: options.name,
    format,
    ...(options.license === undefined ? {} : { license: options.license }),
    ...(options.purpose === undefined || options.purpose.length === 0 ? {} : { purpose: options.purpose }),
    ...(options.columns === undefined ? {} : { columns: options.columns }),
    ...(options.language === undefined ? {} : { language: options.language }),
    ...(options.subjectColumn === undefined ? {} : { subjectColumn: options.subjectColumn }),
    ...(options.consent === undefined ? {} : { consent: options.consent }),
    ...(options.consentColumn === undefined ? {} : { consentColumn: options.consentColumn }),
    ...(options.pipeline === undefined ? {} : { pipeline: options.pipeline }),
  };
  const parsed = DropManifest.safeParse(draft);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.path[0] === 'format') throw new AssayError('ASY-1005', { format: String(format) });
  throw new AssayError('ASY-1002', { drop: options.name, reason: `${issue?.path.join('.')}: ${issue?.message}` });
};

const readJson = async (file: string, drop: string): Promise<Record<string, unknown>> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new AssayError('ASY-1002', { drop, reason: `not JSON: ${(error as Error).message}` });
  }
};

/** Whether two byte streams are equal; stops at the first difference. */
export const sameBytes = async (local: string, other: AsyncIterable<Buffer>): Promise<boolean> => {
  const file = await open(local);
  try {
    for await (const chunk of other) {
      const mine = Buffer.alloc(chunk.length);
      const { bytesRead } = await file.read(mine, 0, chunk.length);
      if (bytesRead !== chunk.length || !mine.equals(chunk)) return false;
    }
    return (await file.read(Buffer.alloc(1), 0, 1)).bytesRead === 0;
  } finally {
    await file.close();
  }
};
