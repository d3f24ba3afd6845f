/** Files that an export's rows name: originals as they lie in `media/`, frames and upright images made once, masks beside the rows. */
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { sha256 } from '../../models/hash.ts';
import { byText } from '../../models/order.ts';
import type { Media } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import { Sha256 } from '../../schemas/primitives.ts';
import type { ExportFile } from '../exporters/exporter.ts';
import { frameName, isVideo } from '../exporters/media-files.ts';
import type { MediaProbe, ObjectStore, PictureWriter } from '../ports.ts';

/** A line of `exports/<format>/files.jsonl`: where the file of this path lies in the bucket. */
const Line = z.object({ path: z.string(), key: z.string(), sha256: Sha256, bytes: z.int() });
export type Placed = Readonly<z.infer<typeof Line>>;

export interface FileDeps {
  readonly objects: ObjectStore;
  readonly media: MediaProbe;
  readonly pictures: PictureWriter;
}

/** The lines of a `files.jsonl`, streamed. */
export async function* placedFiles(objects: ObjectStore, key: string): AsyncGenerator<Placed> {
  const lines = createInterface({ input: await objects.stream(key), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) if (line !== '') yield Line.parse(JSON.parse(line));
}

type Place = Omit<Placed, 'path'>;

/** Longest side of a frame, in pixels: vision language models look at less. */
const FRAME_SIDE = 768;

/** Width and height of a frame: the video's, or smaller with its proportions. */
const frameSize = ({ width, height }: Media): { width: number; height: number } => {
  const scale = Math.min(1, FRAME_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
};

/** Frames of one video, by time; those that were made before are not decoded again. */
const placeFrames = async (
  { objects, media: probe, pictures }: FileDeps,
  media: Media,
  times: readonly number[],
): Promise<Map<number, Place>> => {
  const keyOf = (at: number) => keys.rendition(media.sha256, `frame-${frameName(at)}-${FRAME_SIDE}.jpg`);
  const missing: number[] = [];
  for (const at of times) if ((await objects.head(keyOf(at))) === null) missing.push(at);
  if (missing.length > 0) {
    const size = frameSize(media);
    const file = await objects.local(keys.media(media.sha256), media.sha256);
    const frames = await probe.frames(file, media, missing, { ...size, grey: false });
    for (const [i, at] of missing.entries())
      await objects.put(keyOf(at), await pictures.jpeg(frames[i] ?? new Uint8Array(), size), {
        contentType: 'image/jpeg',
      });
  }
  const placed = new Map<number, Place>();
  for (const at of times) {
    const bytes = await objects.get(keyOf(at));
    placed.set(at, { key: keyOf(at), sha256: sha256(bytes), bytes: bytes.length });
  }
  return placed;
};

/** The original, or a copy turned upright where the original relies on EXIF, which many trainers do not read. */
const placeMedium = async ({ objects, pictures }: FileDeps, media: Media): Promise<Place> => {
  const original = { key: keys.media(media.sha256), sha256: media.sha256, bytes: media.bytes };
  if (isVideo(media)) return original;
  const turned = await pictures.upright(await objects.local(original.key, media.sha256));
  if (turned === null) return original;
  const key = keys.rendition(media.sha256, `upright.${media.type.slice('image/'.length)}`);
  // One that is there stays, whatever encoder made it: published exports quote its hash.
  if ((await objects.head(key)) === null) await objects.put(key, turned, { contentType: media.type });
  const stored = await objects.get(key);
  return { key, sha256: sha256(stored), bytes: stored.length };
};

/** Places files once per path; `keyOf` gives the keys of those that lie in the export itself. */
export const createFilePlacer = (deps: FileDeps, keyOf: (path: string) => string) => {
  const placed = new Map<string, Place>();
  const place = async ({ path, from }: ExportFile): Promise<void> => {
    if (from.kind === 'medium') placed.set(path, await placeMedium(deps, from.media));
    if (from.kind !== 'bytes') return;
    const key = keyOf(path);
    await deps.objects.put(key, from.bytes, { contentType: from.contentType });
    placed.set(path, { key, sha256: sha256(from.bytes), bytes: from.bytes.length });
  };
  return {
    async add(files: readonly ExportFile[]): Promise<void> {
      const videos = new Map<string, { media: Media; wanted: Map<number, string> }>();
      for (const file of files) {
        if (placed.has(file.path)) continue;
        const { from, path } = file;
        if (from.kind !== 'frame') await place(file);
        else {
          const video = videos.get(from.media.sha256) ?? { media: from.media, wanted: new Map<number, string>() };
          video.wanted.set(from.at, path);
          videos.set(from.media.sha256, video);
        }
      }
      for (const { media, wanted } of videos.values())
        for (const [at, where] of await placeFrames(deps, media, [...wanted.keys()]))
          placed.set(wanted.get(at) ?? '', where);
    },
    /** Where the file of a path lies, once it was added. */
    placeOf: (path: string): Place => {
      const place = placed.get(path);
      if (place === undefined) throw new TypeError(`${path} was not placed`);
      return place;
    },
    /** All of them, sorted by path. */
    list: (): Placed[] => [...placed].sort(([a], [b]) => byText(a, b)).map(([path, where]) => ({ path, ...where })),
  };
};
