import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSession, run } from '../../../models/runtime.ts';
import { fitBradleyTerry } from '../../../models/training/bradley-terry.ts';
import type { RankedList } from '../../../models/training/plackett-luce.ts';
import { fitPlackettLuce, plackettLuceGraph } from '../../../models/training/plackett-luce.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/models/heads-rankings.json', import.meta.url), 'utf8'),
) as {
  items: number;
  games: number[][];
  choix: { optRankings: number[]; ilsrRankings: number[] };
  n: number;
  dims: number;
  l2: number;
  features: number[][];
  lists: number[][];
  weights: number[];
  scipy: { coef: number[]; loss: number };
};
const { n, dims, l2 } = golden;
const features = Float32Array.from(golden.features.flat());
const lists: RankedList[] = golden.lists.map((rows, i) => ({ rows, weight: golden.weights[i] ?? 1 }));

/** Loss and slope of one list of strengths, best first: one feature, the strength itself, at weight w. */
const of = async (strengths: readonly number[], w = 1) => {
  const l = strengths.length;
  const mask = Float64Array.from({ length: l * l }, (_, at) =>
    at % l < Math.floor(at / l) ? Number.NEGATIVE_INFINITY : 0,
  );
  const outputs = await run(await openSession(plackettLuceGraph(1)), {
    features: { type: 'float32', dims: [1, l, 1], data: Float32Array.from(strengths) },
    w: { type: 'float32', dims: [1, 1], data: Float32Array.of(w) },
    weight: { type: 'float64', dims: [1, 1], data: Float64Array.of(1) },
    mask: { type: 'float64', dims: [l, l], data: mask },
  });
  return { loss: Number(outputs['loss']?.data[0]), slope: Number(outputs['d_w']?.data[0]) };
};

test.each([
  [[0, 0, 0], Math.log(6)],
  [[2, 1, 0], 0.7209],
  [[1, 0], 0.3133],
])('S166: the loss of strengths %j is %d', async (strengths, loss) => {
  expect((await of(strengths)).loss).toBeCloseTo(loss, 4);
});

test('the slope is that of the loss, and strengths far apart neither overflow nor vanish', async () => {
  const strengths = [0.5, 2, -1, 1.5];
  const step = 1 / 64;
  const slope = ((await of(strengths, 0.75 + step)).loss - (await of(strengths, 0.75 - step)).loss) / (2 * step);
  expect((await of(strengths, 0.75)).slope).toBeCloseTo(slope, 3);
  expect((await of([-2000, 1500, -3000, -2900])).loss).toBeCloseTo(3500 + 0 + 100, 6);
});

test('on items without features, strengths are choix’s maximum likelihood', async () => {
  const { items, games, choix } = golden;
  const identity = Float32Array.from({ length: items * items }, (_, at) => (at % (items + 1) === 0 ? 1 : 0));
  const fit = await fitPlackettLuce({
    features: identity,
    n: items,
    dims: items,
    lists: games.map((rows) => ({ rows })),
    l2: 0,
  });
  const mean = fit.weights.reduce((sum, value) => sum + value, 0) / items;
  for (const peer of [choix.optRankings, choix.ilsrRankings]) {
    const centre = peer.reduce((sum, value) => sum + value, 0) / items;
    peer.forEach((value, i) => expect(Math.abs((fit.weights[i] ?? 0) - mean - (value - centre))).toBeLessThan(1e-3));
  }
});

test('on features, with weights and partial rankings, coefficients and loss are scipy’s', async () => {
  const fit = await fitPlackettLuce({ features, n, dims, lists, l2 });
  expect(fit.converged).toBe(true);
  expect(Math.abs(fit.loss - golden.scipy.loss)).toBeLessThan(1e-6);
  golden.scipy.coef.forEach((value, j) => expect(Math.abs((fit.weights[j] ?? 0) - value)).toBeLessThan(1e-3));
});

test('lists of two are Bradley–Terry on differences', async () => {
  const pairs = lists.map(({ rows, weight }) => ({ rows: rows.slice(0, 2), weight: weight ?? 1 }));
  const differences = Float32Array.from(
    pairs.flatMap(({ rows: [a = 0, b = 0] }) =>
      Array.from({ length: dims }, (_, j) => (features[a * dims + j] ?? 0) - (features[b * dims + j] ?? 0)),
    ),
  );
  const weights = Float32Array.from(pairs, ({ weight }) => weight);
  const listwise = await fitPlackettLuce({ features, n, dims, lists: pairs, l2 });
  const pairwise = await fitBradleyTerry({ differences, n: pairs.length, dims, weights, l2 });
  expect(listwise.loss).toBeCloseTo(pairwise.loss, 6);
  pairwise.weights.forEach((value, j) => expect(listwise.weights[j]).toBeCloseTo(value, 3));
});

test('the order of lists, and the blocks they fall in, make no difference beyond rounding', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(lists, { minLength: lists.length }), async (shuffled) => {
      const { weights } = await fitPlackettLuce({ features, n, dims, lists: shuffled, l2 });
      golden.scipy.coef.forEach((value, j) => expect(Math.abs((weights[j] ?? 0) - value)).toBeLessThan(1e-3));
    }),
    { numRuns: 5 },
  );
  const many = Array.from({ length: 20 }, () => lists).flat();
  expect((await fitPlackettLuce({ features, n, dims, lists: many, l2 })).loss).toBeCloseTo(golden.scipy.loss, 6);
});

test('bad input is refused with a code', async () => {
  const fit = (change: object) => fitPlackettLuce({ features, n, dims, lists, l2, ...change });
  await expect(fit({ lists: [] })).rejects.toMatchObject({ code: 'ASY-5004' });
  await expect(fit({ lists: [{ rows: [0, 1], weight: 0 }] })).rejects.toMatchObject({ code: 'ASY-5004' });
  await expect(fit({ lists: [{ rows: [3] }] })).rejects.toMatchObject({ code: 'ASY-5007' });
  await expect(fit({ lists: [{ rows: [3, 4, 3] }] })).rejects.toMatchObject({ code: 'ASY-5007' });
  const long = Array.from({ length: 1025 }, (_, row) => row);
  await expect(
    fitPlackettLuce({ features: new Float32Array(1025), n: 1025, dims: 1, lists: [{ rows: long }], l2 }),
  ).rejects.toMatchObject({ code: 'ASY-5007' });
  await expect(fit({ lists: [{ rows: [0, n] }] })).rejects.toThrow(RangeError);
  await expect(fit({ lists: [{ rows: [0, 1], weight: -1 }] })).rejects.toThrow(RangeError);
  await expect(fit({ lists: [{ rows: [0, 1], weight: Number.NaN }] })).rejects.toMatchObject({ code: 'ASY-5005' });
  const holed = features.map((v, i) => (i === (lists[0]?.rows[0] ?? 0) * dims ? Number.NaN : v));
  await expect(fit({ features: holed })).rejects.toMatchObject({ code: 'ASY-5005' });
});
