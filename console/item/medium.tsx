import type { Media } from '../../schemas/item.ts';
import { Picture } from './image.tsx';
import { Video } from './video.tsx';

export const isVideo = (media: Media): boolean => media.type.startsWith('video/');

/** An image or a video, whichever it is. */
export const Medium = ({ media, label }: { media: Media; label: string }) =>
  isVideo(media) ? <Video media={media} label={label} /> : <Picture media={media} alt={label} />;
