/** Shapes on an image. Points are shares of width and height, origin top left. */
import type { RunLengths } from '../../../schemas/annotation.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** A point moved by shares, kept on the image. */
export const moved = ({ x, y }: Point, dx: number, dy: number): Point => ({ x: clamp(x + dx), y: clamp(y + dy) });

/** The box between two corners, whichever they are. */
export const boxOf = (a: Point, b: Point) => ({
  type: 'box' as const,
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
});

/** Whether a corner was put so near to the first one that it closes the polygon. */
export const closes = (corners: readonly Point[], { x, y }: Point, reach: number): boolean => {
  const [first] = corners;
  return corners.length >= 3 && first !== undefined && Math.hypot(first.x - x, first.y - y) <= reach;
};

/** Whether a point lies inside a polygon (even–odd rule). */
export const inside = (corners: readonly Point[], { x, y }: Point): boolean => {
  let is = false;
  corners.forEach((a, i) => {
    const b = corners[(i + 1) % corners.length] ?? a;
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) is = !is;
  });
  return is;
};

/**
 * A brush stroke as COCO's run lengths at the image's size (column by column, runs of 0 and 1 in turn, the first of 0): the pixels whose
 * centre is within `radius` pixels of it. Needs memory for the stroke's own box only.
 */
export const strokeRuns = (stroke: readonly Point[], radius: number, { width, height }: Size): RunLengths => {
  const points = stroke.map(({ x, y }) => ({ x: x * width, y: y * height }));
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, right] = [Math.max(0, Math.floor(least(xs) - radius)), Math.min(width, Math.ceil(most(xs) + radius))];
  const [top, bottom] = [Math.max(0, Math.floor(least(ys) - radius)), Math.min(height, Math.ceil(most(ys) + radius))];
  const tall = Math.max(0, bottom - top);
  // Column by column, as the runs go.
  const box = new Uint8Array(Math.max(0, right - left) * tall);
  points.forEach((a, i) => {
    const b = points[i + 1] ?? a;
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = dx * dx + dy * dy;
    const from = Math.max(left, Math.floor(Math.min(a.x, b.x) - radius));
    const to = Math.min(right, Math.ceil(Math.max(a.x, b.x) + radius));
    const above = Math.max(top, Math.floor(Math.min(a.y, b.y) - radius));
    const below = Math.min(bottom, Math.ceil(Math.max(a.y, b.y) + radius));
    for (let x = from; x < to; x++)
      for (let y = above; y < below; y++) {
        const [px, py] = [x + 0.5 - a.x, y + 0.5 - a.y];
        // The nearest place of the segment.
        const along = length === 0 ? 0 : clamp((px * dx + py * dy) / length);
        if (Math.hypot(px - along * dx, py - along * dy) <= radius) box[(x - left) * tall + y - top] = 1;
      }
  });
  const counts = [0];
  const put = (value: number, count: number): void => {
    if (count === 0) return;
    if ((counts.length - 1) % 2 === value) counts[counts.length - 1] = (counts.at(-1) ?? 0) + count;
    else counts.push(count);
  };
  put(0, left * height);
  for (let x = left; x < right; x++) {
    put(0, top);
    for (let y = 0; y < tall; y++) put(box[(x - left) * tall + y] ?? 0, 1);
    put(0, height - bottom);
  }
  put(0, (width - right) * height);
  return { width, height, counts };
};

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

/** The marked pixels of runs as an SVG path in the mask's pixels: one bar per run and column. */
export const pathOf = ({ height, counts }: RunLengths): string => {
  let path = '';
  let at = 0;
  counts.forEach((count, i) => {
    for (let from = at; i % 2 === 1 && from < at + count; ) {
      const [x, y] = [Math.floor(from / height), from % height];
      const length = Math.min(at + count - from, height - y);
      path += `M${x} ${y}h1v${length}h-1z`;
      from += length;
    }
    at += count;
  });
  return path;
};

/** What part of the image is in view: how much larger, and what is in the middle. */
export interface View {
  readonly scale: number;
  readonly centre: Point;
}

export const WHOLE: View = { scale: 1, centre: { x: 0.5, y: 0.5 } };

/** Larger or smaller by a factor, between the whole image and 16 times, about a place that should stay in sight. */
export const zoomed = ({ scale }: View, factor: number, about: Point): View => {
  const next = Math.min(16, Math.max(1, scale * factor));
  return next === 1 ? WHOLE : { scale: next, centre: about };
};

/** How far the enlarged image is shifted, in percent of its unscaled size: its edges do not leave the frame's. */
export const shiftOf = ({ scale, centre }: View): Point => {
  const shift = (middle: number) => Math.min(0, Math.max(100 - 100 * scale, 50 - 100 * middle * scale));
  return { x: shift(centre.x), y: shift(centre.y) };
};
