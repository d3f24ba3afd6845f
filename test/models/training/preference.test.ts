import { expect, test } from 'vitest';
import { openHead } from '../../../models/heads/head.ts';
import { createRandom } from '../../../models/random.ts';
import type { PreferenceInput, TrainingPair } from '../../../models/training/preference.ts';
import { trainPreferenceHead } from '../../../models/training/preference.ts';

const DIMS = 4;

/** Pairs whose truth is a known linear reward seen through noise; feature 3 is constant. */
const planted = (pairs: number, sharpness: number): PreferenceInput => {
  const random = createRandom(7);
  const features = Float32Array.from({ length: 2 * pairs * DIMS }, (_, i) => (i % DIMS === 3 ? 5 : 2 * random() - 1));
  const reward = (row: number) => 2 * (features[row * DIMS] ?? 0) - (features[row * DIMS + 1] ?? 0);
  const all = Array.from({ length: pairs }, (_, i): TrainingPair => {
    const first = random() < 1 / (1 + Math.exp(-sharpness * (reward(2 * i) - reward(2 * i + 1))));
    const group = `g${i}`;
    const [winner, loser] = first ? [2 * i, 2 * i + 1] : [2 * i + 1, 2 * i];
    return { winner, loser, group, loserGroup: group, weight: 1, winnerFirst: first };
  });
  const cut = Math.floor(pairs * 0.7);
  return {
    encoder: { id: 'test', revision: 'r1', dims: DIMS },
    features,
    train: all.slice(0, cut),
    validation: all.slice(cut),
    lengths: Array.from({ length: 2 * pairs }, (_, row) => row % 10),
    l2: 1e-3,
  };
};

test('a planted reward is found, calibrated, and better than length', async () => {
  const { onnx, metrics, converged } = await trainPreferenceHead(planted(2000, 3));
  expect(converged).toBe(true);
  expect(metrics).toMatchObject({ n: 600, trainPairs: 1400 });
  expect(metrics.accuracy).toBeGreaterThan(0.85);
  expect(metrics.accuracyCi[0]).toBeGreaterThan(metrics.lengthOnlyAccuracy);
  expect(metrics.ece).toBeLessThan(0.06);
  expect(metrics.temperature).toBeGreaterThan(0.8);
  expect(metrics.temperature).toBeLessThan(1.25);
  const { reward: rewards } = await (await openHead(onnx)).score(Float32Array.of(1, 0, 0, 5, 0, 1, 0, 5), 2);
  expect(rewards[0]).toBeGreaterThan(rewards[1] ?? 0);
});

test('equal inputs give equal bytes', async () => {
  const [a, b] = [await trainPreferenceHead(planted(60, 2)), await trainPreferenceHead(planted(60, 2))];
  expect(a.onnx).toEqual(b.onnx);
  expect(a.metrics).toEqual(b.metrics);
});

test('noise is told as noise: a temperature above 1, and accuracy about one half', async () => {
  const { metrics } = await trainPreferenceHead(planted(300, 0));
  expect(metrics.temperature).toBeGreaterThan(1.5);
  expect(metrics.accuracyCi[0]).toBeLessThan(0.5);
});

test('a handful of pairs trains, without validation pairs n is 0, and all metrics are numbers', async () => {
  const input = planted(6, 5);
  const { metrics } = await trainPreferenceHead({ ...input, validation: [] });
  expect(metrics).toMatchObject({ n: 0, accuracy: 0, accuracyCi: [0, 1], temperature: 1 });
  expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics);
  await expect(trainPreferenceHead({ ...input, train: input.train.slice(0, 1) })).rejects.toMatchObject({
    code: 'ASY-5004',
  });
});

test('without lengths the baseline is the side that won most in training', async () => {
  const input = planted(100, 1);
  const biased = input.train.map((pair, i) => ({ ...pair, winnerFirst: i % 3 !== 0 }));
  const { metrics } = await trainPreferenceHead({ ...input, train: biased, lengths: null });
  const first = input.validation.filter(({ winnerFirst }) => winnerFirst).length / input.validation.length;
  expect(metrics.lengthOnlyAccuracy).toBeCloseTo(first, 9);
});
