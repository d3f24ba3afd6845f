import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitBradleyTerry, preferenceLoss } from '../../../models/training/bradley-terry.ts';
import { blockObjective } from '../../../models/training/objective.ts';

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

interface SoftFixture {
  n: number;
  dims: number;
  l2: number;
  differences: number[][];
  targets: number[];
  margins: number[];
  weights: number[];
  soft: { coef: number[]; loss: number };
  scale: { coef: number[]; loss: number };
  both: { coef: number[]; loss: number };
}
const soft = JSON.parse(
  readFileSync(new URL('../../fixtures/models/heads-pairs.json', import.meta.url), 'utf8'),
) as SoftFixture;

interface OnePair {
  weight?: number;
  margin?: number;
  marginKind?: 'subtract' | 'scale';
  target?: number;
}

/** Loss and gradient of one pair with one feature, difference 1, at weight w. */
const at = async (w: number, { weight = 1, margin, marginKind, target }: OnePair = {}) => {
  const one = (value: number | undefined) => (value === undefined ? undefined : Float32Array.of(value));
  const size = { differences: Float32Array.of(1), n: 1, dims: 1, l2: 0 };
  const input = { ...size, margins: one(margin), marginKind, targets: one(target) };
  const objective = blockObjective(await preferenceLoss(input, Float32Array.of(weight), 1));
  const { value, gradient } = await objective(Float64Array.of(w));
  return { loss: value, gradient: gradient[0] ?? Number.NaN };
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
  expect((await at(1, { weight: 3 })).loss).toBeCloseTo(3 * (await at(1)).loss, 5);
  expect((await at(1, { margin: 1 })).loss).toBeCloseTo(Math.LN2, 6);
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

test.each([
  ['S113: Δ = 1, m = 2 by division', 1, { margin: 2, marginKind: 'scale' }, 0.4741],
  ['S113: Δ = 1, m = 1 by subtraction', 1, { margin: 1, marginKind: 'subtract' }, 0.6931],
  ['S113: m = 0 by subtraction is Bradley–Terry', 1, { margin: 0 }, 0.3133],
  ['a target of ½ at Δ = 0', 0, { target: 0.5 }, 0.6931],
  ['a target of 0 is the pair turned round', 1, { target: 0 }, 1.3133],
  ['a target of 0.9 weighs both', 1, { target: 0.9 }, 0.9 * 0.3133 + 0.1 * 1.3133],
] as const)('%s', async (_, difference, pair, loss) => {
  expect((await at(difference, pair)).loss).toBeCloseTo(loss, 4);
  const step = 1 / 64;
  const slope = ((await at(difference + step, pair)).loss - (await at(difference - step, pair)).loss) / (2 * step);
  expect((await at(difference, pair)).gradient).toBeCloseTo(slope, 3);
});

test.each(['soft', 'scale', 'both'] as const)(
  'with %s targets or scales, coefficients and loss are scipy’s',
  async (kind) => {
    const { n, dims, l2 } = soft;
    const scaled = kind === 'soft' ? {} : ({ margins: Float32Array.from(soft.margins), marginKind: 'scale' } as const);
    const fit = await fitBradleyTerry({
      differences: Float32Array.from(soft.differences.flat()),
      weights: Float32Array.from(soft.weights),
      ...(kind === 'scale' ? {} : { targets: Float32Array.from(soft.targets) }),
      ...scaled,
      n,
      dims,
      l2,
    });
    expect(Math.abs(fit.loss - soft[kind].loss)).toBeLessThan(1e-6);
    soft[kind].coef.forEach((value, j) => expect(Math.abs((fit.weights[j] ?? 0) - value)).toBeLessThan(1e-3));
  },
);

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
  for (const change of [
    { targets: new Float32Array(n).fill(1.5) },
    { margins: new Float32Array(n), marginKind: 'scale' },
  ])
    await expect(fit(change)).rejects.toMatchObject({ code: 'ASY-5007' });
  await expect(fit({ targets: new Float32Array(n).fill(Number.NaN) })).rejects.toMatchObject({ code: 'ASY-5005' });
  await expect(fit({ weights: new Float32Array(n).fill(-1) })).rejects.toThrow(RangeError);
  await expect(fit({ l2: -1 })).rejects.toThrow(RangeError);
  await expect(fit({ n: n + 1 })).rejects.toThrow(RangeError);
  await expect(fit({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
});
