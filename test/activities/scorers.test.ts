import { expect, test } from 'vitest';
import { createRemotes } from '../../activities/adapters/remote/index.ts';
import { openJudge, openScorer, servingVersion } from '../../activities/scorers.ts';
import { keys } from '../../schemas/keys.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { promote, storeHead } from '../support/stored-head.ts';

const setup = () => {
  const objects = createMemoryObjects();
  return { objects, deps: { objects, remotes: createRemotes({}, () => '') } };
};
const text = (response: string, prompt = 'Why?') => ({ prompt, response, language: null });

test('scores with the promoted version, else the newest, else the one named', async () => {
  const { objects, deps } = setup();
  await storeHead(objects, 'm', 'v1', { slope: 1 });
  await storeHead(objects, 'm', 'v2', { slope: 2 });
  expect(await servingVersion(deps, 'm')).toBe('v2');
  await promote(objects, 'm', 'v1');
  const promoted = await openScorer(deps, 'm');
  expect([promoted.model, promoted.version]).toEqual(['m', 'v1']);
  const [one] = await promoted.score([text('a few words')]);
  const [two] = await (await openScorer(deps, 'm', 'v2')).score([text('a few words')]);
  expect(one?.value).toBeCloseTo(Math.log1p('a few words'.length), 5);
  expect(two?.value).toBeCloseTo(2 * (one?.value ?? 0), 5);
  expect(one).toMatchObject({ std: null, ood: null, aspects: null, probability: null });
});

test('a score does not depend on the other texts of the call, however many', async () => {
  const { objects, deps } = setup();
  await storeHead(objects, 'm', 'v1');
  const scorer = await openScorer(deps, 'm');
  const texts = Array.from({ length: 700 }, (_, i) => text(`answer ${i} ${'x'.repeat(i % 90)}`, `question ${i % 7}`));
  const together = await scorer.score(texts);
  expect(together).toHaveLength(700);
  expect(together[613]).toEqual((await scorer.score([texts[613] ?? text('')]))[0]);
  expect(await scorer.score([])).toEqual([]);
});

test('names each aspect of a head that has some', async () => {
  const { objects, deps } = setup();
  await storeHead(objects, 'm', 'v1', { aspects: true });
  const [one, two] = await (await openScorer(deps, 'm')).score([text('a few words'), text('')]);
  const long = Math.log1p('a few words'.length);
  const near = (value: number) => expect.closeTo(value, 5) as number;
  expect(one).toMatchObject({ value: near(long), aspects: { long: near(long), short: near(-long) } });
  expect(two?.aspects).toEqual({ long: near(0), short: near(0) });
});

test('a process head gives P(right) of a step to whom asks for it by kind, and no reward of whole responses', async () => {
  const { objects, deps } = setup();
  await storeHead(objects, 'm', 'v1', { slope: -1, process: { bias: 2 } });
  await expect(openScorer(deps, 'm')).rejects.toMatchObject({ code: 'ASY-5038' });
  const { kind, scorer } = await openJudge(deps, 'm');
  expect(kind).toBe('process');
  const [one] = await scorer.score([text('a few words')]);
  expect(one?.probability).toBeCloseTo(1 / (1 + Math.exp(Math.log1p('a few words'.length) - 2)), 5);
});

test('reads the ends of what is longer than a row may be, and replaces lone surrogates', async () => {
  const { objects, deps } = setup();
  await storeHead(objects, 'm', 'v1');
  const scorer = await openScorer(deps, 'm');
  const [long] = await scorer.score([text('y'.repeat(9_000_000))]);
  expect(long?.value).toBeCloseTo(Math.log1p(8_388_608), 4);
  expect(await scorer.score([text('\ud800')])).toEqual(await scorer.score([text('\ufffd')]));
});

test.each([
  ['ASY-5001', async () => undefined],
  ['ASY-5002', (o: ReturnType<typeof createMemoryObjects>) => o.put(keys.model('m', 'v1', 'model.onnx'), 'other')],
  ['ASY-5006', (o: ReturnType<typeof createMemoryObjects>) => storeHead(o, 'm', 'v1', { revision: 'older' })],
  ['ASY-5027', (o: ReturnType<typeof createMemoryObjects>) => storeHead(o, 'm', 'v1', { modality: 'image' })],
] as const)('refuses with %s', async (code, spoil) => {
  const { objects, deps } = setup();
  if (code !== 'ASY-5001') await storeHead(objects, 'm', 'v1');
  await spoil(objects);
  await expect(openScorer(deps, 'm')).rejects.toMatchObject({ code });
});

test('remote names go to the remotes, and a version the remote does not have is refused', async () => {
  const { objects } = setup();
  const scorer = { model: 'remote/x', version: '7', score: async () => [] };
  const deps = { objects, remotes: { ...createRemotes({}, () => ''), scorer: () => scorer } };
  expect(await openScorer(deps, 'remote/x')).toBe(scorer);
  expect(await servingVersion(deps, 'remote/x')).toBe('7');
  await expect(openScorer(deps, 'remote/x', '8')).rejects.toMatchObject({ code: 'ASY-5001' });
  await expect(openScorer({ objects, remotes: createRemotes({}, () => '') }, 'remote/y')).rejects.toMatchObject({
    code: 'ASY-5034',
  });
});
