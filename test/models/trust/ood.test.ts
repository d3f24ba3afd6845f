import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { EncoderInput } from '../../../models/encoders/index.ts';
import { resolveEncoder } from '../../../models/encoders/index.ts';
import { unitHash } from '../../../models/hash.ts';
import { auroc } from '../../../models/metrics/auroc.ts';
import { createGraph } from '../../../models/onnx/graph.ts';
import { createRandom } from '../../../models/random.ts';
import { float32Of, openSession, run } from '../../../models/runtime.ts';
import { fitScaler, gatherScaled } from '../../../models/training/scaler.ts';
import { fitOod } from '../../../models/trust/ood.ts';
import { emitOod } from '../../../models/trust/ood-graph.ts';
import { trustFixture } from './fixture.ts';

const distancesBy = async (
  model: NonNullable<Awaited<ReturnType<typeof fitOod>>>,
  rows: Float32Array,
  dims: number,
): Promise<Float32Array> => {
  const graph = createGraph('distance');
  const x = graph.input('x', 'float32', ['n', dims]);
  graph.output('ood', emitOod(graph, x, { ...model, threshold: 0 }), 'float32', ['n']);
  const session = await openSession(graph.bytes());
  return float32Of(await run(session, { x: { type: 'float32', dims: [rows.length / dims, dims], data: rows } }), 'ood');
};

test('S108: the distance is scipy’s Mahalanobis distance under the same covariance', async () => {
  const { n, dims, rows, probes, residual, distances } = trustFixture.distances;
  const model = await fitOod(Float32Array.from(rows), n, dims);
  expect(model?.components).toBe(16);
  expect(model?.residual).toBeCloseTo(residual, 5);
  if (model === null) throw new Error('nothing was fitted');
  const found = await distancesBy(model, Float32Array.from(probes), dims);
  distances.forEach((distance, i) => expect((found[i] ?? 0) / distance).toBeCloseTo(1, 3));
});

test('what lies outside the training subspace is far, though every training row is 0 there', async () => {
  const random = createRandom(2);
  const [n, dims] = [200, 10];
  const rows = Float32Array.from({ length: n * dims }, (_, at) =>
    at % dims < 4 ? random() - 0.5 : 1e-3 * (random() - 0.5),
  );
  const model = await fitOod(rows, n, dims);
  if (model === null) throw new Error('nothing was fitted');
  const inside = await distancesBy(model, rows, dims);
  const outside = await distancesBy(
    model,
    Float32Array.from({ length: dims }, (_, j) => (j === 9 ? 0.5 : 0)),
    dims,
  );
  expect(outside[0]).toBeGreaterThan(10 * Math.max(...inside));
});

test('too few rows, or features that never vary, give no distance; repeated rows a finite one', async () => {
  expect(await fitOod(new Float32Array(60), 20, 3)).toBeNull();
  expect(await fitOod(Float32Array.of(1, -1, -1, 1), 2, 2)).toBeNull();
  const repeated = Float32Array.from(
    { length: 40 * 6 },
    (_, at) => (Math.floor(at / 6) % 2 === 0 ? 1 : -1) * ((at % 6) + 1),
  );
  const model = await fitOod(repeated, 40, 6);
  if (model === null) throw new Error('nothing was fitted');
  expect([...(await distancesBy(model, repeated, 6))].every(Number.isFinite)).toBe(true);
  await expect(fitOod(Float32Array.of(1, Number.NaN), 2, 1)).rejects.toMatchObject({ code: 'ASY-5005' });
});

interface Row {
  readonly language: string;
  readonly prompt: string;
  readonly responses: readonly { readonly text: string }[];
}
type Text = Extract<EncoderInput, { kind: 'text' }>;

/** Responses of the example drop in one language: German are translations of news, English are answers to instructions. */
const answers = (wanted: string): Text[] =>
  readFileSync(new URL('../../../examples/pairs/pairs.jsonl', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
    .filter(({ language }) => language === wanted)
    .flatMap(({ prompt, responses }) => responses.map(({ text }) => ({ kind: 'text', prompt, response: text })));

const source = (): string[] => {
  const root = new URL('../../../models/training/', import.meta.url);
  const names = readdirSync(root).filter((name) => name.endsWith('.ts'));
  return names.flatMap((name) => readFileSync(new URL(name, root), 'utf8').match(/[\s\S]{600}/g) ?? []);
};

test.each(['static-e5', 'hashed-ngrams'])(
  'S108: with %s, trained on German translations, English and source code are told apart with an AUROC of at least .95',
  async (id) => {
    const german = answers('de');
    const held = german.filter(({ prompt }) => unitHash(0, prompt) < 0.3);
    const train = german.filter(({ prompt }) => unitHash(0, prompt) >= 0.3);
    const encoder = await resolveEncoder(id, 'text');
    const { dims } = encoder.manifest;
    const features = await encoder.encode(train);
    const scaler = fitScaler(features, train.length, dims, { blocks: encoder.blocks });
    const scaled = (given: Float32Array) => gatherScaled(given, [...Array(given.length / dims).keys()], scaler);
    const model = await fitOod(scaled(features), train.length, dims);
    if (model === null) throw new Error('nothing was fitted');
    const distance = async (inputs: readonly Text[]) => distancesBy(model, scaled(await encoder.encode(inputs)), dims);
    const usual = await distance(held);
    // Under the same prompts, so that the response alone gives it away.
    const told = async (responses: readonly string[]) =>
      auroc(
        await distance(
          responses.map((response, i) => ({ kind: 'text', prompt: held[i % held.length]?.prompt ?? '', response })),
        ),
        usual,
      );
    expect(held.length).toBeGreaterThan(50);
    expect(await told(answers('en').map(({ response }) => response))).toBeGreaterThan(0.95);
    expect(await told(source())).toBeGreaterThan(0.95);
  },
);
