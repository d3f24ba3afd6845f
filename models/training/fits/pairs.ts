/** Bradley–Terry heads, shared or with language heads. */
import { AssayError } from '../../../schemas/errors.ts';
import { createLanguageIndex } from '../../heads/language.ts';
import { fitBradleyTerry } from '../bradley-terry.ts';
import type { HeadConfig, TrainingPair, TrainingSet } from '../examples.ts';
import { fitMultilingual } from '../multilingual.ts';
import type { Scaler } from '../scaler.ts';
import type { Fit } from './fit.ts';
import { singleColumn, weightIn } from './fit.ts';
import { balanceOf, languagesOf, shrinkageOf } from './languages.ts';

/** (x_winner − x_loser) / scale; features whose scale is 0 stay 0. */
const differencesOf = (features: Float32Array, pairs: readonly TrainingPair[], { scale }: Scaler): Float32Array => {
  const dims = scale.length;
  const inverse = Float64Array.from(scale, (value) => (value === 0 ? 0 : 1 / value));
  const out = new Float32Array(pairs.length * dims);
  pairs.forEach(({ winner, loser }, i) => {
    const [at, a, b] = [i * dims, winner * dims, loser * dims];
    for (let j = 0; j < dims; j++) out[at + j] = ((features[a + j] ?? 0) - (features[b + j] ?? 0)) * (inverse[j] ?? 0);
  });
  return out;
};

/** Strength as a margin: 0, 1/3, 2/3, 1 to subtract (Llama 2, table 27, small), or 1 … 4 to divide by; unstated is the least. */
const marginsOf = (pairs: readonly TrainingPair[], margin: HeadConfig['margin']): Float32Array | undefined => {
  if (margin === 'none' || pairs.every(({ strength }) => strength === null)) return undefined;
  return Float32Array.from(pairs, ({ strength }) => (margin === 'scale' ? (strength ?? 1) : ((strength ?? 1) - 1) / 3));
};

const targetsOf = (pairs: readonly TrainingPair[], flips: HeadConfig['flips']): Float32Array | undefined =>
  flips === 'soft' && pairs.some(({ pFlip }) => pFlip !== null)
    ? Float32Array.from(pairs, ({ pFlip }) => 1 - (pFlip ?? 0))
    : undefined;

/** A pair and its attacked twins, which together weigh what it does. */
const withTwins = (pair: TrainingPair): TrainingPair[] => {
  const losers = [pair.loser, ...(pair.attacked ?? [])];
  return losers.map((loser) => ({ ...pair, loser, weight: pair.weight / losers.length }));
};

/** Bradley–Terry on the training pairs and their attacked twins. Throws ASY-5004 for fewer than two. */
export const pairFit = async (
  set: TrainingSet,
  config: HeadConfig,
  scaler: Scaler,
  signal: AbortSignal | undefined,
): Promise<Fit> => {
  const given = set.pairs.filter(({ split }) => split === 'train');
  if (given.length < 2) throw new AssayError('ASY-5004', { pairs: given.length, needed: 2 });
  const pairs = given.flatMap(withTwins);
  const n = pairs.length;
  const { dims } = set.encoder;
  const balance = balanceOf(given, config.languages.temperature);
  const trust = (pair: TrainingPair) => (config.flips === 'weight' ? Math.max(0, 1 - 2 * (pair.pFlip ?? 0)) : 1);
  const base = {
    differences: differencesOf(set.features, pairs, scaler),
    n,
    dims,
    margins: marginsOf(pairs, config.margin),
    marginKind: config.margin === 'scale' ? ('scale' as const) : ('subtract' as const),
    targets: targetsOf(pairs, config.flips),
    l2: config.l2,
    signal,
  };
  const factors = pairs.map((pair) => balance(pair) * trust(pair));
  const weightsFor = (multiplicity: (group: string) => number) =>
    Float32Array.from(pairs, (pair, i) => weightIn(pair, multiplicity) * (factors[i] ?? 1));
  const common = {
    groups: pairs.flatMap(({ group, loserGroup }) => (group === loserGroup ? [group] : [group, loserGroup])),
    examples: given.length,
    aspects: [],
    aspectWeights: [],
  };
  const { languages, notes } = languagesOf(given, config);
  const indexOf = createLanguageIndex(languages);
  const spoken = {
    ...base,
    languages: Int32Array.from(pairs, ({ language }) => indexOf(language) - 1),
    count: languages.length,
  };
  const weights = weightsFor(() => 1);
  const shrinkage = await shrinkageOf(config.languages.shrinkage, pairs, { ...spoken, weights, seed: config.seed });
  if (shrinkage === Infinity)
    return {
      ...common,
      languages: [],
      notes: languages.length === 0 ? notes : [...notes, 'held-out folds preferred one head for all languages'],
      async fit(multiplicity) {
        const { weights, ...how } = await fitBradleyTerry({ ...base, weights: weightsFor(multiplicity) });
        return { member: singleColumn(weights), ...how };
      },
    };
  return {
    ...common,
    languages,
    notes: [...notes, `language heads shrunk by ${shrinkage}`],
    async fit(multiplicity) {
      const { shared, offsets, ...how } = await fitMultilingual({
        ...spoken,
        weights: weightsFor(multiplicity),
        shrinkage,
      });
      return { member: { ...singleColumn(shared), offsets }, ...how };
    },
  };
};
