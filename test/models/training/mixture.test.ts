import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRandom } from '../../../models/random.ts';
import { openSession } from '../../../models/runtime.ts';
import type { MixtureInput } from '../../../models/training/mixture.ts';
import { fitMixture } from '../../../models/training/mixture.ts';
import { mixtureGraph } from '../../../models/training/mixture-graph.ts';
import { blockObjective, rowBlocks } from '../../../models/training/objective.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/models/heads-mixture.json', import.meta.url), 'utf8'),
) as {
  rows: number;
  widths: number[];
  temperature: number;
  scale: number;
  prompts: number[][];
  differences: number[][];
  weights: number[];
  masks: number[][][];
  layers: [number[][], number[]][];
  cases: { topK: number | null; masked: boolean; loss: number; gradient: number[] }[];
};

test.each(golden.cases)(
  'loss and slopes are jax’s: top $topK, dropout $masked',
  async ({ topK, masked, loss, gradient }) => {
    const { rows, widths, temperature, prompts, differences, weights, masks, layers, scale } = golden;
    const width = (at: number) => widths[at] ?? 0;
    const hidden = masks.map((mask, l) => [
      `mask${l}`,
      { type: 'float32' as const, data: Float32Array.from(mask.flat()), width: width(l + 1) },
    ]);
    const objective = blockObjective({
      session: await openSession(mixtureGraph({ widths, temperature, topK, dropout: masked })),
      blocks: rowBlocks(rows, {
        prompt: { type: 'float32', data: Float32Array.from(prompts.flat()), width: width(0) },
        difference: { type: 'float64', data: Float64Array.from(differences.flat()), width: widths.at(-1) ?? 0 },
        weight: { type: 'float64', data: Float64Array.from(weights) },
        ...(masked ? Object.fromEntries(hidden) : {}),
      }),
      parameters: [
        ...layers.flatMap((_, l) => [
          { name: `w${l}`, dims: [width(l), width(l + 1)], type: 'float32' as const, penalised: false },
          { name: `b${l}`, dims: [width(l + 1)], type: 'float32' as const, penalised: false },
        ]),
        { name: 'scale', dims: [1], type: 'float64', penalised: false },
      ],
      total: 1,
      l2: 0,
      data: {},
    });
    const found = await objective(Float64Array.of(...layers.flatMap(([w, b]) => [...w.flat(), ...b]), scale));
    expect(Math.abs(found.value - loss)).toBeLessThan(1e-6);
    expect(found.gradient.length).toBe(gradient.length);
    gradient.forEach((value, j) => expect(Math.abs((found.gradient[j] ?? 0) - value)).toBeLessThan(1e-6));
  },
);

/** Pairs whose prompt says, by the sign of its first feature, which of two experts is right; the third is noise. */
const planted = (n: number, seed: number): MixtureInput => {
  const random = createRandom(seed);
  const prompts = Float32Array.from({ length: n * 4 }, () => 2 * random() - 1);
  const differences = new Float64Array(n * 3);
  for (let i = 0; i < n; i++) {
    const right = (prompts[4 * i] ?? 0) > 0 ? 0 : 1;
    for (let k = 0; k < 3; k++)
      differences[3 * i + k] = 2 * random() - 1 + (k === right ? 1 : k === 1 - right ? -1 : 0);
  }
  const training = { steps: 400, batch: 64, learningRate: 1e-2, hidden: [16], temperature: 1 };
  return { prompts, promptDims: 4, differences, experts: 3, n, seed, ...training };
};

test('the gate learns which expert a prompt needs, and the same seed gives the same bits', async () => {
  const input = planted(600, 5);
  const fit = await fitMixture(input);
  const blind = await fitMixture({ ...input, prompts: new Float32Array(600 * 4) });
  expect(fit.loss).toBeLessThan(0.25);
  expect(blind.loss).toBeGreaterThan(0.5);
  expect(fit.gate.layers.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
    [4, 16],
    [16, 3],
  ]);
  expect(await fitMixture(input)).toEqual(fit);
  expect((await fitMixture({ ...input, seed: 6 })).gate).not.toEqual(fit.gate);
});

test('dropout, one expert at a time, and a gate without hidden layers learn it too', async () => {
  const input = planted(600, 8);
  for (const change of [{ dropout: 0.2 }, { topK: 1, dropout: 0.1, hidden: [16, 16] }, { hidden: [] }])
    expect((await fitMixture({ ...input, ...change })).loss).toBeLessThan(0.45);
});

test('pairs of weight 0 are never drawn', async () => {
  const input = planted(200, 9);
  const weights = Float32Array.from({ length: 200 }, (_, i) => (i < 100 ? 1 : 0));
  const wild = input.differences.map((value, at) => (at < 300 ? value : 1e3));
  const there = await fitMixture({ ...input, weights, steps: 20 });
  expect(await fitMixture({ ...input, weights, differences: wild, steps: 20 })).toEqual(there);
});

test('bad input is refused with a code', async () => {
  const input = planted(50, 1);
  const fit = (change: object) => fitMixture({ ...input, steps: 5, ...change });
  await expect(fit({ prompts: input.prompts.map((v, i) => (i === 3 ? Number.NaN : v)) })).rejects.toMatchObject({
    code: 'ASY-5005',
  });
  await expect(fit({ differences: input.differences.map(() => Number.NaN) })).rejects.toMatchObject({
    code: 'ASY-5005',
  });
  await expect(fit({ weights: new Float32Array(50) })).rejects.toMatchObject({ code: 'ASY-5004' });
  await expect(fit({ dropout: 1 })).rejects.toThrow(RangeError);
  await expect(fit({ topK: 0 })).rejects.toThrow(RangeError);
  await expect(fit({ differences: new Float64Array(3) })).rejects.toThrow(RangeError);
  await expect(fit({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
});
