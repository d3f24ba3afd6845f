/** Marks of several people as one map: where, and by how many of them. Pure, on a small grid that a page can draw at any size. */
import type { Mark, RegionKind } from '../../schemas/annotation.ts';
import { inside } from '../tasks/regions/geometry.ts';

/** A point counts as a disc of this radius, as a share of the height (RichHF-18K draws 1/20). */
const POINT_RADIUS = 1 / 20;

export interface Grid {
  readonly width: number;
  readonly height: number;
}

/** A grid of about `most` cells along its longer side, of a medium's shape. */
export const gridOf = (media: Grid, most = 192): Grid => {
  const scale = most / Math.max(media.width, media.height);
  return {
    width: Math.max(1, Math.round(media.width * scale)),
    height: Math.max(1, Math.round(media.height * scale)),
  };
};

/** Whether the shape covers the place, in shares of width and height; `aspect` is width over height. */
const covers = (shape: Mark['shape'], aspect: number): ((x: number, y: number) => boolean) => {
  switch (shape.type) {
    case 'point':
      return (x, y) => ((x - shape.x) * aspect) ** 2 + (y - shape.y) ** 2 <= POINT_RADIUS ** 2;
    case 'box':
      return (x, y) => x >= shape.x && x < shape.x + shape.width && y >= shape.y && y < shape.y + shape.height;
    case 'polygon':
      return (x, y) => inside(shape.points, { x, y });
    case 'mask': {
      const { width, height, counts } = shape;
      const on = new Uint8Array(width * height);
      let [at, value] = [0, 0];
      for (const run of counts) {
        if (value === 1) on.fill(1, at, at + run);
        at += run;
        value = 1 - value;
      }
      // Column by column, as COCO has it.
      return (x, y) =>
        on[Math.min(width - 1, Math.floor(x * width)) * height + Math.min(height - 1, Math.floor(y * height))] === 1;
    }
  }
};

/** The part of the medium outside which the shape covers nothing: left, top, right, bottom in shares. */
const boundsOf = (shape: Mark['shape'], aspect: number): readonly [number, number, number, number] => {
  switch (shape.type) {
    case 'point': {
      const across = POINT_RADIUS / aspect;
      return [shape.x - across, shape.y - POINT_RADIUS, shape.x + across, shape.y + POINT_RADIUS];
    }
    case 'box':
      return [shape.x, shape.y, shape.x + shape.width, shape.y + shape.height];
    case 'polygon': {
      const [xs, ys] = [shape.points.map(({ x }) => x), shape.points.map(({ y }) => y)];
      const least = (all: readonly number[]) => all.reduce((a, b) => Math.min(a, b), 1);
      const greatest = (all: readonly number[]) => all.reduce((a, b) => Math.max(a, b), 0);
      return [least(xs), least(ys), greatest(xs), greatest(ys)];
    }
    case 'mask':
      return [0, 0, 1, 1];
  }
};

/** Cells whose middle any of the marks covers. */
const coverage = (marks: readonly Mark[], { width, height }: Grid): Uint8Array => {
  const cells = new Uint8Array(width * height);
  for (const { shape } of marks) {
    const covered = covers(shape, width / height);
    const [left, top, right, bottom] = boundsOf(shape, width / height);
    for (let row = Math.max(0, Math.floor(top * height)); row < Math.min(height, Math.ceil(bottom * height)); row++)
      for (
        let column = Math.max(0, Math.floor(left * width));
        column < Math.min(width, Math.ceil(right * width));
        column++
      )
        if (covered((column + 0.5) / width, (row + 0.5) / height)) cells[row * width + column] = 1;
  }
  return cells;
};

/** Share of people (each with their marks, none among them) who marked each cell for the kind, row by row. */
export const mergedMap = (people: readonly (readonly Mark[])[], kind: RegionKind, grid: Grid): Float32Array => {
  const map = new Float32Array(grid.width * grid.height);
  for (const marks of people) {
    const cells = coverage(
      marks.filter((mark) => mark.kind === kind),
      grid,
    );
    for (const [i, cell] of cells.entries()) map[i] = (map[i] ?? 0) + cell / people.length;
  }
  return map;
};
