/** Marks as Label Studio's regions: shares of the image become percentages, frames count from 1. */
import type { Mark } from '../../../schemas/annotation.ts';
import type { Media } from '../../../schemas/item.ts';
import { regionLabel } from '../sidecar.ts';
import { encodeBrush } from './brush.ts';

/** A result without its place in the form. */
export interface Region {
  readonly type: string;
  readonly shape: 'point' | 'polygon' | 'box' | 'mask' | 'track';
  readonly value: Readonly<Record<string, unknown>>;
  readonly label: string;
}

/** Label Studio marks images with any shape, videos frame by frame with boxes, and masks only pixel by pixel. */
export const canMark = ({ frame, shape }: Mark, media: Media): boolean => {
  if (media.type.startsWith('video/')) return frame !== undefined && shape.type === 'box';
  if (frame !== undefined) return false;
  if (shape.type !== 'mask') return true;
  const { width, height, counts } = shape;
  const total = counts.reduce((sum, count) => sum + count, 0);
  // Runs of no length would come back joined.
  const shortest = counts.slice(1).every((count) => count > 0);
  return width === media.width && height === media.height && total === width * height && shortest;
};

/** Regions in the order of the marks; boxes of one label on frames that follow each other are one track. */
export const regionsOf = (marks: readonly Mark[], media: Media): Region[] => {
  const regions: Region[] = [];
  let track: { label: string; boxes: (Mark & { frame: number })[] } | null = null;
  const end = () => {
    if (track !== null) regions.push(trackOf(track, media));
    track = null;
  };
  for (const mark of marks) {
    const { frame } = mark;
    if (frame === undefined) {
      end();
      regions.push(regionOf(mark));
      continue;
    }
    const label = regionLabel(mark);
    if (track !== null && (track.label !== label || track.boxes.at(-1)?.frame !== frame - 1)) end();
    track ??= { label, boxes: [] };
    track.boxes.push({ ...mark, frame });
  }
  end();
  return regions;
};

const regionOf = (mark: Mark): Region => {
  const { shape } = mark;
  const label = regionLabel(mark);
  switch (shape.type) {
    case 'point': {
      // Its size on the screen, in percent of the width: a point has none of its own.
      const value = { x: shape.x * 100, y: shape.y * 100, width: 0.5, keypointlabels: [label] };
      return { type: 'keypointlabels', shape: 'point', value, label };
    }
    case 'polygon': {
      const points = shape.points.map(({ x, y }) => [x * 100, y * 100]);
      return {
        type: 'polygonlabels',
        shape: 'polygon',
        value: { points, closed: true, polygonlabels: [label] },
        label,
      };
    }
    case 'box':
      return { type: 'rectanglelabels', shape: 'box', value: { ...boxOf(shape), rectanglelabels: [label] }, label };
    case 'mask':
      return {
        type: 'brushlabels',
        shape: 'mask',
        value: { format: 'rle', rle: encodeBrush(shape), brushlabels: [label] },
        label,
      };
  }
};

const boxOf = (shape: Mark['shape']): object =>
  shape.type === 'box'
    ? { x: shape.x * 100, y: shape.y * 100, width: shape.width * 100, height: shape.height * 100, rotation: 0 }
    : {};

/** Shown from its first frame to its last; the keyframe that is not enabled ends it. */
const trackOf = (
  { label, boxes }: { label: string; boxes: readonly (Mark & { frame: number })[] },
  media: Media,
): Region => {
  const { fps, frames, seconds } = media;
  const sequence = boxes.map(({ shape, frame }, i) => ({
    frame: frame + 1,
    enabled: i < boxes.length - 1,
    ...(fps === null ? {} : { time: (frame + 1) / fps }),
    ...boxOf(shape),
  }));
  const whole = {
    ...(frames === null ? {} : { framesCount: frames }),
    ...(seconds === null ? {} : { duration: seconds }),
  };
  return { type: 'videorectangle', shape: 'track', value: { sequence, labels: [label], ...whole }, label };
};
