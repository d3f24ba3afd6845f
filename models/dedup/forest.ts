/** Connected components by union–find (Tarjan 1975) over row numbers, and clusters made of them. */

export interface Forest {
  /** The least row of the component that `row` is in. */
  find(row: number): number;
  union(a: number, b: number): void;
  /** As few edges as make the same components: pairs (row, least row), one after the other. */
  edges(): Int32Array;
}

export const createForest = (rows: number): Forest => {
  const parent = new Int32Array(rows);
  for (let row = 0; row < rows; row++) parent[row] = row;
  const find = (row: number): number => {
    let at = row;
    for (let up = parent[at] ?? at; up !== at; up = parent[at] ?? at) {
      // Path halving: each row passed points to its grandparent.
      parent[at] = parent[up] ?? up;
      at = parent[at] ?? at;
    }
    return at;
  };
  return {
    find,
    union: (a, b) => {
      const [x, y] = [find(a), find(b)];
      if (x < y) parent[y] = x;
      else parent[x] = y;
    },
    edges: () => {
      let joined = 0;
      for (let row = 0; row < rows; row++) if (parent[row] !== row) joined++;
      const pairs = new Int32Array(2 * joined);
      let at = 0;
      for (let row = 0; row < rows; row++) {
        if (parent[row] === row) continue;
        pairs[at++] = row;
        pairs[at++] = find(row);
      }
      return pairs;
    },
  };
};

/** Order of two rows: which would be kept before the other. */
export type RowOrder = (a: number, b: number) => number;

/**
 * Components of two rows or more under the edges (pairs of rows, one after the other) of any number of partitions, in whatever
 * order. Rows of a cluster stand in `order`, the first being its canonical row; clusters stand in the order of their first rows.
 */
export const mergeClusters = (
  rows: number,
  edges: Iterable<Int32Array>,
  order: RowOrder = (a, b) => a - b,
): number[][] => {
  const forest = createForest(rows);
  for (const pairs of edges) for (let i = 0; i < pairs.length; i += 2) forest.union(pairs[i] ?? 0, pairs[i + 1] ?? 0);
  const clusters = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const root = forest.find(row);
    if (root === row) continue;
    const cluster = clusters.get(root);
    if (cluster === undefined) clusters.set(root, [root, row]);
    else cluster.push(row);
  }
  const sorted = [...clusters.values()].map((cluster) => cluster.sort(order));
  return sorted.sort((a, b) => order(a[0] ?? 0, b[0] ?? 0));
};
