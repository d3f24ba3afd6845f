import { expect, test } from 'vitest';
import { openHead } from '../../../models/heads/head.ts';
import { createRandom } from '../../../models/random.ts';
import { fitBradleyTerry } from '../../../models/training/bradley-terry.ts';
import type { HeadConfig, TrainingPair, TrainingSet } from '../../../models/training/examples.ts';
import { trainHead } from '../../../models/training/head.ts';
import { HeadMetrics } from '../../../schemas/model.ts';
import { HEAD_CONFIG } from '../../support/head-config.ts';

const DIMS = 4;

const CONFIG: HeadConfig = HEAD_CONFIG;

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** Pairs whose truth is a known linear reward seen through noise; feature 3 is constant. */
const planted = (
  pairs: number,
  sharpness: number,
  change: (pair: TrainingPair, i: number) => Partial<TrainingPair> = () => ({}),
): TrainingSet => {
  const random = createRandom(7);
  const features = Float32Array.from({ length: 2 * pairs * DIMS }, (_, i) => (i % DIMS === 3 ? 5 : 2 * random() - 1));
  const reward = (row: number) => 2 * (features[row * DIMS] ?? 0) - (features[row * DIMS + 1] ?? 0);
  const cut = Math.floor(pairs * 0.7);
  const all = Array.from({ length: pairs }, (_, i): TrainingPair => {
    const first = random() < sigmoid(sharpness * (reward(2 * i) - reward(2 * i + 1)));
    const group = `g${i}`;
    const [winner, loser] = first ? [2 * i, 2 * i + 1] : [2 * i + 1, 2 * i];
    const pair: TrainingPair = {
      winner,
      loser,
      group,
      loserGroup: group,
      weight: 1,
      winnerFirst: first,
      strength: null,
      pFlip: null,
      language: i % 2 === 0 ? 'en' : 'fr',
      source: i % 3 === 0 ? 'a.jsonl' : 'b.jsonl',
      translated: false,
      split: i < cut ? 'train' : 'validation',
    };
    return { ...pair, ...change(pair, i) };
  });
  return {
    encoder: { id: 'test', revision: 'r1', dims: DIMS },
    blocks: [],
    features,
    rows: Array.from({ length: 2 * pairs }, (_, row) => ({
      language: all[Math.floor(row / 2)]?.language ?? null,
      source: all[Math.floor(row / 2)]?.source ?? '',
      group: `g${Math.floor(row / 2)}`,
      length: row % 10,
      generator: null,
    })),
    pairs: all,
    lists: [],
    ratings: [],
    steps: [],
  };
};

const weightsOf = async (onnx: Uint8Array): Promise<number[]> => {
  const head = await openHead(onnx);
  const units = new Float32Array((DIMS + 1) * DIMS);
  for (let j = 0; j < DIMS; j++) units[(j + 1) * DIMS + j] = 1;
  const { reward } = await head.score(units, DIMS + 1);
  return Array.from({ length: DIMS }, (_, j) => (reward[j + 1] ?? 0) - (reward[0] ?? 0));
};

test('a planted reward is found, calibrated, and better than length', async () => {
  const { onnx, metrics, evaluation, fit } = await trainHead(planted(2000, 3), CONFIG);
  expect(fit.converged).toBe(true);
  expect(metrics).toMatchObject({ n: 600, trainPairs: 1400 });
  expect(metrics.accuracy).toBeGreaterThan(0.85);
  expect(metrics.accuracyCi[0]).toBeGreaterThan(metrics.lengthOnlyAccuracy);
  expect(metrics.gain?.ci[0]).toBeGreaterThan(0.3);
  expect(metrics.ece).toBeLessThan(0.06);
  expect(metrics.temperature).toBeGreaterThan(0.8);
  expect(metrics.temperature).toBeLessThan(1.25);
  expect(evaluation.slices.find(({ by }) => by === 'language')?.slices.map(({ value }) => value)).toEqual(['en', 'fr']);
  const { reward } = await (await openHead(onnx)).score(Float32Array.of(1, 0, 0, 5, 0, 1, 0, 5), 2);
  expect(reward[0]).toBeGreaterThan(reward[1] ?? 0);
});

test('equal sets and configurations give equal bytes and figures, ensembles too', async () => {
  const config = { ...CONFIG, ensemble: { members: 3, combine: 'lcb', lambda: 1 } } as const;
  const [a, b] = [await trainHead(planted(80, 2), config), await trainHead(planted(80, 2), config)];
  expect(a).toEqual(b);
  expect((await trainHead(planted(80, 2), { ...config, seed: 1 })).onnx).not.toEqual(a.onnx);
});

test('noise is told as noise: a temperature above 1, accuracy about one half, no gain over length', async () => {
  const { metrics } = await trainHead(planted(300, 0), CONFIG);
  expect(metrics.temperature).toBeGreaterThan(1.5);
  expect(metrics.accuracyCi[0]).toBeLessThan(0.5);
  expect(metrics.gain?.ci[0]).toBeLessThan(0);
  expect(metrics.nll).toBeLessThan(metrics.nllUncalibrated ?? 0);
});

test('a handful of pairs trains, without validation pairs n is 0, and metrics are strict JSON', async () => {
  const set = planted(6, 5, () => ({ split: 'train' }));
  const { metrics, evaluation } = await trainHead(set, CONFIG);
  expect(metrics).toMatchObject({ n: 0, accuracy: 0, accuracyCi: [0, 1], temperature: 1 });
  expect(HeadMetrics.parse(JSON.parse(JSON.stringify(metrics)))).toEqual(metrics);
  expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  await expect(trainHead({ ...set, pairs: set.pairs.slice(0, 1) }, CONFIG)).rejects.toMatchObject({ code: 'ASY-5004' });
  const nan = { ...set, features: set.features.with(3, Number.NaN) };
  await expect(trainHead(nan, CONFIG)).rejects.toMatchObject({ code: 'ASY-5005' });
});

test('without lengths the baseline is the side that won most in training', async () => {
  const set = planted(100, 1, ({ split }, i) => (split === 'train' ? { winnerFirst: i % 3 !== 0 } : {}));
  const rows = set.rows.map((row) => ({ ...row, length: null }));
  const { metrics, evaluation } = await trainHead({ ...set, rows }, CONFIG);
  const validation = set.pairs.filter(({ split }) => split === 'validation');
  const first = validation.filter(({ winnerFirst }) => winnerFirst).length / validation.length;
  expect(metrics.lengthOnlyAccuracy).toBeCloseTo(first, 9);
  expect(evaluation).toMatchObject({ baseline: 'majority', length: null });
});

test('features that are all constant give a head that knows nothing and says so', async () => {
  const set = planted(60, 2);
  const { metrics, evaluation } = await trainHead(
    { ...set, features: new Float32Array(set.features.length).fill(2) },
    CONFIG,
  );
  expect(metrics.accuracy).toBe(0.5);
  expect(evaluation.ood).toBeNull();
});

test('contradictory pairs are counted, kept, and pull nowhere', async () => {
  const set = planted(200, 3);
  const train = set.pairs.filter(({ split }) => split === 'train').slice(0, 30);
  const turned = train.map((pair) => ({ ...pair, winner: pair.loser, loser: pair.winner }));
  const only = [...train, ...turned];
  const { evaluation, onnx } = await trainHead({ ...set, pairs: only }, CONFIG);
  expect(evaluation.contradictoryPairs).toBe(30);
  for (const weight of await weightsOf(onnx)) expect(Math.abs(weight)).toBeLessThan(1e-5);
});

test('S113: stated strength is a margin: subtracted or dividing, it asks for a larger reward difference', async () => {
  const set = planted(400, 2, (_, i) => ({ strength: (i % 4) + 1 }));
  const plain = planted(400, 2);
  const size = async (given: TrainingSet, margin: HeadConfig['margin']) => {
    const { onnx, metrics } = await trainHead(given, { ...CONFIG, margin });
    return Math.hypot(...(await weightsOf(onnx)).map((weight) => weight * metrics.temperature));
  };
  const none = await size(set, 'none');
  expect(await size(set, 'subtract')).toBeGreaterThan(none);
  expect(await size(set, 'scale')).toBeGreaterThan(none);
  expect(await size(plain, 'subtract')).toBe(none);
});

test('pairs that are probably the wrong way round count less, or are asked for softly', async () => {
  const flipped = planted(400, 4, ({ winner, loser, split }, i) =>
    i % 3 === 0 && split === 'train' ? { winner: loser, loser: winner, pFlip: 0.45 } : { pFlip: 0.02 },
  );
  const nll = async (flips: HeadConfig['flips']) => (await trainHead(flipped, { ...CONFIG, flips })).metrics.nll;
  const ignored = await nll('ignore');
  expect(await nll('weight')).toBeLessThan(ignored);
  expect(await nll('soft')).toBeLessThan(ignored);
});

test('S246: per-language heads learn what one language prefers; a language with one pair uses the shared head', async () => {
  const opposed = planted(1200, 4, ({ winner, loser }, i) =>
    i === 0 ? { language: 'sw' } : i % 2 === 1 ? { winner: loser, loser: winner } : {},
  );
  const languages = { heads: 'per-language', shrinkage: 1, temperature: 1 } as const;
  const shared = await trainHead(opposed, CONFIG);
  const own = await trainHead(opposed, { ...CONFIG, languages });
  expect(shared.metrics.accuracyCi[0]).toBeLessThan(0.6);
  expect(own.metrics.accuracy).toBeGreaterThan(0.8);
  expect((await openHead(own.onnx)).languages).toEqual(['en', 'fr']);
  expect(own.evaluation.notes.join()).toContain('sw (1)');
  expect(own.evaluation.unknownLanguages).toBe(2);
});

test('S246: pairs of regional tags train the head that scores them, that of their language', async () => {
  // A hundred tags of a few pairs each: none has enough for a head of its own.
  const opposed = planted(1200, 4, ({ winner, loser }, i) =>
    i % 2 === 1 ? { winner: loser, loser: winner, language: `fr-${100 + (i % 200)}` } : { language: 'EN' },
  );
  const languages = { heads: 'per-language', shrinkage: 1, temperature: 1 } as const;
  const { onnx, metrics, evaluation } = await trainHead(opposed, { ...CONFIG, languages });
  expect((await openHead(onnx)).languages).toEqual(['EN', 'fr']);
  expect(metrics.accuracy).toBeGreaterThan(0.8);
  expect(evaluation.unknownLanguages).toBe(0);
});

test('without a ridge there is nothing to shrink language heads by: one head, and a note', async () => {
  const languages = { heads: 'per-language', shrinkage: 1, temperature: 2 } as const;
  const { onnx, evaluation } = await trainHead(planted(100, 1), { ...CONFIG, l2: 0, languages });
  expect((await openHead(onnx)).languages).toEqual([]);
  expect(evaluation.notes.join()).toContain('without l2');
});

test('auto keeps one head where languages agree', async () => {
  const languages = { heads: 'auto', shrinkage: 'auto', temperature: 1 } as const;
  const { onnx, evaluation } = await trainHead(planted(600, 3), { ...CONFIG, languages });
  expect((await openHead(onnx)).languages).toEqual([]);
  expect(evaluation.notes.join()).toContain('one head');
});

test('one member and no options is the plain Bradley–Terry fit on standardised differences', async () => {
  const set = planted(200, 2);
  const { onnx, metrics, fit } = await trainHead(set, CONFIG);
  const train = set.pairs.filter(({ split }) => split === 'train');
  const used = train.flatMap(({ winner, loser }) => [winner, loser]);
  const scale = Array.from({ length: 3 }, (_, j) => {
    const values = used.map((row) => set.features[row * DIMS + j] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  });
  const differences = Float32Array.from({ length: train.length * 3 }, (_, at) => {
    const [i, j] = [Math.floor(at / 3), at % 3];
    const at2 = (row = 0) => set.features[row * DIMS + j] ?? 0;
    return (at2(train[i]?.winner) - at2(train[i]?.loser)) / (scale[j] ?? 1);
  });
  const direct = await fitBradleyTerry({ differences, n: train.length, dims: 3, l2: CONFIG.l2 });
  expect(fit.loss).toBeCloseTo(direct.loss, 6);
  const weights = await weightsOf(onnx);
  direct.weights.forEach((weight, j) =>
    expect((weights[j] ?? 0) * metrics.temperature).toBeCloseTo(weight / (scale[j] ?? 1), 3),
  );
});
