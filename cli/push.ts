/** Uploading a drop: files first, drop.json last, since its arrival says that the drop is complete. */

import type { ObjectStore } from '../activities/ports.ts';
import { canonicalJson } from '../models/hash.ts';
import type { DropManifest } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { type LocalFile, sameBytes } from './drop-files.ts';

/**
 * Uploads the files, then drop.json. A drop that is there already with the same content is left as it is (false); with other
 * content it is ASY-1010: what a run has read does not change under it. An upload that was cut off is taken up again.
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
  const complete = (await objects.head(keys.dropManifest(drop))) !== null;
  if (complete) {
    const stored = JSON.parse((await objects.get(keys.dropManifest(drop))).toString('utf8')) as unknown;
    if (canonicalJson(stored) !== canonicalJson(manifest)) throw new AssayError('ASY-1010', { drop });
  }
  for (const file of data) {
    const key = keys.dropFile(drop, file.path);
    const there = await objects.head(key);
    if (there?.bytes === file.bytes && (await sameBytes(file.local, await objects.stream(key)))) continue;
    if (complete) throw new AssayError('ASY-1010', { drop });
    await objects.upload(key, { file: file.local });
    onFile(file.path);
  }
  if (complete) return false;
  await objects.put(keys.dropManifest(drop), `${JSON.stringify(manifest, null, 2)}\n`, {
    contentType: 'application/json',
  });
  return true;
};
