import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Expert, MixtureParameters } from '../../../models/heads/mixture.ts';
import { gateShares, mixtureReward } from '../../../models/heads/mixture.ts';
import { createGraph } from '../../../models/onnx/graph.ts';
import { createRandom } from '../../../models/random.ts';
import { float32Of, openSession, run } from '../../../models/runtime.ts';

const DIMS = 6;
const random = createRandom(11);
const noise = (length: number) => Float32Array.from({ length }, () => 2 * random() - 1);
const expert = (): Expert => ({ weights: noise(DIMS), bias: random(), mean: random(), deviation: 0.5 + random() });
const layer = (inputs: number, outputs: number) => ({
  inputs,
  outputs,
  weights: noise(inputs * outputs),
  bias: noise(outputs),
});
const parameters: MixtureParameters = {
  prompt: { from: 2, to: 5 },
  experts: [expert(), expert(), expert(), expert()],
  verbosity: { index: 1, penalties: [0.3, 1, 0, 0.05] },
  gate: { layers: [layer(3, 5), layer(5, 4)], temperature: 0.5, scale: 1.7, topK: null },
};
const n = 7;
const features = noise(n * DIMS);

const score = async (given: MixtureParameters, rows = n, data = features) => {
  const graph = createGraph('mixture-test');
  const out = mixtureReward(graph, graph.input('features', 'float32', ['n', DIMS]), given);
  graph.output('reward', out.reward, 'float32', ['n']);
  graph.output('aspects', out.aspects, 'float32', ['n', 4]);
  graph.output('gates', out.gates, 'float32', ['n', 4]);
  const feeds = { features: { type: 'float32' as const, dims: [rows, DIMS], data } };
  const outputs = await run(await openSession(graph.bytes()), feeds);
  return {
    reward: float32Of(outputs, 'reward'),
    aspects: float32Of(outputs, 'aspects'),
    gates: float32Of(outputs, 'gates'),
  };
};

/** The same, spelt out in float64. */
const byHand = ({ experts, verbosity, gate, prompt }: MixtureParameters, row: Float32Array) => {
  const aspects = experts.map(({ weights, bias }) => weights.reduce((sum, w, j) => sum + w * (row[j] ?? 0), bias));
  const z = aspects.map((aspect, k) => (aspect - (experts[k]?.mean ?? 0)) / (experts[k]?.deviation ?? 1));
  const fair = z.map((value, k) => value - (verbosity?.penalties[k] ?? 0) * (z[verbosity?.index ?? 0] ?? 0));
  let h = [...row.subarray(prompt.from, prompt.to)];
  gate.layers.forEach(({ weights, bias, outputs }, l) => {
    const sums = Array.from(bias, (b, o) =>
      h.reduce((sum, value, i) => sum + value * (weights[i * outputs + o] ?? 0), b),
    );
    h = l + 1 < gate.layers.length ? sums.map((value) => Math.max(0, value)) : sums;
  });
  const powers = h.map((value) => Math.exp(value / gate.temperature));
  const mass = powers.reduce((sum, value) => sum + value, 0);
  const gates = powers.map((value) => value / mass);
  return { aspects, gates, reward: gate.scale * gates.reduce((sum, g, k) => sum + g * (fair[k] ?? 0), 0) };
};

test('aspects, gates and reward are what the formula says', async () => {
  const { reward, aspects, gates } = await score(parameters);
  for (let i = 0; i < n; i++) {
    const expected = byHand(parameters, features.subarray(i * DIMS, (i + 1) * DIMS));
    expect(reward[i]).toBeCloseTo(expected.reward, 4);
    expected.aspects.forEach((value, k) => expect(aspects[4 * i + k]).toBeCloseTo(value, 5));
    expected.gates.forEach((value, k) => expect(gates[4 * i + k]).toBeCloseTo(value, 5));
  }
});

test('S175: shares add up to 1, k of them are not 0, and all of them is the dense gate', async () => {
  const dense = await score(parameters);
  for (const topK of [1, 2, 3, 4]) {
    const { gates, reward } = await score({ ...parameters, gate: { ...parameters.gate, topK } });
    for (let i = 0; i < n; i++) {
      const row = gates.subarray(4 * i, 4 * i + 4);
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(row.filter((share) => share > 0).length).toBe(topK);
    }
    if (topK === 4) expect({ gates, reward }).toEqual({ gates: dense.gates, reward: dense.reward });
  }
});

test('S175: of equal logits exactly k keep a share', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 5, maxLength: 5 }),
      fc.integer({ min: 1, max: 4 }),
      async (logits, topK) => {
        const graph = createGraph('gate');
        const shares = gateShares(graph, graph.input('logits', 'float32', ['n', 5]), { temperature: 10, topK }, 5);
        graph.output('shares', shares, 'float32', ['n', 5]);
        const feeds = { logits: { type: 'float32' as const, dims: [1, 5], data: Float32Array.from(logits) } };
        const found = float32Of(await run(await openSession(graph.bytes()), feeds), 'shares');
        expect(found.filter((share) => share > 0).length).toBe(topK);
        const kept = logits.filter((_, k) => (found[k] ?? 0) > 0);
        const left = logits.filter((_, k) => found[k] === 0);
        expect(Math.min(...kept)).toBeGreaterThanOrEqual(Math.max(...left));
      },
    ),
    { numRuns: 30 },
  );
});

test('S175: a one-hot gate is that expert', async () => {
  const gate = { ...parameters.gate, scale: 1, topK: 1 };
  const { gates, aspects, reward } = await score({ ...parameters, verbosity: null, gate });
  for (let i = 0; i < n; i++) {
    const k = gates.subarray(4 * i, 4 * i + 4).indexOf(1);
    const { mean = 0, deviation = 1 } = parameters.experts[k] ?? {};
    expect(reward[i]).toBeCloseTo(((aspects[4 * i + k] ?? 0) - mean) / deviation, 5);
  }
});

test('S176: another expert in the place of one leaves the others’ aspects and all gates bit for bit', async () => {
  const before = await score(parameters);
  const after = await score({ ...parameters, experts: parameters.experts.with(2, expert()) });
  const others = (aspects: Float32Array) => aspects.filter((_, at) => at % 4 !== 2);
  expect(others(after.aspects)).toEqual(others(before.aspects));
  expect(after.gates).toEqual(before.gates);
  expect(after.aspects).not.toEqual(before.aspects);
});

test('a row alone scores as it does among others', async () => {
  const all = await score({ ...parameters, gate: { ...parameters.gate, topK: 2 } });
  for (let i = 0; i < n; i++) {
    const row = features.slice(i * DIMS, (i + 1) * DIMS);
    const one = await score({ ...parameters, gate: { ...parameters.gate, topK: 2 } }, 1, row);
    expect(one.reward[0]).toBeCloseTo(all.reward[i] ?? Number.NaN, 5);
  }
});

test('parameters that do not fit together are refused', () => {
  const emit = (change: Partial<MixtureParameters>) => () => {
    const graph = createGraph('refused');
    return mixtureReward(graph, graph.input('features', 'float32', ['n', DIMS]), { ...parameters, ...change });
  };
  expect(emit({ prompt: { from: 2, to: 4 } })).toThrow(RangeError);
  expect(emit({ experts: parameters.experts.slice(1) })).toThrow(RangeError);
  expect(emit({ experts: [] })).toThrow(RangeError);
  expect(emit({ verbosity: { index: 0, penalties: [1] } })).toThrow(RangeError);
  expect(emit({ gate: { ...parameters.gate, topK: 0 } })).toThrow(RangeError);
  const flat = parameters.experts.map((given) => ({ ...given, deviation: 0 }));
  expect(emit({ experts: flat })).toThrow(RangeError);
});
