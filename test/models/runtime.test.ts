import { afterAll, expect, test } from 'vitest';
import { createGraph } from '../../models/onnx/graph.ts';
import { assertFinite, dispose, float32Of, openSession, run, whyNot } from '../../models/runtime.ts';

const doubling = (): Uint8Array => {
  const graph = createGraph('doubling');
  const x = graph.input('x', 'float32', ['n', 2]);
  graph.output('y', graph.node('Mul', [x, graph.scalar(2)]), 'float32', ['n', 2]);
  return graph.bytes();
};

afterAll(() => dispose());

test('sessions of equal bytes are one session, and runs give what the graph says', async () => {
  const session = await openSession(doubling());
  expect(await openSession(doubling())).toBe(session);
  expect(await openSession(doubling(), { threads: 2 })).not.toBe(session);
  const outputs = await run(session, { x: { type: 'float32', dims: [1, 2], data: Float32Array.of(1, 3) } });
  expect([...float32Of(outputs, 'y')]).toEqual([2, 6]);
  expect(() => float32Of(outputs, 'z')).toThrow(expect.objectContaining({ code: 'ASY-5003' }));
});

test('a failed run names each input with its type and dims', async () => {
  const session = await openSession(doubling(), { name: 'doubling' });
  const feeds = { x: { type: 'int32', dims: [3], data: Int32Array.of(1, 2, 3) } } as const;
  await expect(run(session, feeds)).rejects.toMatchObject({
    code: 'ASY-5003',
    message: expect.stringContaining('x int32[3]'),
  });
});

test('a corrupt model is refused each time: failures are not kept', async () => {
  const corrupt = Uint8Array.of(1, 2, 3, 4);
  for (const _ of [1, 2])
    await expect(openSession(corrupt, { name: 'broken.onnx' })).rejects.toMatchObject({
      code: 'ASY-5003',
      message: expect.stringContaining('broken.onnx'),
    });
  await expect(openSession('/no/such/model.onnx')).rejects.toMatchObject({ code: 'ASY-5003' });
});

test('a disposed session refuses to run, and opening again works', async () => {
  const session = await openSession(doubling());
  await dispose(session);
  await expect(run(session, {})).rejects.toMatchObject({ code: 'ASY-5003' });
  const again = await openSession(doubling());
  expect(again).not.toBe(session);
  await run(again, { x: { type: 'float32', dims: [0, 2], data: new Float32Array(0) } });
});

test('assertFinite says what is not finite, and where', () => {
  assertFinite(Float32Array.of(0, -1, 3e38), 'x');
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(() => assertFinite(Float32Array.of(0, bad), 'features')).toThrow(
      expect.objectContaining({ code: 'ASY-5005', message: 'features (element 1) holds NaN or infinity' }),
    );
});

test('a provider that is not there makes room for the next, and the session says which it got', async () => {
  expect((await openSession(doubling())).provider).toBe('cpu');
  const missing = (
    await Promise.all((['cuda', 'coreml'] as const).map(async (one) => [one, await whyNot(one)] as const))
  )
    .filter(([, reason]) => reason !== null)
    .map(([provider]) => provider);
  expect(missing.length).toBeGreaterThan(0);
  const session = await openSession(doubling(), { providers: [...missing, 'cpu'] });
  expect(session.provider).toBe('cpu');
  const outputs = await run(session, { x: { type: 'float32', dims: [1, 2], data: Float32Array.of(1, 3) } });
  expect([...float32Of(outputs, 'y')]).toEqual([2, 6]);
  expect(await whyNot('cpu')).toBeNull();
});
