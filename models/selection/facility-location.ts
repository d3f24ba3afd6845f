import { dot, type Embedded, pointsOf } from './embedded.ts';

interface Bid {
  readonly row: number;
  readonly gain: number;
  /** How many rows were chosen when the gain was computed. */
  readonly at: number;
}

/** The better bid first: larger gain, then smaller index (rows are sorted by id). */
const before = (a: Bid, b: Bid): boolean => a.gain > b.gain || (a.gain === b.gain && a.row < b.row);

/** A binary heap of bids, the best on top. */
const createHeap = (bids: Bid[]) => {
  const sink = (from: number): void => {
    for (let i = from; ; ) {
      let best = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        const [a, b] = [bids[child], bids[best]];
        if (a !== undefined && b !== undefined && before(a, b)) best = child;
      }
      if (best === i) return;
      [bids[i], bids[best]] = [bids[best] as Bid, bids[i] as Bid];
      i = best;
    }
  };
  for (let i = bids.length >> 1; i >= 0; i--) sink(i);
  return {
    top: (): Bid | undefined => bids[0],
    replaceTop: (bid: Bid): void => {
      bids[0] = bid;
      sink(0);
    },
    pop: (): void => {
      const last = bids.pop();
      if (last !== undefined && bids.length > 0) {
        bids[0] = last;
        sink(0);
      }
    },
  };
};

export interface Facilities<R> {
  /** In the order in which they were chosen. */
  readonly rows: readonly R[];
  /** Σᵢ of row i's similarity to the chosen row most like it. */
  readonly value: number;
}

/**
 * Up to k rows that stand for all: greedy maximisation of facility location, f(S) = Σᵢ max over j in S of max(0, cos(i, j)), at
 * least 1 − 1/e of the best value there is (Nemhauser et al. 1978). Gains only fall as rows are chosen, so that one is computed
 * anew only when it comes to the top (Minoux 1978). Ties go by id. O(n · dims) for each gain, at most n · k of them.
 */
export const facilityLocation = <R extends Embedded>(rows: readonly R[], k: number): Facilities<R> => {
  const points = pointsOf(rows, true);
  const n = points.rows.length;
  const covered = new Float64Array(n);
  const gainOf = (row: number): number => {
    let gain = 0;
    for (let i = 0; i < n; i++) gain += Math.max(0, dot(points, row, i) - (covered[i] ?? 0));
    return gain;
  };
  const chosen: number[] = [];
  const heap = createHeap(Array.from({ length: n }, (_, row) => ({ row, gain: gainOf(row), at: 0 })));
  while (chosen.length < Math.min(k, n)) {
    const bid = heap.top();
    if (bid === undefined) break;
    if (bid.at < chosen.length) {
      heap.replaceTop({ row: bid.row, gain: gainOf(bid.row), at: chosen.length });
      continue;
    }
    heap.pop();
    chosen.push(bid.row);
    for (let i = 0; i < n; i++) covered[i] = Math.max(covered[i] ?? 0, dot(points, bid.row, i));
  }
  return {
    rows: chosen.flatMap((row) => points.rows[row] ?? []),
    value: covered.reduce((sum, similarity) => sum + similarity, 0),
  };
};
