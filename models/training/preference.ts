/** From features and pairs to a calibrated, exported, evaluated reward head: everything of training but reading and writing. */
import { AssayError } from '../../schemas/errors.ts';
import type { HeadMetrics } from '../../schemas/model.ts';
import type { FeatureBlock } from '../encoders/encoder.ts';
import { unitHash } from '../hash.ts';
import type { HeadEncoder } from '../heads/head.ts';
import { exportHead, openHead } from '../heads/head.ts';
import { ece, fitTemperature, nll } from '../metrics/calibration.ts';
import type { Accuracy } from '../metrics/preference.ts';
import { bothSides, pairAccuracy } from '../metrics/preference.ts';
import { fitBradleyTerry } from './bradley-terry.ts';
import { fitScaler } from './scaler.ts';

/** A pair by rows of the feature matrix. */
export interface TrainingPair {
  readonly winner: number;
  readonly loser: number;
  readonly group: string;
  readonly loserGroup: string;
  readonly weight: number;
  /** Whether the winner was shown, or stands, first: what the majority-side baseline looks at. */
  readonly winnerFirst: boolean;
}

export interface PreferenceInput {
  readonly encoder: HeadEncoder;
  readonly blocks?: readonly FeatureBlock[];
  /** One row per response, row-major. A video's row is the mean over its segments (a linear head's mean reward is the reward of the mean). */
  readonly features: Float32Array;
  readonly train: readonly TrainingPair[];
  readonly validation: readonly TrainingPair[];
  /** Length of each response, in the rows' order; null where length means nothing (images, video). */
  readonly lengths: ArrayLike<number> | null;
  readonly l2: number;
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface TrainedHead {
  readonly onnx: Uint8Array;
  readonly metrics: HeadMetrics;
  readonly loss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const FOLDS = 5;
/** With fewer held-out pairs than this, the temperature stays 1. */
const LEAST_FOR_TEMPERATURE = 8;

/** (x_winner − x_loser) / scale; features whose scale is 0 stay 0. */
const differencesOf = (
  features: Float32Array,
  dims: number,
  pairs: readonly TrainingPair[],
  scale: Float32Array,
): Float32Array => {
  const inverse = Float64Array.from(scale, (value) => (value === 0 ? 0 : 1 / value));
  const out = new Float32Array(pairs.length * dims);
  pairs.forEach(({ winner, loser }, i) => {
    const [at, a, b] = [i * dims, winner * dims, loser * dims];
    for (let j = 0; j < dims; j++) out[at + j] = ((features[a + j] ?? 0) - (features[b + j] ?? 0)) * (inverse[j] ?? 0);
  });
  return out;
};

interface Fit {
  readonly differences: Float32Array;
  readonly dims: number;
  readonly l2: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reward differences of training pairs by heads that did not see their groups: five folds of groups; a pair across two folds
 * is held out of both and predicted by neither.
 */
const heldOut = async (fit: Fit, pairs: readonly TrainingPair[], seed: number): Promise<Float64Array> => {
  const fold = (group: string) => Math.floor(unitHash(seed, `fold ${group}`) * FOLDS);
  const folds = pairs.map(({ group, loserGroup }) => [fold(group), fold(loserGroup)] as const);
  const { dims, differences } = fit;
  const predicted: number[] = [];
  for (let f = 0; f < FOLDS; f++) {
    const weights = Float32Array.from(pairs, ({ weight }, i) => (folds[i]?.includes(f) ? 0 : weight));
    const wanted = folds.flatMap(([a, b], i) => (a === f && b === f ? i : []));
    if (wanted.length === 0 || !weights.some((weight) => weight > 0)) continue;
    const { weights: w } = await fitBradleyTerry({ ...fit, n: pairs.length, weights });
    for (const i of wanted)
      predicted.push(w.reduce((sum, value, j) => sum + value * (differences[i * dims + j] ?? 0), 0));
  }
  return Float64Array.from(predicted);
};

/** Temperature by NLL of held-out differences, on Platt's smoothed target, so that a handful of right answers proves nothing. */
const temperatureOf = (differences: Float64Array): number => {
  const n = differences.length;
  return n < LEAST_FOR_TEMPERATURE ? 1 : fitTemperature(differences, new Float64Array(n).fill((n + 1) / (n + 2)));
};

/** "The longer wins", or without lengths "the side that won most in training wins". */
const baseline = ({ train, validation, lengths }: PreferenceInput): Accuracy => {
  if (lengths !== null)
    return pairAccuracy(validation.map(({ winner, loser }) => (lengths[winner] ?? 0) - (lengths[loser] ?? 0)));
  const first = train.reduce((sum, { winnerFirst }) => sum + (winnerFirst ? 1 : -1), 0);
  return pairAccuracy(validation.map(({ winnerFirst }) => (winnerFirst ? first : -first)));
};

const rewardDifferences = (rewards: Float32Array, pairs: readonly TrainingPair[]): Float64Array =>
  Float64Array.from(pairs, ({ winner, loser }) => (rewards[winner] ?? 0) - (rewards[loser] ?? 0));

const measure = (rewards: Float32Array, input: PreferenceInput, temperature: number): HeadMetrics => {
  const differences = rewardDifferences(rewards, input.validation);
  const { accuracy, ci, n } = pairAccuracy(differences);
  const { logits, labels } = bothSides(differences);
  return {
    accuracy,
    accuracyCi: ci,
    lengthOnlyAccuracy: baseline(input).accuracy,
    n,
    trainPairs: input.train.length,
    trainAccuracy: pairAccuracy(rewardDifferences(rewards, input.train)).accuracy,
    ece: ece(logits, labels),
    nll: nll(logits, labels),
    temperature,
  };
};

/**
 * Fits a Bradley–Terry head on the training pairs, its temperature on groups held out of folds of them, and measures the
 * exported model on the validation pairs (with none, `n` is 0 and the interval [0, 1]). Throws ASY-5004 for fewer than two
 * training pairs, ASY-5005 for features that are not finite.
 */
export const trainPreferenceHead = async (input: PreferenceInput): Promise<TrainedHead> => {
  const { encoder, features, train, l2, seed = 0, signal, blocks = [] } = input;
  const { dims } = encoder;
  const n = features.length / dims;
  if (train.length < 2) throw new AssayError('ASY-5004', { pairs: train.length, needed: 2 });
  const rows = Int32Array.from(new Set(train.flatMap(({ winner, loser }) => [winner, loser]))).sort();
  const { mean, scale } = fitScaler(features, n, dims, { blocks, rows });
  const fit: Fit = { differences: differencesOf(features, dims, train, scale), dims, l2, signal };
  const weights = Float32Array.from(train, ({ weight }) => weight);
  const fitted = await fitBradleyTerry({ ...fit, n: train.length, weights });
  const temperature = temperatureOf(await heldOut(fit, train, seed));
  const onnx = exportHead({ encoder, weights: fitted.weights, mean, scale, temperature });
  const { reward: rewards } = await (await openHead(onnx)).score(features, n);
  const { loss, iterations, converged } = fitted;
  return { onnx, metrics: measure(rewards, input, temperature), loss, iterations, converged };
};
