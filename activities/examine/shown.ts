/** What media show, as pixels. */
import type { Media } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { MediaProbe, ObjectStore } from '../ports.ts';

export interface MediaSource {
  readonly objects: Pick<ObjectStore, 'local'>;
  readonly media: MediaProbe;
}

export interface Shown {
  /** In seconds; null for an image. */
  readonly at: number | null;
  readonly pixels: Uint8Array;
}

/** An image, or `frames` frames of a video in the middles of as many equal parts, stretched to the size given. */
export const shownBy = async (
  { objects, media }: MediaSource,
  medium: Media,
  frames: number,
  size: { readonly width: number; readonly height: number; readonly grey: boolean },
): Promise<Shown[]> => {
  const file = await objects.local(keys.media(medium.sha256), medium.sha256);
  if (medium.type.startsWith('image/')) return [{ at: null, pixels: await media.pixels(file, size) }];
  const seconds = medium.seconds ?? 0;
  const times = Array.from({ length: frames }, (_, i) => ((i + 0.5) / frames) * seconds);
  const found = await media.frames(file, medium, times, size);
  return found.map((pixels, i) => ({ at: times[i] ?? 0, pixels }));
};
