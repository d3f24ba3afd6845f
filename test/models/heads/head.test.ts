import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HeadParameters } from '../../../models/heads/head.ts';
import { checkRevision, exportHead, openHead } from '../../../models/heads/head.ts';
import { createGraph } from '../../../models/onnx/graph.ts';

const encoder = { id: 'hashed-ngrams', revision: 'abc', dims: 3 };
const parameters: HeadParameters = {
  encoder,
  weights: Float32Array.of(2, -1, 7),
  mean: Float32Array.of(1, 2, 3),
  scale: Float32Array.of(0.5, 2, 0),
  temperature: 4,
};

test('rewards are (x − mean) / scale · w / T, and a switched-off feature does nothing', async () => {
  const head = await openHead(exportHead(parameters));
  expect(head).toMatchObject({ encoder, encoderRevision: 'abc', temperature: 4 });
  const { reward: rewards } = await head.score(Float32Array.of(1, 2, 3, 2, 2, 99, 1, 4, -5), 3);
  expect([...rewards].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0, 1, -0.25]);
  expect((await head.score(new Float32Array(0), 0)).reward).toHaveLength(0);
});

test('equal parameters are equal bytes', () => {
  expect(exportHead(parameters)).toEqual(exportHead({ ...parameters, weights: Float32Array.of(2, -1, 7) }));
  expect(exportHead(parameters)).not.toEqual(exportHead({ ...parameters, encoder: { ...encoder, revision: 'abd' } }));
});

test('the temperature changes the size of rewards, never their order', async () => {
  const value = fc.float({ min: -10, max: 10, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: 6, maxLength: 6 }),
      fc.integer({ min: 1, max: 16 }),
      async (x, temperature) => {
        const features = Float32Array.from(x);
        const { reward: plain } = await (await openHead(exportHead({ ...parameters, temperature: 1 }))).score(
          features,
          2,
        );
        const { reward: cool } = await (await openHead(exportHead({ ...parameters, temperature }))).score(features, 2);
        plain.forEach((reward, i) => expect(cool[i]).toBeCloseTo(reward / temperature, 3));
      },
    ),
    { numRuns: 20 },
  );
});

test('a head for another encoder revision, other models and NaN are refused', async () => {
  const head = await openHead(exportHead(parameters));
  checkRevision(head, 'abc', 'm');
  expect(() => checkRevision(head, 'abd', 'm')).toThrow(expect.objectContaining({ code: 'ASY-5006' }));
  await expect(head.score(Float32Array.of(1, Number.NaN, 1), 1)).rejects.toMatchObject({ code: 'ASY-5005' });
  await expect(head.score(Float32Array.of(1, 2), 1)).rejects.toMatchObject({ code: 'ASY-5003' });
  const graph = createGraph('other');
  graph.output('y', graph.input('x', 'float32', ['n']), 'float32', ['n']);
  for (const bytes of [graph.bytes(), Uint8Array.of(255, 255, 255), new Uint8Array(0)])
    await expect(openHead(bytes)).rejects.toMatchObject({ code: 'ASY-5003' });
});

test('parameters that are not finite or not as wide as the encoder are refused', () => {
  const nan = { ...parameters, weights: Float32Array.of(Number.NaN, 0, 0) };
  expect(() => exportHead(nan)).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
  expect(() => exportHead({ ...parameters, temperature: 0 })).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
  expect(() => exportHead({ ...parameters, mean: new Float32Array(2) })).toThrow(RangeError);
});
