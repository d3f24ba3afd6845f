/** k-means by Lloyd's iterations (Lloyd 1982) from seeds drawn apart (k-means++, Arthur and Vassilvitskii 2007). */
import { createRandom } from '../random.ts';

/** Rows of `dims` numbers, one after the other. */
export interface Points {
  readonly values: Float32Array;
  readonly dims: number;
  readonly rows: number;
}

/** k centres of `dims` numbers, one after the other. */
export interface Centers {
  readonly values: Float64Array;
  readonly dims: number;
}

export interface Fit extends Centers {
  /** Sum of squared distances of the rows to their nearest centres. */
  readonly inertia: number;
  readonly iterations: number;
}

/** Called between pieces of work: a fit may take minutes. */
export type Pause = () => Promise<void>;

/** Rows that are assigned between two pauses. */
const ROWS = 512;

const squaredDistance = (points: Points, row: number, centers: Centers, center: number): number => {
  const { dims } = points;
  const [x, c] = [row * dims, center * dims];
  // Two sums, which do not wait for each other.
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 1 < dims; i += 2) {
    even += ((points.values[x + i] ?? 0) - (centers.values[c + i] ?? 0)) ** 2;
    odd += ((points.values[x + i + 1] ?? 0) - (centers.values[c + i + 1] ?? 0)) ** 2;
  }
  return i < dims ? even + odd + ((points.values[x + i] ?? 0) - (centers.values[c + i] ?? 0)) ** 2 : even + odd;
};

/** The centre nearest to a row (of equals the first), and the squared distance; −1 where there is no centre. */
export const nearestCenter = (points: Points, row: number, centers: Centers): { center: number; square: number } => {
  let [center, square] = [-1, Infinity];
  for (let c = 0; c * centers.dims < centers.values.length; c++) {
    const distance = squaredDistance(points, row, centers, c);
    if (distance < square) [center, square] = [c, distance];
  }
  return { center, square };
};

/** The centres nearest to a row, at most so many, the nearest first (of equals the first). */
export const nearestCenters = (points: Points, row: number, centers: Centers, most: number): number[] => {
  const nearest: { center: number; square: number }[] = [];
  for (let center = 0; center * centers.dims < centers.values.length; center++) {
    const square = squaredDistance(points, row, centers, center);
    if (nearest.length === most && square >= (nearest.at(-1)?.square ?? Infinity)) continue;
    const at = nearest.findIndex((other) => square < other.square);
    nearest.splice(at === -1 ? nearest.length : at, 0, { center, square });
    if (nearest.length > most) nearest.pop();
  }
  return nearest.map(({ center }) => center);
};

/**
 * k rows to start from: the first drawn alike, each next one in proportion to its squared distance from those drawn before. Fewer
 * where fewer rows differ.
 */
export const drawCenters = async (points: Points, k: number, seed: number, pause: Pause): Promise<Centers> => {
  const { values, dims, rows } = points;
  const random = createRandom(seed);
  const drawn: number[] = [];
  const squares = new Float64Array(rows).fill(1);
  while (drawn.length < Math.min(k, rows)) {
    const total = squares.reduce((sum, square) => sum + square, 0);
    if (total === 0) break;
    let left = random() * total;
    // Rounding may leave a little over: then it is the last row that can be drawn.
    let row = squares.findLastIndex((square) => square > 0);
    for (let i = 0; i < rows; i++) {
      left -= squares[i] ?? 0;
      if (left >= 0 || squares[i] === 0) continue;
      row = i;
      break;
    }
    drawn.push(row);
    const center = { values: Float64Array.from(values.subarray(row * dims, (row + 1) * dims)), dims };
    for (let i = 0; i < rows; i++) {
      const square = squaredDistance(points, i, center, 0);
      squares[i] = drawn.length === 1 ? square : Math.min(squares[i] ?? 0, square);
    }
    await pause();
  }
  const centers = new Float64Array(drawn.length * dims);
  for (const [c, row] of drawn.entries()) centers.set(values.subarray(row * dims, (row + 1) * dims), c * dims);
  return { values: centers, dims };
};

/** Means of the rows of each centre; a centre without rows stays where it is. */
const meansOf = ({ values, rows, dims }: Points, labels: Int32Array, before: Centers): Centers => {
  const sums = new Float64Array(before.values.length);
  const counts = new Uint32Array(sums.length / Math.max(1, dims));
  for (let row = 0; row < rows; row++) {
    const c = labels[row] ?? 0;
    counts[c] = (counts[c] ?? 0) + 1;
    for (let i = 0; i < dims; i++) sums[c * dims + i] = (sums[c * dims + i] ?? 0) + (values[row * dims + i] ?? 0);
  }
  return {
    values: sums.map((sum, at) => {
      const count = counts[Math.floor(at / dims)] ?? 0;
      return count === 0 ? (before.values[at] ?? 0) : sum / count;
    }),
    dims,
  };
};

/** Moves centres to the means of their rows until no row changes over, `most` times at the most. */
export const moveCenters = async (points: Points, start: Centers, most: number, pause: Pause): Promise<Fit> => {
  let centers = start;
  const labels = new Int32Array(points.rows).fill(-1);
  for (let iterations = 0; ; iterations++) {
    let [inertia, moved] = [0, false];
    for (let row = 0; row < points.rows; row++) {
      if (row % ROWS === ROWS - 1) await pause();
      const { center, square } = nearestCenter(points, row, centers);
      inertia += square;
      moved ||= labels[row] !== center;
      labels[row] = center;
    }
    if (!moved || iterations === most) return { ...centers, inertia, iterations };
    centers = meansOf(points, labels, centers);
  }
};
