/** Regression and ordinal heads, one per aspect (S114), z-scored on training rows and weighed as declared (S115). */
import { AssayError } from '../../../schemas/errors.ts';
import type { Column } from '../../heads/parameters.ts';
import type { HeadConfig, TrainingRating, TrainingSet } from '../examples.ts';
import { fitOrdinal } from '../ordinal.ts';
import { fitRegression } from '../regression.ts';
import type { Scaler } from '../scaler.ts';
import { gatherScaled } from '../scaler.ts';
import { columnValue } from './column-value.ts';
import type { Fit, Multiplicity } from './fit.ts';
import { weightIn } from './fit.ts';

/** Values beyond this many are measurements, not levels. */
const MOST_LEVELS = 12;

interface Aspect {
  readonly name: string;
  readonly ratings: readonly TrainingRating[];
  readonly features: Float32Array;
}

/** The aspects rated in training, by name. */
const aspectNames = (ratings: readonly TrainingRating[], weights: HeadConfig['aspects']): string[] => {
  const rated = [...new Set(ratings.map(({ aspect }) => aspect))].sort();
  for (const name of Object.keys(weights))
    if (!rated.includes(name)) throw new AssayError('ASY-5010', { aspect: name, known: rated.join(', ') });
  return rated;
};

/** The declared weight of each aspect: 0 where others are declared, equal shares where none is. */
export const weightsOf = (aspects: readonly string[], declared: HeadConfig['aspects']): number[] =>
  aspects.map((name) => (Object.keys(declared).length === 0 ? 1 / aspects.length : (declared[name] ?? 0)));

/** Mean and population deviation of a column's values over rows that count. */
const zScored = (column: Column, features: Float32Array, weights: Float32Array): Column => {
  const values = Float64Array.from(weights, (_, row) => columnValue(column, features, row));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const centre = values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / total;
  const variance = values.reduce((sum, value, i) => sum + (value - centre) ** 2 * (weights[i] ?? 0), 0) / total;
  // Below float32's digits a spread is rounding: the aspect says nothing.
  const spread = Math.sqrt(variance) > 1e-6 * Math.max(1, Math.abs(centre)) ? Math.sqrt(variance) : 0;
  return { ...column, centre, spread };
};

const regressionColumn = async ({ ratings, features }: Aspect, rest: Rest) => {
  const targets = Float32Array.from(ratings, ({ value }) => value);
  const { weights, bias, ...how } = await fitRegression({ features, targets, n: ratings.length, ...rest });
  return { column: { weights, bias, ordinal: null, centre: 0, spread: 1 } satisfies Column, ...how };
};

const ordinalColumn = async ({ ratings, features }: Aspect, levels: readonly number[], rest: Rest) => {
  const places = Int32Array.from(ratings, ({ value }) => levels.indexOf(value));
  const { weights, thresholds, ...how } = await fitOrdinal({
    features,
    levels: places,
    classes: levels.length,
    n: ratings.length,
    ...rest,
  });
  return {
    column: { weights, bias: 0, ordinal: { levels, thresholds }, centre: 0, spread: 1 } satisfies Column,
    ...how,
  };
};

interface Rest {
  readonly weights: Float32Array;
  readonly dims: number;
  readonly l2: number;
  readonly signal: AbortSignal | undefined;
}

const levelsOf = ({ name, ratings }: Aspect): number[] => {
  const levels = [...new Set(ratings.map(({ value }) => value))].sort((a, b) => a - b);
  if (levels.length < 2) throw new AssayError('ASY-5008', { what: `aspect ${name} is ${levels[0]}` });
  if (levels.length > MOST_LEVELS) {
    const needs = `at most ${MOST_LEVELS} levels of ${name}, not ${levels.length}; regression takes any`;
    throw new AssayError('ASY-5015', { objective: 'ordinal', needs });
  }
  return levels;
};

/** A head per rated aspect. Throws ASY-5015 for fewer than two ratings, ASY-5010 where a weight names no rated aspect. */
export const aspectFit = (
  set: TrainingSet,
  config: HeadConfig,
  scaler: Scaler,
  signal: AbortSignal | undefined,
): Fit => {
  const ratings = set.ratings.filter(({ split }) => split === 'train');
  if (ratings.length < 2)
    throw new AssayError('ASY-5015', { objective: config.objective, needs: `two ratings, not ${ratings.length}` });
  const names = aspectNames(ratings, config.aspects);
  const aspects = names.map((name): Aspect => {
    const mine = ratings.filter(({ aspect }) => aspect === name);
    const rows = mine.map(({ row }) => row);
    return { name, ratings: mine, features: gatherScaled(set.features, rows, scaler) };
  });
  const levels = config.objective === 'ordinal' ? aspects.map(levelsOf) : null;
  const fitOne = async (aspect: Aspect, k: number, multiplicity: Multiplicity) => {
    const weights = Float32Array.from(aspect.ratings, (rating) => weightIn(rating, multiplicity));
    const rest = { weights, dims: set.encoder.dims, l2: config.l2, signal };
    const fitted =
      levels === null ? await regressionColumn(aspect, rest) : await ordinalColumn(aspect, levels[k] ?? [], rest);
    return { ...fitted, column: zScored(fitted.column, aspect.features, weights) };
  };
  return {
    groups: ratings.map(({ group }) => group),
    examples: ratings.length,
    aspects: names,
    aspectWeights: weightsOf(names, config.aspects),
    languages: [],
    notes: [],
    async fit(multiplicity) {
      const fits = [];
      for (const [k, aspect] of aspects.entries()) fits.push(await fitOne(aspect, k, multiplicity));
      return {
        member: { columns: fits.map(({ column }) => column), offsets: null, gate: null },
        loss: fits.reduce((sum, { loss }) => sum + loss, 0),
        iterations: fits.reduce((sum, { iterations }) => sum + iterations, 0),
        converged: fits.every(({ converged }) => converged),
      };
    },
  };
};
