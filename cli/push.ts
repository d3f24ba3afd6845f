/** Uploading a drop: files first, drop.json last, since its arrival says that the drop is complete. */

import type { ObjectStore } from '../activities/ports.ts';
import { canonicalJson } from '../models/hash.ts';
import type { DropManifest } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { type LocalFile, sameBytes } from './drop-files.ts';

/** The drop.json that is stored, or null. Throws ASY-1002 where it is not JSON. */
const storedManifest = async (objects: ObjectStore, drop: string): Promise<unknown> => {
  const key = keys.dropManifest(drop);
  if ((await objects.head(key)) === null) return null;
  try {
    return JSON.parse((await objects.get(key)).toString('utf8')) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AssayError('ASY-1002', { drop, reason: `not JSON: ${error.message}` }, { cause: error });
  }
};

/**
 * Uploads the files, then drop.json. A drop that is there already with the same content is left as it is (false); with other
 * content it is ASY-1010: what a run has read does not change under it. An upload that was cut off is taken up again, unless it left
 * files that are not pushed now: a run without `files` would read them too.
 */
export const pushDrop = async (
  objects: ObjectStore,
  manifest: DropManifest,
  files: readonly LocalFile[],
  onFile: (path: string) => void,
): Promise<boolean> => {
  const drop = manifest.name;
  const data = files.filter((f) => f.path !== 'drop.json');
  if (data.length === 0) throw new AssayError('ASY-1012', { drop });
  const stored = await storedManifest(objects, drop);
  const complete = stored !== null;
  if (complete && canonicalJson(stored) !== canonicalJson(manifest)) throw new AssayError('ASY-1010', { drop });
  const pushed = new Set([keys.dropManifest(drop), ...data.map((file) => keys.dropFile(drop, file.path))]);
  // A key that ends in a slash is a folder as some S3 browsers make them.
  for await (const { key } of objects.list(keys.dropPrefix(drop)))
    if (!pushed.has(key) && !key.endsWith('/')) throw new AssayError('ASY-1010', { drop });
  for (const file of data) {
    const key = keys.dropFile(drop, file.path);
    const there = await objects.head(key);
    if (there?.bytes === file.bytes && (await sameBytes(file.local, await objects.stream(key)))) continue;
    if (complete) throw new AssayError('ASY-1010', { drop });
    await objects.upload(key, { file: file.local });
    onFile(file.path);
  }
  if (complete) return false;
  const created = await objects.create(keys.dropManifest(drop), `${JSON.stringify(manifest, null, 2)}\n`, {
    contentType: 'application/json',
  });
  // Somebody else pushed this name meanwhile: fine if it is the same drop.
  if (!created && canonicalJson(await storedManifest(objects, drop)) !== canonicalJson(manifest))
    throw new AssayError('ASY-1010', { drop });
  return created;
};
