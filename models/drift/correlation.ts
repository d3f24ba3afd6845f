/** Spearman's correlation with its interval: over time between people and a metric (S229), and with length (S122). */
import type { Figure, Reading } from '../../schemas/monitor.ts';
import { significant } from '../../schemas/significant.ts';
import { spearman } from '../metrics/correlation.ts';
import { figure, found, noData } from './reading.ts';

export interface Correlation {
  readonly rho: number;
  /** 95 %. */
  readonly ci: readonly [number, number];
  readonly n: number;
}

/**
 * ρ with Bonett & Wright's interval (2000): tanh(artanh ρ ± 1.96 · √((1 + ρ²/2) / (n − 3))). Null with fewer than four pairs or a
 * constant side.
 */
export const correlationOf = (x: ArrayLike<number>, y: ArrayLike<number>): Correlation | null => {
  const rho = spearman(x, y);
  const n = x.length;
  if (rho === null || n < 4) return null;
  const spread = 1.959963984540054 * Math.sqrt((1 + rho ** 2 / 2) / (n - 3));
  // artanh of ±1 is infinite: so is the interval's other end.
  return { rho, ci: [Math.tanh(Math.atanh(rho) - spread), Math.tanh(Math.atanh(rho) + spread)], n };
};

const NO_PAIRS = 'too few pairs, or no variation';

const rhoFigure = (name: string, { rho, ci, n }: Correlation, limit: number | null = null): Figure => ({
  name,
  value: rho,
  ci: [...ci],
  n,
  limit,
});

/** ρ over each run of `window` pairs, every `step`; those without variation are left out. `end` is the index after the last pair. */
export const rollingCorrelation = (
  x: readonly number[],
  y: readonly number[],
  window: number,
  step = window,
): (Correlation & { readonly end: number })[] => {
  if (x.length !== y.length) throw new RangeError(`${x.length} values against ${y.length}`);
  const rolled: (Correlation & { readonly end: number })[] = [];
  for (let end = window; end <= x.length; end += step) {
    const part = correlationOf(x.slice(end - window, end), y.slice(end - window, end));
    if (part !== null) rolled.push({ ...part, end });
  }
  return rolled;
};

/**
 * Red where a metric stopped following people: in the latest window ρ is below that of all before it by more than chance, z > 2.326
 * (one-sided 1 %) between their Fisher transforms, and by at least `least`.
 */
export const decouplingAlarm = (
  human: readonly number[],
  metric: readonly number[],
  window: number,
  least = 0.1,
): Reading => {
  const split = human.length - window;
  const before = correlationOf(human.slice(0, split), metric.slice(0, split));
  const latest = correlationOf(human.slice(split), metric.slice(split));
  if (before === null || latest === null) return noData(NO_PAIRS);
  const error = ({ rho, n }: Correlation) => (1 + rho ** 2 / 2) / (n - 3);
  const z = (Math.atanh(before.rho) - Math.atanh(latest.rho)) / Math.sqrt(error(before) + error(latest));
  const red = z > 2.326 && before.rho - latest.rho >= least;
  return found(red, `ρ ${significant(latest.rho)} in the latest ${latest.n}, ${significant(before.rho)} before`, [
    rhoFigure('ρ before', before),
    rhoFigure('ρ of the latest', latest),
    figure('fall of ρ', before.rho - latest.rho, before.n + latest.n, least),
  ]);
};

/** Red where reward goes with length: the whole interval of |ρ| lies above the limit. */
export const lengthAlarm = (rewards: readonly number[], lengths: readonly number[], limit = 0.3): Reading => {
  const correlation = correlationOf(rewards, lengths);
  if (correlation === null) return noData(NO_PAIRS);
  const [low, high] = correlation.ci;
  const reason = `ρ ${significant(correlation.rho)} [${significant(low)}, ${significant(high)}] between reward and length, limit ${limit}`;
  return found(Math.max(low, -high) > limit, reason, [rhoFigure('ρ of reward and length', correlation, limit)]);
};
