import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSession } from '../../../models/runtime.ts';
import { adamw, clipNorm } from '../../../models/training/adamw.ts';
import { dot } from '../../../models/training/lbfgs.ts';
import { logisticGraph, slackOf } from '../../../models/training/logistic.ts';
import { blockObjective, rowBlocks } from '../../../models/training/objective.ts';
import { constantSchedule, cosineSchedule } from '../../../models/training/schedule.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/models/heads-${name}.json`, import.meta.url), 'utf8'));
const golden = read('adamw') as {
  scales: number[];
  centres: number[];
  learningRate: number;
  betas: [number, number];
  cases: { decay: number; warmup: number; steps: number; clip: number | null; path: number[][] }[];
};

/** Σ scale·(x − centre)²/2. */
const bowl = (x: Float64Array) => {
  const away = x.map((value, i) => value - (golden.centres[i] ?? 0));
  const gradient = away.map((value, i) => value * (golden.scales[i] ?? 0));
  return Promise.resolve({ value: dot(away, gradient) / 2, gradient });
};

test.each(golden.cases)('every step is optax’s: decay $decay, warm-up $warmup, clip $clip', async (given) => {
  const { decay: weightDecay, warmup, steps, clip, path } = given;
  const seen: number[][] = [];
  const { x } = await adamw(
    (at) => {
      seen.push([...at]);
      return bowl(at);
    },
    new Float64Array(3),
    {
      learningRate: golden.learningRate,
      betas: golden.betas,
      weightDecay,
      steps,
      schedule: cosineSchedule(steps, warmup),
      clip: clip ?? undefined,
    },
  );
  // optax works its bias corrections out in float32.
  [...seen.slice(1), [...x]].forEach((at, step) =>
    at.forEach((value, i) => expect(value).toBeCloseTo(path[step]?.[i] ?? Number.NaN, 7)),
  );
});

test('S014: it arrives at scikit-learn’s LogisticRegression, and the same run gives the same bits', async () => {
  const peer = read('logistic') as {
    n: number;
    dims: number;
    l2: number;
    features: number[][];
    hard: number[];
    sklearn: { coef: number[]; loss: number };
  };
  const { n, dims, l2 } = peer;
  const features = Float32Array.from(peer.features.flat());
  const objective = blockObjective({
    session: await openSession(logisticGraph(['bias', 'slack'])),
    blocks: rowBlocks(n, {
      features: { type: 'float32', data: features, width: dims },
      weight: { type: 'float64', data: new Float64Array(n).fill(1) },
      slack: { type: 'float64', data: slackOf(Float32Array.from(peer.hard)) },
    }),
    parameters: [
      { name: 'w', dims: [1, dims], type: 'float32', penalised: true },
      { name: 'bias', dims: [1], type: 'float64', penalised: false },
    ],
    total: n,
    l2,
    data: { features },
  });
  const fit = () =>
    adamw(objective, new Float64Array(dims + 1), { learningRate: 0.05, steps: 400, schedule: cosineSchedule(400) });
  const { x, value } = await fit();
  peer.sklearn.coef.forEach((coefficient, j) => expect(Math.abs((x[j] ?? 0) - coefficient)).toBeLessThan(1e-3));
  expect(Math.abs(value - peer.sklearn.loss)).toBeLessThan(1e-6);
  expect((await fit()).x).toEqual(x);
});

test('S016: a gradient of length 10 is cut to length 1; a shorter one is left alone; the direction stays', () => {
  expect(clipNorm(Float64Array.of(6, 8), 1)).toEqual(Float64Array.of(0.6, 0.8));
  expect(clipNorm(Float64Array.of(0.3, 0.4), 1)).toEqual(Float64Array.of(0.3, 0.4));
  const entries = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(entries, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (values, most) => {
      const cut = clipNorm(Float64Array.from(values), most);
      expect(Math.sqrt(dot(cut, cut))).toBeLessThanOrEqual(most * (1 + 1e-12));
    }),
  );
});

test('S015: schedules warm up in a line, fall along a cosine, and never leave [0, 1]', () => {
  const cosine = cosineSchedule(100, 10);
  expect([0, 4, 9, 10, 55, 100].map(cosine)).toEqual([0.1, 0.5, 1, 1, 0.5, 0]);
  expect(constantSchedule(7)).toBe(1);
  fc.assert(
    fc.property(fc.nat(200), fc.nat(50), fc.nat(400), (steps, warmup, step) => {
      const factor = cosineSchedule(steps, warmup)(step);
      expect(factor).toBeGreaterThanOrEqual(0);
      expect(factor).toBeLessThanOrEqual(1);
    }),
  );
});

test('a gradient that is not finite is refused, and the signal stops it', async () => {
  const broken = () => Promise.resolve({ value: 0, gradient: Float64Array.of(0, Number.NaN) });
  const options = { learningRate: 0.1, steps: 5 };
  await expect(adamw(broken, new Float64Array(2), options)).rejects.toMatchObject({ code: 'ASY-5005' });
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(adamw(bowl, new Float64Array(3), { ...options, signal })).rejects.toThrow('stopped');
});
