/** Faces in what items show: what the filters find, and pictures made without them. */
import { type Face, pixelsOf } from '../../models/faces/boxes.ts';
import { FACE_INPUT, type FaceDetector, openFaceDetector } from '../../models/faces/detector.ts';
import { mosaic } from '../../models/faces/mosaic.ts';
import { sha256 } from '../../models/hash.ts';
import type { FacesFilter } from '../../schemas/curation.ts';
import type { Numbered } from '../../schemas/examination.ts';
import type { Item, Media } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { MediaProbe, ObjectStore, PictureWriter } from '../ports.ts';
import { REDACTED_FROM, REDACTED_TO } from '../redacted-link.ts';
import type { FindingRow, RedactedRow } from './rows.ts';
import { shownBy } from './shown.ts';

export interface FaceDeps {
  readonly objects: Pick<ObjectStore, 'local' | 'create'>;
  readonly media: MediaProbe;
  readonly pictures: PictureWriter;
}

interface ShownMedium {
  /** −1: the prompt. */
  readonly response: number;
  readonly media: Media;
}

/** Faces of an image, or of one frame of a video; `at` in seconds. */
interface Seen {
  readonly at: number | null;
  readonly faces: readonly Face[];
}

const mediaOf = ({ promptMedia, responses }: Pick<Item, 'promptMedia' | 'responses'>): ShownMedium[] => [
  ...(promptMedia ?? []).map((media) => ({ response: -1, media })),
  ...responses.flatMap(({ media }, response) => (media === null ? [] : [{ response, media }])),
];

const isLookedAt = ({ on }: FacesFilter, { response }: ShownMedium): boolean =>
  on === 'all' || (on === 'prompt') === (response === -1);

const isImage = ({ type }: Media): boolean => type.startsWith('image/');

const sure = (faces: readonly Face[], { confidence }: FacesFilter): Face[] =>
  faces.filter((face) => face.confidence >= confidence);

/** The most faces that one frame shows, and the surest of all frames. */
const countFaces = (seen: readonly Seen[], filter: FacesFilter): { most: number; surest: string | null } => {
  const counted = seen.map(({ at, faces }) => ({ at, faces: sure(faces, filter) }));
  const confidences = counted.flatMap(({ at, faces }) => faces.map(({ confidence }) => ({ at, confidence })));
  const [first] = confidences.toSorted((a, b) => b.confidence - a.confidence);
  const place = first === undefined || first.at === null ? '' : ` at ${first.at.toFixed(2)} s`;
  return {
    most: counted.reduce((most, { faces }) => Math.max(most, faces.length), 0),
    surest: first === undefined ? null : `highest confidence ${first.confidence.toFixed(3)}${place}`,
  };
};

/** Stores an image whose faces are a mosaic; each of the two names the other before the new one is there. */
const redactPicture = async (
  { objects, media, pictures }: FaceDeps,
  { sha256: original, width, height }: Media,
  faces: readonly Face[],
): Promise<Media> => {
  const size = { width, height };
  const file = await objects.local(keys.media(original), original);
  const pixels = await media.pixels(file, { ...size, grey: false });
  const boxes = faces.flatMap((face) => pixelsOf(face, size) ?? []);
  mosaic(pixels, size, boxes);
  const bytes = await pictures.jpeg(pixels, size);
  const redacted = sha256(bytes);
  const type = 'image/jpeg';
  await objects.create(keys.rendition(redacted, REDACTED_FROM.name(original)), '', { contentType: 'text/plain' });
  await objects.create(keys.rendition(original, REDACTED_TO.name(redacted)), '', { contentType: 'text/plain' });
  await objects.create(keys.media(redacted), bytes, { contentType: type });
  return { sha256: redacted, type, bytes: bytes.length, ...size, seconds: null, fps: null, frames: null };
};

/** What filters found, and the pictures that were made without faces. */
export interface FacesFound {
  readonly findings: readonly FindingRow[];
  readonly redacted: readonly RedactedRow[];
}

/** Looks for faces by all filters at once; of a video at `frames` frames. Faces of a video are not redacted: its item goes. */
export const createFaceFinder = async (
  deps: FaceDeps,
  filters: readonly Numbered<FacesFilter>[],
  frames: number,
): Promise<(item: string, read: Pick<Item, 'promptMedia' | 'responses'>) => Promise<FacesFound>> => {
  if (filters.length === 0) return async () => ({ findings: [], redacted: [] });
  const detector: FaceDetector = await openFaceDetector();
  const look = async (media: Media): Promise<Seen[]> => {
    const seen: Seen[] = [];
    for (const { at, pixels } of await shownBy(deps, media, frames, FACE_INPUT))
      seen.push({ at, faces: await detector.detect(pixels) });
    return seen;
  };
  return async (item, read) => {
    const findings: FindingRow[] = [];
    const redacted: RedactedRow[] = [];
    for (const shown of mediaOf(read)) {
      const asked = filters.filter(({ filter }) => isLookedAt(filter, shown));
      if (asked.length === 0) continue;
      const { response, media } = shown;
      const seen = await look(media);
      const hidden = new Set<Face>();
      const counts = asked.map(({ number, filter }) => {
        const { most, surest } = countFaces(seen, filter);
        const tooMany = most > filter.max;
        const redacts = tooMany && filter.action === 'redact' && isImage(media);
        if (redacts) for (const { faces } of seen) for (const face of sure(faces, filter)) hidden.add(face);
        return { number, value: most, surest, redacts, reason: tooMany && !redacts ? 'face' : null };
      });
      const without = hidden.size === 0 ? null : await redactPicture(deps, media, [...hidden]);
      if (without !== null) redacted.push({ sha256: media.sha256, faces: hidden.size, media: without });
      for (const { number, value, surest, redacts, reason } of counts) {
        const detail = redacts && without !== null ? `${surest}; shown as ${without.sha256}` : surest;
        findings.push({ item, filter: number, response, value, detail, reason });
      }
    }
    return { findings, redacted };
  };
};
