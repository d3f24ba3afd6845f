/** Predictions for training examples by heads that did not see their groups: what calibration is fitted on. */
import { unitHash } from '../hash.ts';
import { exportHead } from '../heads/export.ts';
import { openHead } from '../heads/head.ts';
import type { HeadParameters, Member } from '../heads/parameters.ts';
import type { Platt } from '../metrics/calibration.ts';
import { fitPlatt, fitTemperature, TEMPERATURES } from '../metrics/calibration.ts';
import type { TrainingPair, TrainingSet } from './examples.ts';
import type { Fit } from './fits/fit.ts';
import { fitOrNull } from './fits/fit.ts';
import type { LabelledRow } from './fits/labels.ts';

const FOLDS = 5;
/** With fewer held-out examples than this nothing is calibrated. */
const LEAST = 8;

interface HeldOut {
  readonly fit: Fit;
  readonly set: TrainingSet;
  /** The head but for its members and its calibration. */
  readonly draft: HeadParameters;
  readonly seed: number;
}

/** Rewards of rows of the set by one member, before calibration. */
const rewardsBy = async (
  member: Member,
  { set, draft }: HeldOut,
  rows: readonly number[],
): Promise<ReadonlyMap<number, number>> => {
  const { dims } = set.encoder;
  const distinct = [...new Set(rows)];
  const features = new Float32Array(distinct.length * dims);
  distinct.forEach((row, i) => features.set(set.features.subarray(row * dims, (row + 1) * dims), i * dims));
  const head = await openHead(exportHead({ ...draft, members: [member], temperature: 1, platt: null, ood: null }));
  const languages = distinct.map((row) => set.rows[row]?.language ?? null);
  const { reward } = await head.score(features, distinct.length, { languages });
  return new Map(distinct.map((row, i) => [row, reward[i] ?? 0]));
};

/**
 * For each example that lies in one of five folds of groups, what `read` makes of the rewards of a head fitted without that
 * fold; an example across two folds is held out of both and predicted by neither.
 */
const heldOut = async <E>(
  input: HeldOut,
  examples: readonly E[],
  groupsOf: (example: E) => readonly string[],
  rowsOf: (example: E) => readonly number[],
  read: (example: E, reward: (row: number) => number) => number,
): Promise<{ readonly example: E; readonly value: number }[]> => {
  const { fit, seed } = input;
  const groups = new Set([...fit.groups, ...examples.flatMap(groupsOf)]);
  const folds = new Map([...groups].map((group) => [group, Math.floor(unitHash(seed, `fold ${group}`) * FOLDS)]));
  const foldOf = (group: string) => folds.get(group);
  const predicted: { example: E; value: number }[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const wanted = examples.filter((example) => groupsOf(example).every((group) => foldOf(group) === fold));
    if (wanted.length === 0) continue;
    const fitted = await fitOrNull(fit, (group) => (foldOf(group) === fold ? 0 : 1));
    // Such a fold predicts nothing.
    if (fitted === null) continue;
    const rewards = await rewardsBy(fitted.member, input, wanted.flatMap(rowsOf));
    for (const example of wanted) predicted.push({ example, value: read(example, (row) => rewards.get(row) ?? 0) });
  }
  return predicted;
};

/**
 * Temperature by NLL of held-out reward differences of training pairs, on Platt's smoothed target, so that a handful of right
 * answers proves nothing; 1 with too few.
 */
export const heldOutTemperature = async (input: HeldOut, pairs: readonly TrainingPair[]): Promise<number> => {
  const predicted = await heldOut(
    input,
    pairs,
    ({ group, loserGroup }) => [group, loserGroup],
    ({ winner, loser }) => [winner, loser],
    ({ winner, loser }, reward) => reward(winner) - reward(loser),
  );
  const n = predicted.length;
  const differences = predicted.map(({ value }) => value);
  return n < LEAST ? 1 : fitTemperature(differences, new Float64Array(n).fill((n + 1) / (n + 2)));
};

/** Least slope: calibration may doubt a head as much as a temperature may, but never turn it round. */
const LEAST_SLOPE = 1 / TEMPERATURES.most;

/**
 * Platt's a and b by held-out scores of training labels; a = 1, b = 0 with too few or of one class. Folds of noise rank backwards
 * as often as not, and a negative slope would export the opposite of what was fitted: a is then 1/64, and the probability all but
 * the labels' share.
 */
export const heldOutPlatt = async (input: HeldOut, labelled: readonly LabelledRow[]): Promise<Platt> => {
  const predicted = await heldOut(
    input,
    labelled,
    ({ group }) => [group],
    ({ row }) => [row],
    ({ row }, reward) => reward(row),
  );
  const labels = predicted.map(({ example }) => (example.label > 0.5 ? 1 : 0));
  if (labels.length < LEAST || new Set(labels).size < 2) return { a: 1, b: 0 };
  const scores = predicted.map(({ value }) => value);
  const fitted = fitPlatt(scores, labels);
  if (fitted.a >= LEAST_SLOPE) return fitted;
  const positives = labels.reduce<number>((sum, label) => sum + label, 0);
  const centre = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const share = Math.log(positives / (labels.length - positives));
  return { a: LEAST_SLOPE, b: share - LEAST_SLOPE * centre };
};
