import type { MeasurementLevel } from '../../schemas/label.ts';
import type { Value } from './units.ts';

/** categories × categories, row-major: how far two answers count as one, 1 the same, 0 as far apart as can be. */
export type Weights = Float64Array;

export const WEIGHTINGS = ['identity', 'linear', 'quadratic', 'ordinal', 'ratio'] as const;
export type Weighting = (typeof WEIGHTINGS)[number];

/** What each level's differences weigh where a coefficient takes weights (Gwet 2014, table 3.4). */
export const WEIGHTING_OF: Readonly<Record<MeasurementLevel, Weighting>> = {
  nominal: 'identity',
  ordinal: 'ordinal',
  interval: 'quadratic',
  ratio: 'ratio',
};

/** Pairs among the categories from one to another, both included. */
const pairsBetween = (i: number, j: number): number => {
  const n = Math.abs(i - j) + 1;
  return (n * (n - 1)) / 2;
};

/**
 * Weights of sorted values. `linear` and `quadratic` go by the values where they are numbers, else by their places; `ordinal` by
 * places only: 1 − C(|i − j| + 1, 2) / C(q, 2) (Gwet 2014, section 3.5).
 */
export const weightsOf = (values: readonly Value[], weighting: Weighting): Weights => {
  const q = values.length;
  const at = values.map((value, place) => (typeof value === 'number' ? value : place));
  const range = q < 2 ? 1 : (at[q - 1] ?? 0) - (at[0] ?? 0);
  const share = (i: number, j: number): number => {
    const [a, b] = [at[i] ?? 0, at[j] ?? 0];
    return a + b === 0 ? 0 : ((a - b) / (a + b)) ** 2;
  };
  const most = q < 2 ? 1 : share(0, q - 1) || 1;
  const weight = (i: number, j: number): number => {
    if (i === j) return 1;
    const distance = Math.abs((at[i] ?? 0) - (at[j] ?? 0)) / range;
    switch (weighting) {
      case 'identity':
        return 0;
      case 'linear':
        return 1 - distance;
      case 'quadratic':
        return 1 - distance ** 2;
      case 'ordinal':
        return 1 - pairsBetween(i, j) / pairsBetween(0, q - 1);
      case 'ratio':
        return 1 - share(i, j) / most;
    }
  };
  return Float64Array.from({ length: q * q }, (_, cell) => weight(Math.floor(cell / q), cell % q));
};
