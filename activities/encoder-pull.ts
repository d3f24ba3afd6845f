/** Fetching a full encoder: every byte is counted, hashed, held against what is known of it, tried, and only then stored. */
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Encoder, EncoderInput } from '../models/encoders/index.ts';
import { manifestOf, openPulled } from '../models/encoders/pulled.ts';
import { hashOf } from '../models/hash.ts';
import type { EncoderFile, EncoderRecipe, PulledEncoder } from '../schemas/encoder.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { pulledEncoders } from './encoder-catalog.ts';
import { hashFile } from './file-hash.ts';
import type { ObjectStore } from './ports.ts';

/** A file as its origin describes it, before its bytes are read. */
export interface RemoteFile {
  readonly bytes: number | null;
  /** Stated by the origin (the hub states it for large files), else null. */
  readonly sha256: string | null;
  /** The commit the origin resolved the revision to, else null. */
  readonly commit: string | null;
  /** Its bytes from an offset on. */
  read(from: number): AsyncIterable<Uint8Array>;
}

/** Where files come from. Throws ASY-5021 where there is no such file or no answer. */
export type OpenRemote = (path: string) => Promise<RemoteFile>;

export interface PullDeps {
  readonly objects: ObjectStore;
  readonly tempDir: string;
  readonly open: (source: EncoderRecipe['source']) => OpenRemote;
  /** Told how far the file named has come. */
  readonly onProgress?: (path: string, done: number, total: number | null) => void;
}

/** Largest file taken: bge-m3's weights have 2.3 GB. */
const MOST_BYTES = 8 * 1024 ** 3;

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/**
 * Fetches one file to `to`, going on where an earlier pull broke off when its hash is known beforehand (otherwise two versions
 * could be mixed). Throws ASY-5002 for other bytes than expected, ASY-5022 for too many.
 */
const fetchFile = async (
  file: EncoderFile,
  remote: RemoteFile,
  to: string,
  onProgress: PullDeps['onProgress'],
): Promise<EncoderFile> => {
  const expected = file.sha256 ?? remote.sha256;
  const limit = file.bytes ?? MOST_BYTES;
  const refuse = (bytes: number) => new AssayError('ASY-5022', { file: file.path, bytes, limit });
  if (remote.bytes !== null && remote.bytes > limit) throw refuse(remote.bytes);
  // An earlier pull that broke off at another file has left this one whole.
  const whole = expected === null ? 0 : await sizeOf(to);
  if (whole > 0 && (await hashFile(to)) === expected) return { ...file, sha256: expected, bytes: whole };
  const part = `${to}.part`;
  await mkdir(dirname(to), { recursive: true });
  const start = expected === null ? 0 : await sizeOf(part);
  let done = start;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of remote.read(start)) {
      done += chunk.length;
      if (done > limit) throw refuse(done);
      onProgress?.(file.path, done, remote.bytes);
      yield chunk;
    }
  };
  if (remote.bytes === null || start < remote.bytes)
    await pipeline(counted, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' }));
  const sha256 = await hashFile(part);
  const wrong = [file.sha256, remote.sha256].some((known) => known !== null && known !== sha256);
  if (wrong || (remote.bytes !== null && done !== remote.bytes)) {
    await rm(part, { force: true });
    throw new AssayError('ASY-5002', { file: file.path });
  }
  await rename(part, to);
  return { ...file, sha256, bytes: done };
};

/** Content of a recipe without what the first pull adds: the same before and after. */
const unpinned = ({ source: _source, files, ...recipe }: EncoderRecipe): string =>
  hashOf({ ...recipe, files: files.map(({ path, role }) => ({ path, role })) });

/** Pins of the recipe itself, else of what was pulled by it before. Throws ASY-5002 where the two differ. */
const withPins = (recipe: EncoderRecipe, stored: EncoderRecipe | undefined): EncoderRecipe => {
  if (stored === undefined) return recipe;
  const files = recipe.files.map((file) => {
    const known = stored.files.find(({ path }) => path === file.path);
    if (file.sha256 !== null && known !== undefined && known.sha256 !== file.sha256)
      throw new AssayError('ASY-5002', { file: file.path });
    return known ?? file;
  });
  return { ...recipe, source: stored.source, files };
};

const isWhole = async (objects: ObjectStore, { recipe, manifest }: PulledEncoder): Promise<boolean> => {
  for (const { path, bytes } of recipe.files)
    if ((await objects.head(keys.encoderFile(manifest.id, manifest.revision, path)))?.bytes !== bytes) return false;
  return true;
};

const sampleOf = ({ image }: Encoder): EncoderInput =>
  image === null
    ? { kind: 'text', prompt: 'a question', response: 'an answer' }
    : { kind: 'image', ...image, pixels: new Uint8Array(image.width * image.height * image.channels), prompt: 'grey' };

/** Encodes one input: a file that is no model, or another than the recipe says, is found out before it is stored. */
const tryOut = async (recipe: EncoderRecipe, dir: string): Promise<void> => {
  const pathOf = (role: EncoderFile['role']): string =>
    join(dir, recipe.files.find((file) => file.role === role)?.path ?? '');
  const encoder = await openPulled(recipe, {
    model: async (role) => pathOf(role),
    tokenizer: async () => JSON.parse(await readFile(pathOf('tokenizer'), 'utf8')) as unknown,
  });
  await encoder.encode([sampleOf(encoder)]);
};

/**
 * Brings an encoder into the bucket, its manifest last, and says which files it fetched (none where all were there). The first pull
 * pins the hash of every file and the commit they came from; other bytes are refused ever after (ASY-5002), as Go's go.sum does.
 */
export const pullEncoder = async (
  { objects, tempDir, open, onProgress }: PullDeps,
  given: EncoderRecipe,
): Promise<PulledEncoder & { readonly fetched: readonly string[] }> => {
  const stored = (await pulledEncoders(objects, given.id)).find((one) => unpinned(one.recipe) === unpinned(given));
  const recipe = withPins(given, stored?.recipe);
  if (stored !== undefined && (await isWhole(objects, stored))) return { ...stored, fetched: [] };
  const dir = join(tempDir, `pull-${recipe.id}-${unpinned(recipe).slice(0, 16)}`);
  const files: EncoderFile[] = [];
  let { source } = recipe;
  for (const file of recipe.files) {
    const found = await open(source)(file.path);
    // Later pulls, and the files still to come, are of this commit, whatever becomes of the branch.
    if ('hub' in source && found.commit !== null) source = { ...source, revision: found.commit };
    files.push(await fetchFile(file, found, join(dir, file.path), onProgress));
  }
  const pinned = { ...recipe, source, files };
  await tryOut(pinned, dir);
  const manifest = manifestOf(pinned);
  for (const { path } of files)
    await objects.upload(keys.encoderFile(manifest.id, manifest.revision, path), { file: join(dir, path) });
  const pulled: PulledEncoder = { recipe: pinned, manifest };
  await objects.put(keys.encoderManifest(manifest.id, manifest.revision), JSON.stringify(pulled), {
    contentType: 'application/json',
  });
  await rm(dir, { recursive: true, force: true });
  return { ...pulled, fetched: files.map(({ path }) => path) };
};
