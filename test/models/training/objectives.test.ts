import { expect, test } from 'vitest';
import { openHead } from '../../../models/heads/head.ts';
import { headMetadata } from '../../../models/heads/metadata.ts';
import { createRandom } from '../../../models/random.ts';
import type { HeadConfig, RowFacts, Split, TrainingPair, TrainingSet } from '../../../models/training/examples.ts';
import { trainHead } from '../../../models/training/head.ts';
import { HEAD_CONFIG } from '../../support/head-config.ts';

const DIMS = 6;
const ROWS = 600;

const CONFIG: HeadConfig = { ...HEAD_CONFIG, objective: 'regression' };

const splitOf = (row: number): Split => (Math.floor(row / 2) % 4 === 0 ? 'validation' : 'train');
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

const drawn = (seed = 4) => {
  const random = createRandom(seed);
  const features = Float32Array.from({ length: ROWS * DIMS }, () => 2 * random() - 1);
  const x = (row: number, j: number) => features[row * DIMS + j] ?? 0;
  return { random, features, x };
};

/** A set whose rows 2i and 2i + 1 answer prompt i. */
const setOf = (features: Float32Array, given: Partial<TrainingSet>): TrainingSet => ({
  encoder: { id: 'test', revision: 'r1', dims: DIMS },
  blocks: [],
  features,
  rows: Array.from(
    { length: ROWS },
    (_, row): RowFacts => ({
      language: 'en',
      source: 's',
      group: `g${Math.floor(row / 2)}`,
      length: 100 + (row % 7),
      generator: null,
    }),
  ),
  pairs: [],
  lists: [],
  ratings: [],
  steps: [],
  ...given,
});

const pairsBy = (better: (a: number, b: number) => boolean): TrainingPair[] =>
  Array.from({ length: ROWS / 2 }, (_, i) => {
    const first = better(2 * i, 2 * i + 1);
    return {
      winner: first ? 2 * i : 2 * i + 1,
      loser: first ? 2 * i + 1 : 2 * i,
      group: `g${i}`,
      loserGroup: `g${i}`,
      weight: 1,
      winnerFirst: first,
      strength: null,
      pFlip: null,
      language: 'en',
      source: 's',
      translated: false,
      split: splitOf(2 * i),
    };
  });

const ratingsOf = (aspect: string, value: (row: number) => number) =>
  Array.from({ length: ROWS }, (_, row) => ({
    row,
    aspect,
    value: value(row),
    weight: 1,
    group: `g${Math.floor(row / 2)}`,
    split: splitOf(row),
  }));

/** Two objectives that have nothing to do with each other, on scales of their own. */
const twoAspects = () => {
  const { features, x, random } = drawn();
  const helpful = (row: number) => 3 + 2 * x(row, 0) - x(row, 1);
  const harmless = (row: number) => 50 + 30 * x(row, 2) + 10 * x(row, 3);
  const noisy = (value: number, size: number) => value + size * (random() - 0.5);
  const ratings = [
    ...ratingsOf('helpful', (row) => noisy(helpful(row), 0.2)),
    ...ratingsOf('harmless', (row) => noisy(harmless(row), 2)),
  ];
  return { features, helpful, harmless, ratings };
};

test('S114: of two planted independent objectives, each head ranks its own best', async () => {
  const { features, helpful, harmless, ratings } = twoAspects();
  const set = setOf(features, { ratings, pairs: pairsBy((a, b) => helpful(a) > helpful(b)) });
  const { onnx, evaluation } = await trainHead(set, { ...CONFIG, objective: 'multi-objective' });
  const head = await openHead(onnx);
  expect(head.aspects).toEqual(['harmless', 'helpful']);
  const { aspects } = await head.score(features, ROWS);
  const best = (of: (row: number) => number) =>
    Array.from({ length: ROWS }, (_, row) => row).reduce((top, row) => (of(row) > of(top) ? row : top), 0);
  const found = (k: number) => (row: number) => aspects?.[row * 2 + k] ?? 0;
  expect(harmless(best(found(0)))).toBeGreaterThan(0.97 * harmless(best(harmless)));
  expect(helpful(best(found(1)))).toBeGreaterThan(0.97 * helpful(best(helpful)));
  for (const { pearson, spearman, ci, rmse, rmseOfMean } of evaluation.aspects) {
    expect(spearman).toBeGreaterThan(0.95);
    for (const [value, interval] of [
      [pearson, ci.pearson],
      [spearman, ci.spearman],
    ] as const) {
      const [low = 1, high = -1] = interval ?? [];
      expect(low).toBeLessThanOrEqual(value ?? 2);
      expect(high).toBeGreaterThanOrEqual(value ?? -2);
      expect(high - low).toBeGreaterThan(0);
    }
    expect(rmse).toBeLessThan(rmseOfMean / 3);
  }
});

test('S115: one-hot weights are the single head, whatever the scale of the aspects', async () => {
  const { features, helpful, ratings } = twoAspects();
  const pairs = pairsBy((a, b) => helpful(a) > helpful(b));
  const train = (given: typeof ratings, aspects: HeadConfig['aspects']) =>
    trainHead(setOf(features, { ratings: given, pairs }), { ...CONFIG, objective: 'multi-objective', aspects });
  const reward = async ({ onnx, metrics }: Awaited<ReturnType<typeof train>>) => {
    const scores = await (await openHead(onnx)).score(features, ROWS);
    return [...scores.reward].map((value) => value * metrics.temperature);
  };
  const single = await reward(
    await train(
      ratings.filter(({ aspect }) => aspect === 'helpful'),
      {},
    ),
  );
  const oneHot = await reward(await train(ratings, { helpful: 1 }));
  const scaled = await reward(
    await train(
      ratings.map((rating) => ({ ...rating, value: rating.aspect === 'helpful' ? 1000 * rating.value : rating.value })),
      { helpful: 1 },
    ),
  );
  single.forEach((value, row) => {
    expect(oneHot[row]).toBeCloseTo(value, 4);
    expect(scaled[row]).toBeCloseTo(value, 3);
  });
});

test('a weight for an aspect nobody rated is refused, and so is one rating', async () => {
  const { features, ratings } = twoAspects();
  const set = setOf(features, { ratings });
  await expect(trainHead(set, { ...CONFIG, aspects: { honest: 1 } })).rejects.toMatchObject({ code: 'ASY-5010' });
  const one = setOf(features, { ratings: ratings.filter(({ split }) => split === 'train').slice(0, 1) });
  await expect(trainHead(one, CONFIG)).rejects.toMatchObject({ code: 'ASY-5015' });
});

test('an ordinal head predicts levels; more levels than a scale has, or one, are refused', async () => {
  const { features, x } = drawn();
  const level = (row: number) => Math.max(1, Math.min(5, Math.round(3 + 2 * x(row, 0))));
  const pairs = pairsBy((a, b) => x(a, 0) > x(b, 0));
  const ordinal: HeadConfig = { ...CONFIG, objective: 'ordinal' };
  const { onnx, evaluation, metrics } = await trainHead(
    setOf(features, { ratings: ratingsOf('quality', level), pairs }),
    ordinal,
  );
  expect(metrics.accuracy).toBeGreaterThan(0.9);
  expect(evaluation.aspects[0]?.rmse).toBeLessThan(0.6);
  const { aspects } = await (await openHead(onnx)).score(Float32Array.of(1, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0), 2);
  expect(aspects?.[0]).toBeGreaterThan(4.2);
  expect(aspects?.[1]).toBeLessThan(1.8);
  const fine = setOf(features, { ratings: ratingsOf('quality', (row) => x(row, 0)) });
  await expect(trainHead(fine, ordinal)).rejects.toMatchObject({ code: 'ASY-5015' });
  const flat = setOf(features, { ratings: ratingsOf('quality', () => 3) });
  await expect(trainHead(flat, ordinal)).rejects.toMatchObject({ code: 'ASY-5008' });
});

test('regression on ratings that are all equal gives a head without an opinion, not infinity', async () => {
  const { features } = drawn();
  const set = setOf(features, { ratings: ratingsOf('quality', () => 3), pairs: pairsBy((a) => a % 3 === 0) });
  const { onnx } = await trainHead(set, CONFIG);
  const { reward, aspects } = await (await openHead(onnx)).score(features, ROWS);
  expect(new Set(reward.map(Math.abs))).toEqual(new Set([0]));
  expect(aspects?.[0]).toBeCloseTo(3, 4);
});

test('a binary head gives calibrated probabilities, measured on labels against a length threshold; one class is refused', async () => {
  const { features, x, random } = drawn();
  const labels = ratingsOf('good', (row) => (random() < sigmoid(4 * x(row, 0) - 1) ? 1 : 0));
  const binary: HeadConfig = { ...CONFIG, objective: 'binary', ensemble: { members: 3, combine: 'mean', lambda: 1 } };
  const { onnx, metrics, evaluation } = await trainHead(setOf(features, { ratings: labels }), binary);
  expect(evaluation.counts).toBe('labels');
  expect(metrics).toMatchObject({ n: 150, trainPairs: 450, temperature: 1 });
  expect(metrics.accuracy).toBeGreaterThan(metrics.lengthOnlyAccuracy + 0.1);
  const { probability, std } = await (await openHead(onnx)).score(
    Float32Array.of(1, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0),
    2,
  );
  expect(probability?.[0]).toBeGreaterThan(0.85);
  expect(probability?.[1]).toBeLessThan(0.15);
  expect(Math.min(...(std ?? []))).toBeGreaterThan(0);
  const all = await (await openHead(onnx)).score(features, ROWS);
  const off = [...(all.probability ?? [])].map((p, row) => Math.abs(p - sigmoid(4 * x(row, 0) - 1)));
  expect(off.reduce((sum, each) => sum + each, 0) / ROWS).toBeLessThan(0.05);
  const yes = setOf(features, { ratings: labels.map((label) => ({ ...label, value: 1 })) });
  await expect(trainHead(yes, binary)).rejects.toMatchObject({ code: 'ASY-5008' });
});

test('labels that are noise never turn a binary head round: a slope stays above 0, probabilities near the share', async () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { features, random } = drawn(seed);
    const ratings = ratingsOf('good', () => (random() < 0.7 ? 1 : 0));
    const { onnx } = await trainHead(setOf(features, { ratings }), { ...CONFIG, objective: 'binary' });
    expect(headMetadata(onnx)['assay.platt']?.a).toBeGreaterThan(0);
    const { probability } = await (await openHead(onnx)).score(features, ROWS);
    expect(Math.abs([...(probability ?? [])].reduce((sum, p) => sum + p, 0) / ROWS - 0.7)).toBeLessThan(0.06);
  }
});

test('a process head tells right steps from wrong ones', async () => {
  const { features, x } = drawn();
  const steps = Array.from({ length: ROWS }, (_, row) => ({
    row,
    solution: `s${Math.floor(row / 2)}`,
    position: row % 2,
    label: x(row, 1) > 0.1 ? 1 : 0,
    weight: 1,
    group: `g${Math.floor(row / 2)}`,
    split: splitOf(row),
  }));
  const { onnx, metrics, evaluation } = await trainHead(setOf(features, { steps }), {
    ...CONFIG,
    objective: 'process',
  });
  expect((await openHead(onnx)).kind).toBe('process');
  expect(evaluation.mistakes?.n).toBe(75);
  expect(evaluation.mistakes?.accuracy).toBeGreaterThan(0.8);
  expect(metrics.accuracy).toBeGreaterThan(0.9);
  expect((await (await openHead(onnx)).score(features, ROWS)).probability).toHaveLength(ROWS);
  const none = setOf(features, {});
  await expect(trainHead(none, { ...CONFIG, objective: 'process' })).rejects.toMatchObject({ code: 'ASY-5015' });
});

test('S166: rankings of two are Bradley–Terry, and longer ones are fitted as lists', async () => {
  const { features, x } = drawn();
  const truth = (row: number) => 3 * x(row, 0) - x(row, 4);
  const pairs = pairsBy((a, b) => truth(a) > truth(b));
  const lists = pairs.map(({ winner, loser, group, split }) => ({ rows: [winner, loser], weight: 1, group, split }));
  const set = setOf(features, { pairs, lists });
  const [bt, pl] = [
    await trainHead(set, { ...CONFIG, objective: 'bradley-terry' }),
    await trainHead(set, { ...CONFIG, objective: 'plackett-luce' }),
  ];
  expect(pl.fit.loss).toBeCloseTo(bt.fit.loss, 6);
  expect(pl.metrics.accuracy).toBe(bt.metrics.accuracy);
  const six = Array.from({ length: 100 }, (_, i) => ({
    rows: Array.from({ length: 6 }, (_unused, k) => 6 * i + k).sort((a, b) => truth(b) - truth(a)),
    weight: 1,
    group: `six${i}`,
    split: 'train' as const,
  }));
  const longer = await trainHead(setOf(features, { pairs, lists: six }), { ...CONFIG, objective: 'plackett-luce' });
  expect(longer.metrics.accuracy).toBeGreaterThan(0.95);
  await expect(trainHead(setOf(features, { pairs }), { ...CONFIG, objective: 'plackett-luce' })).rejects.toMatchObject({
    code: 'ASY-5015',
  });
});

test('a bootstrap that draws one class alone is replaced by all examples, instead of ending the training', async () => {
  const { features } = drawn();
  const labels = ratingsOf('good', (row) => row % 2).filter(({ split }) => split === 'train');
  const alone = labels.slice(0, 6).map((label, i) => ({ ...label, group: `only ${i}`, value: i === 0 ? 1 : 0 }));
  const ensemble = { members: 9, combine: 'mean', lambda: 1 } as const;
  const { onnx } = await trainHead(setOf(features, { ratings: alone }), { ...CONFIG, objective: 'binary', ensemble });
  const { probability } = await (await openHead(onnx)).score(features, ROWS);
  expect([...(probability ?? [])].every((p) => p >= 0 && p <= 1)).toBe(true);
});

/** Features 4 and 5 are the prompt's: where 4 is positive helpfulness decides, elsewhere harmlessness. */
const prompted = () => {
  const { features, x } = drawn(8);
  for (let row = 1; row < ROWS; row += 2) for (const j of [4, 5]) features[row * DIMS + j] = x(row - 1, j);
  const ratings = [...ratingsOf('helpful', (row) => 5 * x(row, 0)), ...ratingsOf('harmless', (row) => x(row, 1))];
  const decides = (row: number) => (x(row, 4) > 0 ? 0 : 1);
  const pairs = pairsBy((a, b) => x(a, decides(a)) > x(b, decides(a)));
  const blocks = [{ name: 'prompt', from: 4, to: 6, shared: false }];
  return { set: setOf(features, { ratings, pairs, blocks }), x };
};

test('S175: a mixture weighs aspects by the prompt, better than fixed weights can; gates add up to 1', async () => {
  const { set, x } = prompted();
  const fixed = await trainHead(set, { ...CONFIG, objective: 'multi-objective' });
  const mixed = await trainHead(set, { ...CONFIG, objective: 'mixture' });
  expect(mixed.metrics.accuracy).toBeGreaterThan(fixed.metrics.accuracy);
  expect(mixed.evaluation.notes.join()).toContain('verbosity');
  const head = await openHead(mixed.onnx);
  const { gates, aspects } = await head.score(set.features, ROWS);
  expect(head.aspects).toEqual(['harmless', 'helpful']);
  for (let row = 0; row < ROWS; row++) expect((gates?.[2 * row] ?? 0) + (gates?.[2 * row + 1] ?? 0)).toBeCloseTo(1, 5);
  expect(aspects?.[1]).toBeCloseTo(5 * x(0, 0), 1);
  const mean = (side: boolean) => {
    const rows = Array.from({ length: ROWS }, (_, row) => row).filter((row) => x(row, 4) > 0 === side);
    return rows.reduce((sum, row) => sum + (gates?.[2 * row + 1] ?? 0), 0) / rows.length;
  };
  expect(mean(true)).toBeGreaterThan(mean(false));
  await expect(trainHead({ ...set, blocks: [] }, { ...CONFIG, objective: 'mixture' })).rejects.toMatchObject({
    code: 'ASY-5015',
  });
});

test('S105 and S108: far from training, an ensemble’s spread and the distance both grow, and the distance is flagged', async () => {
  const { features, x } = drawn();
  const random = createRandom(3);
  const pairs = pairsBy((a, b) => random() < sigmoid(2 * (x(a, 0) - x(b, 0))));
  const config: HeadConfig = {
    ...CONFIG,
    objective: 'bradley-terry',
    ensemble: { members: 5, combine: 'min', lambda: 1 },
  };
  const { onnx, evaluation, metrics } = await trainHead(setOf(features, { pairs }), config);
  const head = await openHead(onnx);
  const near = await head.score(features, ROWS);
  const far = await head.score(
    features.map((value) => 8 * value),
    ROWS,
  );
  const mean = (values: Float32Array | null) => [...(values ?? [])].reduce((sum, value) => sum + value, 0) / ROWS;
  expect(mean(far.std)).toBeGreaterThan(4 * mean(near.std));
  expect(mean(far.ood)).toBeGreaterThan(4 * mean(near.ood));
  expect(head.oodThreshold).toBe(metrics.ood?.threshold);
  expect(evaluation.ood?.validationShare).toBeLessThan(0.03);
  const flagged = [...(far.ood ?? [])].filter((distance) => distance > (head.oodThreshold ?? Infinity)).length / ROWS;
  expect(flagged).toBeGreaterThan(0.95);
  expect(evaluation.meanStd).toBeGreaterThan(0);
});
