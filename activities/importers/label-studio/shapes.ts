/** Regions of Label Studio as marks: percentages become shares; rotations are about pixels, so they need the image's size. */
import type { Mark } from '../../../schemas/annotation.ts';
import { AssayError } from '../../../schemas/errors.ts';
import { asNumber, asRow, field, invalid, type Row } from '../fields.ts';
import { soundMark } from '../marks.ts';
import { decodeBrush } from './brush.ts';
import { clipped, ellipse, type Spot, turned } from './outline.ts';

/** Types of result that mark a region, by the shape they draw. */
export const SHAPES: Readonly<Record<string, 'point' | 'polygon' | 'box' | 'ellipse' | 'mask' | 'track'>> = {
  keypointlabels: 'point',
  keypoint: 'point',
  polygonlabels: 'polygon',
  polygon: 'polygon',
  rectanglelabels: 'box',
  rectangle: 'box',
  ellipselabels: 'ellipse',
  ellipse: 'ellipse',
  brushlabels: 'mask',
  brush: 'mask',
  videorectangle: 'track',
};

/** The marks of one result: one, or one for each keyframe of a track; frames count from 1 there, from 0 here. */
export const marksOf = (type: string, result: Row, what: Pick<Mark, 'kind' | 'label'>, path: string): Mark[] => {
  const value = asRow(field(result, 'value'));
  if (SHAPES[type] !== 'track') return [soundMark({ ...what, shape: shapeOf(type, value, result, path) }, path)];
  const sequence = field(value, 'sequence');
  if (!Array.isArray(sequence)) throw invalid(`${path}.value.sequence`, 'must be a list');
  return sequence.map((each, i) => {
    const at = `${path}.value.sequence.${i}`;
    const keyframe = asRow(each);
    const frame = number(keyframe, 'frame', at);
    return soundMark({ ...what, frame: frame - 1, shape: boxOf(keyframe, result, at) }, at);
  });
};

const shapeOf = (type: string, value: Row, result: Row, path: string): unknown => {
  switch (SHAPES[type]) {
    case 'point':
      return { type: 'point', x: share(value, 'x', path), y: share(value, 'y', path) };
    case 'polygon':
      return { type: 'polygon', points: pointsOf(value, path) };
    case 'box':
      return boxOf(value, result, path);
    case 'ellipse':
      return ellipseOf(value, result, path);
    case 'mask':
      return maskOf(value, result, path);
    case 'track':
    case undefined:
      throw new AssayError('ASY-2018', { path, type });
  }
};

const number = (row: Row, name: string, path: string): number => {
  const value = asNumber(field(row, name));
  if (value === null) throw invalid(`${path}.${name}`, 'must be a finite number');
  return value;
};

const share = (row: Row, name: string, path: string): number => number(row, name, path) / 100;

const pointsOf = (value: Row, path: string): Spot[] => {
  const points = field(value, 'points');
  if (!Array.isArray(points)) throw invalid(`${path}.value.points`, 'must be a list');
  return points.map((point: unknown, i) => {
    const [x, y] = Array.isArray(point) ? [asNumber(point[0]), asNumber(point[1])] : [null, null];
    if (x === null || y === null) throw invalid(`${path}.value.points.${i}`, 'must be two numbers');
    return { x: x / 100, y: y / 100 };
  });
};

/**
 * A rectangle, cut where it reaches over the image's edge, as models' do; one that is turned, by degrees clockwise about its top
 * left corner, is a polygon.
 */
const boxOf = (value: Row, result: Row, path: string): unknown => {
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => share(value, name, path)) as [
    number,
    number,
    number,
    number,
  ];
  const rotation = asNumber(field(value, 'rotation')) ?? 0;
  if (rotation % 360 === 0) return cutBox({ x, y, width, height }, path);
  const corners = [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
  return outline(turned(corners, { x, y }, rotation, sizeOf(result, path)), path);
};

const cutBox = (box: { x: number; y: number; width: number; height: number }, path: string): unknown => {
  const { x, y, width, height } = box;
  if (width < 0 || height < 0 || (x >= 0 && y >= 0 && x + width <= 1 && y + height <= 1))
    return { type: 'box', ...box };
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(1, x + width), Math.min(1, y + height)];
  if (left > right || top > bottom) throw new AssayError('ASY-2012', { path });
  return { type: 'box', x: left, y: top, width: right - left, height: bottom - top };
};

const ellipseOf = (value: Row, result: Row, path: string): unknown => {
  const centre = { x: share(value, 'x', path), y: share(value, 'y', path) };
  const radii = { x: share(value, 'radiusX', path), y: share(value, 'radiusY', path) };
  const rotation = asNumber(field(value, 'rotation')) ?? 0;
  const points = ellipse(centre, radii);
  return outline(rotation % 360 === 0 ? points : turned(points, centre, rotation, sizeOf(result, path)), path);
};

/** What of a turned or round shape lies on the image: people drag these beyond its edges. */
const outline = (points: readonly Spot[], path: string): unknown => {
  const inside = clipped(points);
  if (inside.length < 3) throw new AssayError('ASY-2012', { path });
  return { type: 'polygon', points: inside };
};

const maskOf = (value: Row, result: Row, path: string): unknown => {
  const rle = field(value, 'rle');
  if (field(value, 'format') !== 'rle' || !Array.isArray(rle))
    throw new AssayError('ASY-2017', { path, reason: 'its format is not rle' });
  return { type: 'mask', ...decodeBrush(rle, sizeOf(result, path), path) };
};

const sizeOf = (result: Row, path: string): { readonly width: number; readonly height: number } => {
  const [width, height] = [number(result, 'original_width', path), number(result, 'original_height', path)];
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    throw invalid(`${path}.original_width`, 'and original_height must be whole numbers from 1');
  return { width, height };
};
