/** Limited-memory BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5) with a strong-Wolfe line search (3.5 and 3.6). */

/** A function's value and gradient at `x`. */
export type Objective = (x: Float64Array) => Promise<{ readonly value: number; readonly gradient: Float64Array }>;

export interface LbfgsOptions {
  /** Correction pairs kept. */
  readonly memory?: number;
  readonly maxIterations?: number;
  /** Stop when the largest absolute gradient entry is no more than this. */
  readonly gradientTolerance?: number;
  /** Stop when two steps running lower the value by no more than this share of max(1, |value|). */
  readonly valueTolerance?: number;
  /** Rounding error of the value, as a share of max(1, |value|): rises this small are not taken for rises (Hager & Zhang 2005). */
  readonly valueNoise?: number;
  /** A guess at the Hessian's diagonal, all positive: steps are measured by it. */
  readonly curvature?: Float64Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly iterations: number;
  readonly evaluations: number;
  readonly converged: boolean;
}

const ARMIJO = 1e-4;
const CURVATURE = 0.9;
const LINE_STEPS = 25;

export const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
};

const largest = (a: Float64Array): number => a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const along = (x: Float64Array, step: number, direction: Float64Array): Float64Array =>
  x.map((value, i) => value + step * (direction[i] ?? 0));

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/** Σ aᵢ·bᵢ / dᵢ. */
const dotBy = (a: Float64Array, b: Float64Array, d: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) * (b[i] ?? 0)) / (d[i] ?? 1);
  return sum;
};

/** Two-loop recursion: −H·g with H from the last corrections, which start at a multiple of 1 / curvature. */
const descent = (gradient: Float64Array, pairs: readonly Pair[], curvature: Float64Array): Float64Array => {
  const q = gradient.slice();
  const alphas = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const pair = pairs[i];
    if (pair === undefined) continue;
    const alpha = pair.rho * dot(pair.s, q);
    alphas[i] = alpha;
    for (let j = 0; j < q.length; j++) q[j] = (q[j] ?? 0) - alpha * (pair.y[j] ?? 0);
  }
  const last = pairs.at(-1);
  const scale = last === undefined ? 1 : 1 / (last.rho * dotBy(last.y, last.y, curvature));
  for (let j = 0; j < q.length; j++) q[j] = ((q[j] ?? 0) * scale) / (curvature[j] ?? 1);
  pairs.forEach((pair, i) => {
    const beta = (alphas[i] ?? 0) - pair.rho * dot(pair.y, q);
    for (let j = 0; j < q.length; j++) q[j] = (q[j] ?? 0) + beta * (pair.s[j] ?? 0);
  });
  return q.map((value) => -value);
};

interface Point {
  readonly step: number;
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly slope: number;
}

/** Minimum of the cubic through two points with slopes, kept a tenth of the interval from its ends. */
const between = (a: Point, b: Point): number => {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
  const root = Math.sqrt(Math.max(0, d1 * d1 - a.slope * b.slope)) * Math.sign(b.step - a.step);
  const step = b.step - (b.step - a.step) * ((b.slope + root - d1) / (b.slope - a.slope + 2 * root));
  const [low, high] = a.step < b.step ? [a.step, b.step] : [b.step, a.step];
  const margin = 0.1 * (high - low);
  return Number.isFinite(step) ? Math.min(high - margin, Math.max(low + margin, step)) : (low + high) / 2;
};

/** A point that meets the strong Wolfe conditions, or the best that lowers the value; null where none does. */
const search = async (
  probe: (step: number) => Promise<Point>,
  start: Point,
  noise: number,
): Promise<{ point: Point; probes: number } | null> => {
  const enough = (p: Point) => p.value <= start.value + ARMIJO * p.step * start.slope + noise;
  const flat = (p: Point) => Math.abs(p.slope) <= -CURVATURE * start.slope;
  let previous = start;
  let low: Point | null = null;
  let high: Point | null = null;
  let step = 1;
  for (let probes = 1; probes <= LINE_STEPS; probes++) {
    const point = await probe(low !== null && high !== null ? between(low, high) : step);
    if (low === null || high === null) {
      if (!Number.isFinite(point.value) || !enough(point) || (probes > 1 && point.value >= previous.value + noise))
        [low, high] = [previous, point];
      else if (flat(point)) return { point, probes };
      else if (point.slope >= 0) [low, high] = [point, previous];
      else {
        previous = point;
        step *= 2;
      }
      continue;
    }
    if (!Number.isFinite(point.value) || !enough(point) || point.value >= low.value + noise) high = point;
    else {
      if (flat(point)) return { point, probes };
      if (point.slope * (high.step - low.step) >= 0) high = low;
      low = point;
    }
  }
  const best = low ?? previous;
  return best.step > 0 && best.value < start.value ? { point: best, probes: LINE_STEPS } : null;
};

/** Minimises a smooth function from `x0`. Deterministic; throws only what the objective or the signal throws. */
export const lbfgs = async (objective: Objective, x0: Float64Array, options: LbfgsOptions = {}): Promise<Minimum> => {
  const { memory = 10, maxIterations = 200, gradientTolerance = 1e-6, valueTolerance = 1e-10, signal } = options;
  const { valueNoise = 0 } = options;
  let idle = 0;
  const pairs: Pair[] = [];
  let x = x0;
  let { value, gradient } = await objective(x);
  // Without a guess, a first step no longer than 1.
  const curvature =
    options.curvature ?? new Float64Array(x.length).fill(Math.max(1, Math.sqrt(dot(gradient, gradient))));
  let evaluations = 1;
  for (let iterations = 0; ; iterations++) {
    const done = (converged: boolean): Minimum => ({ x, value, gradient, iterations, evaluations, converged });
    if (largest(gradient) <= gradientTolerance) return done(true);
    if (iterations >= maxIterations) return done(false);
    signal?.throwIfAborted();
    const direction = descent(gradient, pairs, curvature);
    const start: Point = { step: 0, x, value, gradient, slope: dot(gradient, direction) };
    const found = await search(
      async (step) => {
        const at = along(x, step, direction);
        const there = await objective(at);
        return { step, x: at, ...there, slope: dot(there.gradient, direction) };
      },
      start,
      valueNoise * Math.max(1, Math.abs(value)),
    );
    evaluations += found?.probes ?? LINE_STEPS;
    // Rounding leaves nothing to gain along this line: as low as the objective's precision goes.
    if (found === null) return done(largest(gradient) <= 200 * gradientTolerance);
    const { point } = found;
    const s = point.x.map((entry, i) => entry - (x[i] ?? 0));
    const y = point.gradient.map((entry, i) => entry - (gradient[i] ?? 0));
    const sy = dot(s, y);
    if (sy > 1e-12 * dot(y, y)) pairs.push({ s, y, rho: 1 / sy });
    if (pairs.length > memory) pairs.shift();
    idle = value - point.value <= valueTolerance * Math.max(1, Math.abs(value)) ? idle + 1 : 0;
    ({ x, value, gradient } = point);
    if (idle >= 2) return { ...done(true), iterations: iterations + 1 };
  }
};
