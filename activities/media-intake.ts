import type { DropManifest } from '../schemas/drop.ts';
import { AssayError, isAssayError } from '../schemas/errors.ts';
import type { Media } from '../schemas/item.ts';
import { keys } from '../schemas/keys.ts';
import { escapes } from './drop-plan.ts';
import type { MediaProbe, ObjectStore } from './ports.ts';

export type Intake =
  | { readonly media: Media }
  /** `row`: the row that names it is at fault. `file`: the medium itself is. */
  | { readonly error: AssayError; readonly of: 'row' | 'file' };

/**
 * Probes a drop's medium and stores its bytes under their hash, once per path. Bytes are read from the drop, never from what a
 * row says about them.
 */
export const createIntake = (objects: ObjectStore, probe: MediaProbe, manifest: DropManifest) => {
  const known = new Map<string, Promise<Intake>>();
  const take = async (path: string): Promise<Intake> => {
    const escape = escapes(path);
    if (escape !== null) return { error: escape, of: 'row' };
    const key = keys.dropFile(manifest.name, path);
    if ((await objects.head(key)) === null) return { error: new AssayError('ASY-2101', { file: path }), of: 'row' };
    try {
      const file = await objects.local(key);
      const media = await probe.probe(file, path);
      const family = media.type.slice(0, 5);
      if (manifest.modality !== 'text' && family !== manifest.modality)
        throw new AssayError('ASY-2102', {
          file: path,
          found: `${media.type} in a drop of modality ${manifest.modality}`,
        });
      const target = keys.media(media.sha256);
      if ((await objects.head(target))?.bytes !== media.bytes)
        await objects.upload(target, { file }, { contentType: media.type });
      return { media };
    } catch (error) {
      if (isAssayError(error) && error.code.startsWith('ASY-2')) return { error, of: 'file' };
      throw error;
    }
  };
  return (path: string): Promise<Intake> => {
    const shared = known.get(path) ?? take(path);
    known.set(path, shared);
    return shared;
  };
};
