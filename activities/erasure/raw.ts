/** A drop's raw files without the rows of a person. */
import { keys } from '../../schemas/keys.ts';
import { readManifest } from '../drop-plan.ts';
import type { RowSource } from '../unit-rows.ts';
import { rewriteFile } from './file.ts';
import { rescan } from './find-rows.ts';
import type { Person } from './person.ts';
import type { ReachedDrop } from './plan.ts';
import { hashAt, removeAll, rewrite } from './versions.ts';

/** Rewrites what the plan names, and removes media that nobody else's row names. A file that was rewritten before is left as it is. */
export const rewriteRaw = async (
  source: RowSource,
  id: string,
  { drop, files, media }: ReachedDrop,
  person: Person,
  beat: () => void,
): Promise<void> => {
  const { objects } = source;
  const manifest = files.length === 0 ? null : await readManifest(objects, drop);
  for (const file of files) {
    if (manifest === null) break;
    const key = keys.dropFile(drop, file.path);
    await rewrite(objects, id, key, async () => {
      const found = await objects.head(key);
      if (found === null || (await hashAt(objects, key)) !== file.sha256) return;
      const raw = { path: file.path, bytes: found.bytes };
      await rewriteFile(source, manifest, raw, await rescan(source, manifest, raw, file, person, beat));
    });
  }
  await removeAll(objects, keys.erasureStep(id, `media-${drop}`), async () => media, beat);
};
