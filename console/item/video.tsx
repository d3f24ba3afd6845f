import type { Ref } from 'react';
import type { Media } from '../../schemas/item.ts';
import { mediaUrl } from './image.tsx';

/** Frames a second of a medium whose probe found none. */
const DEFAULT_FPS = 25;

export const fpsOf = (media: Media): number => (media.fps !== null && media.fps > 0 ? media.fps : DEFAULT_FPS);

/** How many frames a video has, counted or worked out of its length. */
export const framesOf = (media: Media): number =>
  media.frames ?? Math.max(1, Math.round((media.seconds ?? 0) * fpsOf(media)));

/** A stored video with the browser's own controls. */
export const Video = ({
  media,
  label,
  ref,
  controls = true,
}: {
  media: Media;
  label: string;
  ref?: Ref<HTMLVideoElement>;
  controls?: boolean;
}) => (
  <video
    ref={ref}
    className="media-video"
    src={mediaUrl(media)}
    width={media.width}
    height={media.height}
    aria-label={label}
    controls={controls}
    preload="auto"
    playsInline
  />
);
