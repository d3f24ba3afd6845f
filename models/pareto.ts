/** Several objectives at once, larger always better: which points nothing beats (S116). */
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
 * Non-dominated sorting (Zhang et al. 2015, ENS-BS): indices of the points that nothing dominates, then of those that only these
 * dominate, and so on, each front in rising order. Equal points share a front. Throws ASY-5005 for NaN.
 */
export const paretoFronts = (points: readonly Point[]): number[][] => {
  checkPoints(points);
  const order = points.map((point, index) => ({ point, index })).sort((a, b) => byObjectives(a.point, b.point));
  const fronts: { point: Point; index: number }[][] = [];
  // The latest members of a front are the nearest in the order, and the likeliest to dominate; with two objectives the last one
  // has the most of the second, so that it alone decides.
  const beaten = (front: (typeof fronts)[number], point: Point): boolean =>
    point.length === 2
      ? front.slice(-1).some((last) => dominates(last.point, point))
      : front.findLast((member) => dominates(member.point, point)) !== undefined;
  for (const entry of order) {
    // What a front beats, every front before it beats too.
    let [low, high] = [0, fronts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (beaten(fronts[middle] ?? [], entry.point)) low = middle + 1;
      else high = middle;
    }
    if (low === fronts.length) fronts.push([entry]);
    else fronts[low]?.push(entry);
  }
  return fronts.map((front) => front.map(({ index }) => index).sort((a, b) => a - b));
};
