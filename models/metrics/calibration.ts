/** Calibration of binary predictions given as logits (S106, S107, S120). Labels are 0 or 1. */

export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

/** log(1 + eˣ) without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

type Numbers = ArrayLike<number>;

const mean = (n: number, of: (i: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += of(i);
  return n === 0 ? 0 : sum / n;
};

/** Mean negative log-likelihood of labels under σ(logit / temperature). */
export const nll = (logits: Numbers, labels: Numbers, temperature = 1): number =>
  mean(logits.length, (i) => softplus(((labels[i] ?? 0) > 0.5 ? -1 : 1) * ((logits[i] ?? 0) / temperature)));

/** Mean squared difference of σ(logit) and label. */
export const brier = (logits: Numbers, labels: Numbers): number =>
  mean(logits.length, (i) => (sigmoid(logits[i] ?? 0) - (labels[i] ?? 0)) ** 2);

export interface ReliabilityBin {
  readonly count: number;
  /** Mean predicted probability and share of label 1 in the bin; 0 where it is empty. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** Equal-width bins of p = σ(logit): [0, 1/bins), … , the last one closed. */
export const reliability = (logits: Numbers, labels: Numbers, bins = 15): ReliabilityBin[] => {
  const sums = Array.from({ length: bins }, () => ({ count: 0, p: 0, y: 0 }));
  for (let i = 0; i < logits.length; i++) {
    const p = sigmoid(logits[i] ?? 0);
    const bin = sums[Math.min(bins - 1, Math.floor(p * bins))];
    if (bin === undefined) continue;
    bin.count++;
    bin.p += p;
    bin.y += labels[i] ?? 0;
  }
  return sums.map(({ count, p, y }) => ({
    count,
    confidence: count === 0 ? 0 : p / count,
    accuracy: count === 0 ? 0 : y / count,
  }));
};

/** Expected calibration error: Σ_b (n_b / n)·|accuracy_b − confidence_b|. */
export const ece = (logits: Numbers, labels: Numbers, bins = 15): number =>
  logits.length === 0
    ? 0
    : reliability(logits, labels, bins).reduce(
        (sum, { count, confidence, accuracy }) => sum + (count / logits.length) * Math.abs(accuracy - confidence),
        0,
      );

/** Temperatures are kept within these: no data makes a finite sample certain, or worthless, for good. */
export const TEMPERATURES = { least: 1 / 64, most: 64 } as const;

/**
 * The temperature that minimises the NLL of σ(logit / T) (Guo et al. 2017). The loss is convex in 1/T: bisection of its slope
 * over [1/64, 64]; a bound is returned where the minimum lies beyond it.
 */
export const fitTemperature = (logits: Numbers, labels: Numbers, weights?: Numbers): number => {
  const slope = (beta: number): number =>
    mean(logits.length, (i) => {
      const z = logits[i] ?? 0;
      return (weights?.[i] ?? 1) * z * (sigmoid(beta * z) - (labels[i] ?? 0));
    });
  let low: number = 1 / TEMPERATURES.most;
  let high: number = 1 / TEMPERATURES.least;
  if (slope(low) >= 0) return slope(low) === 0 && slope(high) === 0 ? 1 : TEMPERATURES.most;
  if (slope(high) <= 0) return TEMPERATURES.least;
  for (let i = 0; i < 100 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return 2 / (low + high);
};

export interface Platt {
  readonly a: number;
  readonly b: number;
}

/**
 * p = σ(a·logit + b) by maximum likelihood on Platt's smoothed targets (N₊ + 1)/(N₊ + 2) and 1/(N₋ + 2), by Newton's method
 * with backtracking (Lin, Lin & Weng 2007).
 */
export const fitPlatt = (logits: Numbers, labels: Numbers): Platt => {
  const n = logits.length;
  const positives = Array.from({ length: n }, (_, i) => labels[i] ?? 0).reduce((sum, y) => sum + y, 0);
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (n - positives + 2)];
  const target = (i: number) => ((labels[i] ?? 0) > 0.5 ? high : low);
  const loss = (a: number, b: number): number =>
    mean(n, (i) => {
      const z = a * (logits[i] ?? 0) + b;
      return softplus(z) - target(i) * z;
    });
  let a = 0;
  let b = Math.log((positives + 1) / (n - positives + 1));
  let value = loss(a, b);
  for (let iteration = 0; iteration < 100; iteration++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 1e-12, 0, 1e-12];
    for (let i = 0; i < n; i++) {
      const z = logits[i] ?? 0;
      const p = sigmoid(a * z + b);
      const d = (p - target(i)) / n;
      const w = (p * (1 - p)) / n;
      ga += d * z;
      gb += d;
      haa += w * z * z;
      hab += w * z;
      hbb += w;
    }
    if (Math.max(Math.abs(ga), Math.abs(gb)) < 1e-12) break;
    const det = haa * hbb - hab * hab;
    const [da, db] = [-(hbb * ga - hab * gb) / det, -(haa * gb - hab * ga) / det];
    let step = 1;
    let next = loss(a + da, b + db);
    while (!(next <= value + 1e-4 * step * (ga * da + gb * db)) && step > 1e-10) {
      step /= 2;
      next = loss(a + step * da, b + step * db);
    }
    if (step <= 1e-10) break;
    a += step * da;
    b += step * db;
    value = next;
  }
  return { a, b };
};

/** What `stats calibration` prints. */
export interface CalibrationReport {
  readonly ece: number;
  readonly brier: number;
  readonly temperature: number;
  readonly platt: Platt;
}

/** All four figures of a list of logits and labels. */
export const calibrationReport = (logits: Numbers, labels: Numbers): CalibrationReport => ({
  ece: ece(logits, labels),
  brier: brier(logits, labels),
  temperature: fitTemperature(logits, labels),
  platt: fitPlatt(logits, labels),
});
