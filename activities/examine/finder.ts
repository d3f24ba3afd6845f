/** What filters find in an item: in its texts, and in what it shows. */
import { faceDetectorRevision } from '../../models/faces/detector.ts';
import type { ContentFilter } from '../../schemas/curation.ts';
import { isTextFilter, type Numbered } from '../../schemas/examination.ts';
import type { ObjectStore } from '../ports.ts';
import { createFaceFinder, type FaceDeps, type FacesFound } from './faces.ts';
import { findingsOf, type Read } from './item.ts';
import { openTokenizers, tokenizerHashes } from './tokenizers.ts';

const only = <F extends ContentFilter>(
  filters: readonly Numbered[],
  is: (filter: ContentFilter) => filter is F,
): Numbered<F>[] => filters.flatMap(({ number, filter }) => (is(filter) ? [{ number, filter }] : []));

/**
 * What findings depend on beside items and filters: detector and tokenizers; nothing where no filter asks for them. Throws as
 * `tokenizerHashes` does.
 */
export const foundBy = async (
  objects: ObjectStore,
  drop: string,
  filters: readonly ContentFilter[],
): Promise<{ readonly faces?: string; readonly tokenizers?: readonly string[] }> => {
  const tokenizers = await tokenizerHashes(objects, drop, filters);
  return {
    ...(filters.some(({ kind }) => kind === 'faces') && { faces: faceDetectorRevision() }),
    ...(tokenizers.length > 0 && { tokenizers }),
  };
};

export interface Finder {
  find(item: string, read: Read): Promise<FacesFound>;
  /** Whether an item may take as long as hundreds usually do. */
  readonly slow: boolean;
  close(): Promise<void>;
}

/**
 * Opens what the filters need; of a video `frames` frames are looked at; `alive` is called now and then while one text is counted. Throws
 * as `openTokenizers` and `openFaceDetector` do.
 */
export const openFinder = async (
  deps: FaceDeps & { readonly objects: ObjectStore },
  drop: string,
  filters: readonly Numbered[],
  frames: number,
  alive: () => void,
): Promise<Finder> => {
  const texts = only(filters, isTextFilter);
  const faces = await createFaceFinder(
    deps,
    only(filters, (filter) => filter.kind === 'faces'),
    frames,
  );
  const { count, close } = await openTokenizers(
    deps.objects,
    drop,
    texts.map(({ filter }) => filter),
    alive,
  );
  return {
    async find(item, read) {
      const said = await findingsOf(item, read, texts, count);
      const { findings, redacted } = await faces(item, read);
      return { findings: [...said, ...findings], redacted };
    },
    slow: filters.some(
      ({ filter }) => filter.kind === 'faces' || (filter.kind === 'length' && filter.unit === 'tokens'),
    ),
    close,
  };
};
