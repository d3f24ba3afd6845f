/** Perceptual hashes of what responses show. */
import { PHASH_SIDE, perceptualHash } from '../../models/dedup/image-hash.ts';
import type { FrameHashes } from '../../models/dedup/video.ts';
import type { Response } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { MediaProbe, ObjectStore } from '../ports.ts';

const GREY = { width: PHASH_SIDE, height: PHASH_SIDE, grey: true } as const;

/** One hash of an image, `frames` of a video (in the middles of as many equal parts), none of a text. */
export const frameHashes = async (
  { objects, media }: { readonly objects: Pick<ObjectStore, 'local'>; readonly media: MediaProbe },
  { media: medium }: Response,
  frames: number,
): Promise<FrameHashes> => {
  if (medium === null) return [];
  const file = await objects.local(keys.media(medium.sha256), medium.sha256);
  if (medium.type.startsWith('image/')) return [perceptualHash(await media.pixels(file, GREY))];
  const seconds = medium.seconds ?? 0;
  const times = Array.from({ length: frames }, (_, i) => ((i + 0.5) / frames) * seconds);
  return (await media.frames(file, medium, times, GREY)).map(perceptualHash);
};
