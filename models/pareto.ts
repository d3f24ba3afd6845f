/** Several objectives at once, larger always better: declared weights (S115), or the points that nothing beats (S116). */
import { AssayError } from '../schemas/errors.ts';

export type Point = readonly number[];

/** Whether a is nowhere worse than b and somewhere better. */
export const dominates = (a: Point, b: Point): boolean =>
  a.every((value, k) => value >= (b[k] ?? 0)) && a.some((value, k) => value > (b[k] ?? 0));

const checkPoints = (points: readonly Point[]): void => {
  const k = points[0]?.length ?? 0;
  for (const [i, point] of points.entries()) {
    if (point.length !== k) throw new RangeError(`point ${i} has ${point.length} objectives, the first has ${k}`);
    if (!point.every(Number.isFinite)) throw new AssayError('ASY-5005', { what: `point ${i}` });
  }
};

/** Larger first, by the first objective that differs: nothing is dominated by what comes after it. */
const byObjectives = (a: Point, b: Point): number => {
  const k = a.findIndex((value, i) => value !== b[i]);
  return k < 0 ? 0 : (b[k] ?? 0) - (a[k] ?? 0);
};

/**
 * Non-dominated sorting (Zhang et al. 2015, ENS-SS): indices of the points that nothing dominates, then of those that only these
 * dominate, and so on, each front in rising order. Equal points share a front. Throws ASY-5005 for NaN.
 */
export const paretoFronts = (points: readonly Point[]): number[][] => {
  checkPoints(points);
  const order = points.map((point, index) => ({ point, index })).sort((a, b) => byObjectives(a.point, b.point));
  const fronts: { point: Point; index: number }[][] = [];
  for (const entry of order) {
    // The latest members of a front are the nearest in the order, and the likeliest to dominate.
    const free = fronts.find((front) => front.findLast(({ point }) => dominates(point, entry.point)) === undefined);
    if (free === undefined) fronts.push([entry]);
    else free.push(entry);
  }
  return fronts.map((front) => front.map(({ index }) => index).sort((a, b) => a - b));
};

/** Indices of the points that nothing dominates, in rising order. */
export const nonDominated = (points: readonly Point[]): number[] => paretoFronts(points)[0] ?? [];

/**
 * Σ_k weight_k·z_k per point, z the objectives' z-scores over the points (an objective that is the same everywhere counts 0): a
 * declared weight means the same whatever an objective's scale. Throws ASY-5005 for NaN.
 */
export const weightedSum = (points: readonly Point[], weights: readonly number[]): Float64Array => {
  checkPoints(points);
  if (points[0] !== undefined && points[0].length !== weights.length)
    throw new RangeError(`${weights.length} weights for ${points[0].length} objectives`);
  const sums = new Float64Array(points.length);
  weights.forEach((weight, k) => {
    const mean = points.reduce((sum, point) => sum + (point[k] ?? 0), 0) / points.length;
    const variance = points.reduce((sum, point) => sum + ((point[k] ?? 0) - mean) ** 2, 0) / points.length;
    const deviation = Math.sqrt(variance);
    if (deviation === 0) return;
    points.forEach((point, i) => (sums[i] = (sums[i] ?? 0) + (weight * ((point[k] ?? 0) - mean)) / deviation));
  });
  return sums;
};
