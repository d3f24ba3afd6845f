/** Marks on an image as maps of 0 and 1, and their mean over annotators (S232; Liang et al. 2024, RichHF-18K). */
import type { Mark } from '../../schemas/annotation.ts';

export interface MapSize {
  readonly width: number;
  readonly height: number;
}

/** A point stands for a disk of this share of the image's height. */
export const POINT_RADIUS = 1 / 20;

type Shape = Mark['shape'];

const crosses = (a: { x: number; y: number }, b: { x: number; y: number }, x: number, y: number): boolean =>
  a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x;

/** Whether a position (shares of width and height) lies in a shape; disks are round in pixels, polygons even-odd. */
const covers = (shape: Shape, x: number, y: number, { width, height }: MapSize): boolean => {
  switch (shape.type) {
    case 'point':
      return ((x - shape.x) * width) ** 2 + ((y - shape.y) * height) ** 2 <= (POINT_RADIUS * height) ** 2;
    case 'box':
      return x >= shape.x && x < shape.x + shape.width && y >= shape.y && y < shape.y + shape.height;
    case 'polygon':
      return shape.points.reduce((inside, point, i) => {
        const next = shape.points[(i + 1) % shape.points.length] ?? point;
        return crosses(point, next, x, y) ? !inside : inside;
      }, false);
  }
};

/** Left, top, right and bottom of a shape as shares. */
const boundsOf = (shape: Shape, { width, height }: MapSize): readonly [number, number, number, number] => {
  switch (shape.type) {
    case 'point': {
      const across = (POINT_RADIUS * height) / width;
      return [shape.x - across, shape.y - POINT_RADIUS, shape.x + across, shape.y + POINT_RADIUS];
    }
    case 'box':
      return [shape.x, shape.y, shape.x + shape.width, shape.y + shape.height];
    case 'polygon': {
      const xs = shape.points.map(({ x }) => x);
      const ys = shape.points.map(({ y }) => y);
      return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    }
  }
};

/** One annotator's marks of one kind: 1 where a pixel's centre lies in any of them; height × width, row-major. */
export const rasterise = (marks: readonly Mark[], size: MapSize): Float32Array => {
  const { width, height } = size;
  const map = new Float32Array(width * height);
  for (const { shape } of marks) {
    const [left, top, right, bottom] = boundsOf(shape, size);
    const [x0, x1] = [Math.max(0, Math.floor(left * width)), Math.min(width, Math.ceil(right * width) + 1)];
    const [y0, y1] = [Math.max(0, Math.floor(top * height)), Math.min(height, Math.ceil(bottom * height) + 1)];
    for (let y = y0; y < y1; y++)
      for (let x = x0; x < x1; x++)
        if (covers(shape, (x + 0.5) / width, (y + 0.5) / height, size)) map[y * width + x] = 1;
  }
  return map;
};

/** Mean map over annotators, those without marks included: three of them and one mark give 1/3 there. */
export const meanMap = (annotators: readonly (readonly Mark[])[], size: MapSize): Float32Array => {
  if (annotators.length === 0) throw new RangeError('no annotator marked anything, not even nothing');
  const sum = new Float64Array(size.width * size.height);
  for (const marks of annotators) rasterise(marks, size).forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value));
  return Float32Array.from(sum, (value) => value / annotators.length);
};
