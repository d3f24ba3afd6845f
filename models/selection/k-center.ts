import { unitHash } from '../hash.ts';
import { type Embedded, indexOfMax, pointsOf } from './embedded.ts';

export interface Centers<R> {
  /** In the order in which they were chosen. */
  readonly rows: readonly R[];
  /** Euclidean distance of the row that lies farthest from every centre. */
  readonly radius: number;
}

/**
 * Up to k rows such that none is far from all of them: farthest-first traversal (Gonzalez 1985), at most twice the smallest
 * radius there is. The first centre is drawn by the seed; ties go by id. O(k · n · dims).
 */
export const kCenter = <R extends Embedded>(rows: readonly R[], k: number, seed: number | string = 0): Centers<R> => {
  const points = pointsOf(rows, false);
  const { rows: known, values, dims } = points;
  const squares = new Float64Array(known.length).fill(Infinity);
  const chosen: R[] = [];
  let next = indexOfMax(Float64Array.from(known, ({ id }) => unitHash(seed, id)));
  for (; chosen.length < Math.min(k, known.length); next = indexOfMax(squares)) {
    const center = known[next];
    if (center === undefined) break;
    chosen.push(center);
    for (let i = 0; i < known.length; i++) {
      let sum = 0;
      for (let d = 0; d < dims; d++) sum += ((values[i * dims + d] ?? 0) - (values[next * dims + d] ?? 0)) ** 2;
      squares[i] = Math.min(squares[i] ?? 0, sum);
    }
    // A centre is never chosen again, though its twin may be.
    squares[next] = -Infinity;
  }
  return { rows: chosen, radius: Math.sqrt(squares.reduce((most, square) => Math.max(most, square), 0)) };
};
