import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { float32Of, openSession, run } from '../../../models/runtime.ts';
import { bradleyTerryGraph, fitBradleyTerry } from '../../../models/training/bradley-terry.ts';

interface Fixture {
  n: number;
  dims: number;
  l2: number;
  differences: number[][];
  weights: number[];
  margins: number[];
  sklearn: { coef: number[]; loss: number };
  scipyWeighted: { coef: number[]; loss: number };
  wikipedia: { games: [number, number][]; choix: number[] };
}
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/models/bradley-terry.json', import.meta.url), 'utf8'),
) as Fixture;
const { n, dims, l2 } = golden;
const differences = Float32Array.from(golden.differences.flat());

/** Loss and gradient of one pair with one feature, difference 1, at weight w. */
const at = async (w: number, weight = 1, margin = 0): Promise<{ loss: number; gradient: number }> => {
  const one = (value: number) => ({ type: 'float32', dims: [1, 1], data: Float32Array.of(value) }) as const;
  const session = await openSession(bradleyTerryGraph());
  const outputs = await run(session, { differences: one(1), w: one(w), weight: one(weight), margin: one(margin) });
  const loss = outputs['loss'];
  if (loss?.type !== 'float64') throw new Error('no loss');
  return { loss: loss.data[0] ?? Number.NaN, gradient: float32Of(outputs, 'gradient')[0] ?? Number.NaN };
};

test.each([
  [0, 0.6931],
  [1, 0.3133],
  [-1, 1.3133],
])('S104: the loss of a reward difference of %d is %d', async (difference, loss) => {
  expect((await at(difference)).loss).toBeCloseTo(loss, 4);
});

test('the gradient is the slope of the loss; weights and margins act as stated; nothing overflows', async () => {
  const step = 1 / 64;
  const slope = ((await at(0.4 + step)).loss - (await at(0.4 - step)).loss) / (2 * step);
  expect((await at(0.4)).gradient).toBeCloseTo(slope, 3);
  expect((await at(1, 3)).loss).toBeCloseTo(3 * (await at(1)).loss, 5);
  expect((await at(1, 1, 1)).loss).toBeCloseTo(Math.LN2, 6);
  expect(await at(-200)).toEqual({ loss: 200, gradient: -1 });
  expect((await at(200)).loss).toBe(0);
});

test('coefficients and loss are scikit-learn’s on the same matrix', async () => {
  const fit = await fitBradleyTerry({ differences, n, dims, l2 });
  expect(fit.converged).toBe(true);
  expect(Math.abs(fit.loss - golden.sklearn.loss)).toBeLessThan(1e-6);
  golden.sklearn.coef.forEach((value, j) => expect(Math.abs((fit.weights[j] ?? 0) - value)).toBeLessThan(1e-3));
});

test('with weights and margins, they are scipy’s', async () => {
  const fit = await fitBradleyTerry({
    differences,
    n,
    dims,
    l2,
    weights: Float32Array.from(golden.weights),
    margins: Float32Array.from(golden.margins),
  });
  expect(Math.abs(fit.loss - golden.scipyWeighted.loss)).toBeLessThan(1e-6);
  golden.scipyWeighted.coef.forEach((value, j) => expect(Math.abs((fit.weights[j] ?? 0) - value)).toBeLessThan(1e-3));
});

test('S104: the four teams of Wikipedia’s Bradley–Terry example', async () => {
  const { games, choix } = golden.wikipedia;
  const teams = new Float32Array(games.length * 4);
  games.forEach(([winner, loser], i) => {
    teams[4 * i + winner] = 1;
    teams[4 * i + loser] = -1;
  });
  const { weights } = await fitBradleyTerry({ differences: teams, n: games.length, dims: 4, l2: 0 });
  const strengths = weights.map(Math.exp);
  const total = strengths.reduce((sum, value) => sum + value, 0);
  [0.139, 0.226, 0.143, 0.492].forEach((value, team) => {
    expect((strengths[team] ?? 0) / total).toBeCloseTo(value, 3);
    expect((strengths[team] ?? 0) / total).toBeCloseTo(choix[team] ?? 0, 4);
  });
});

test('equal inputs give equal weights, and features that never differ keep weight 0', async () => {
  const wide = new Float32Array(n * (dims + 1));
  for (let i = 0; i < n; i++) wide.set(differences.subarray(i * dims, (i + 1) * dims), i * (dims + 1));
  const fits = await Promise.all([1, 2].map(() => fitBradleyTerry({ differences: wide, n, dims: dims + 1, l2 })));
  expect(fits[0]).toEqual(fits[1]);
  expect(fits[0]?.weights[dims]).toBe(0);
});

test('blocks of rows add up to the whole', async () => {
  const many = 5000;
  const repeated = Float32Array.from({ length: many * dims }, (_, i) => differences[i % (n * dims)] ?? 0);
  const counts = new Float32Array(n);
  for (let i = 0; i < many; i++) counts[i % n] = (counts[i % n] ?? 0) + 1;
  const long = await fitBradleyTerry({ differences: repeated, n: many, dims, l2 });
  const short = await fitBradleyTerry({ differences, n, dims, l2, weights: counts });
  expect(long.loss).toBeCloseTo(short.loss, 7);
});

test('contradictory pairs cancel; swapping winner and loser turns the weights round', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 })), {
        minLength: 2,
        maxLength: 20,
      }),
      async (pairs) => {
        const flat = Float32Array.from(pairs.flat());
        const size = { n: pairs.length, dims: 2, l2: 0.1 };
        const there = await fitBradleyTerry({ differences: flat, ...size });
        const back = await fitBradleyTerry({ differences: flat.map((value) => -value), ...size });
        there.weights.forEach((value, j) => expect(value).toBeCloseTo(-(back.weights[j] ?? 0), 4));
        const both = Float32Array.from([...flat, ...flat.map((value) => -value)]);
        const none = await fitBradleyTerry({ ...size, differences: both, n: 2 * pairs.length });
        for (const value of none.weights) expect(value).toBeCloseTo(0, 5);
      },
    ),
    { numRuns: 20 },
  );
});

test('bad input is refused with a code', async () => {
  const fit = (change: object) => fitBradleyTerry({ differences, n, dims, l2, ...change });
  await expect(fit({ differences: new Float32Array(dims), n: 1 })).rejects.toMatchObject({ code: 'ASY-5004' });
  await expect(fit({ weights: new Float32Array(n) })).rejects.toMatchObject({ code: 'ASY-5004' });
  await expect(fit({ differences: differences.map((v, i) => (i === 5 ? Number.NaN : v)) })).rejects.toMatchObject({
    code: 'ASY-5005',
  });
  await expect(fit({ margins: new Float32Array(n).fill(Number.POSITIVE_INFINITY) })).rejects.toMatchObject({
    code: 'ASY-5005',
  });
  await expect(fit({ l2: -1 })).rejects.toThrow(RangeError);
  await expect(fit({ n: n + 1 })).rejects.toThrow(RangeError);
  await expect(fit({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
});
