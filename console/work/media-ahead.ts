/** Fetches the media of items that wait, so that they are there when their turn comes. */
import type { WorkItem } from '../../schemas/console.ts';
import type { Media } from '../../schemas/item.ts';
import { mediaUrl } from '../item/image.tsx';
import { isVideo } from '../item/medium.tsx';

const fetched = new Map<string, HTMLImageElement | HTMLVideoElement>();
/** Elements kept alive so that the browser keeps their bytes. */
const KEPT = 40;

const fetchAhead = (media: Media): void => {
  if (fetched.has(media.sha256)) return;
  const element = document.createElement(isVideo(media) ? 'video' : 'img');
  if (element instanceof HTMLVideoElement) element.preload = 'auto';
  element.src = mediaUrl(media);
  fetched.set(media.sha256, element);
  for (const old of [...fetched.keys()].slice(0, -KEPT)) fetched.delete(old);
};

export const fetchMedia = (work: readonly WorkItem[]): void => {
  for (const { promptMedia, responses } of work)
    for (const media of [...promptMedia, ...responses.map((response) => response.media)])
      if (media !== null) fetchAhead(media);
};
