/** Perceptual hashes of what responses show. */
import { PHASH_SIDE, perceptualHash } from '../../models/dedup/image-hash.ts';
import type { FrameHashes } from '../../models/dedup/video.ts';
import type { Response } from '../../schemas/item.ts';
import { type MediaSource, shownBy } from './shown.ts';

const GREY = { width: PHASH_SIDE, height: PHASH_SIDE, grey: true } as const;

/** One hash of an image, `frames` of a video, none of a text. */
export const frameHashes = async (source: MediaSource, { media }: Response, frames: number): Promise<FrameHashes> => {
  if (media === null) return [];
  const shown = await shownBy(source, media, frames, GREY);
  return shown.map(({ pixels }) => perceptualHash(pixels));
};
