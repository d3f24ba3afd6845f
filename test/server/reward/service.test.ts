import { expect, test } from 'vitest';
import { AssayError } from '../../../schemas/errors.ts';
import type { RewardInput, RewardModel, RewardRegistry } from '../../../server/reward/ports.ts';
import { createRewardService } from '../../../server/reward/service.ts';
import { until } from '../../support/until.ts';

const text: RewardInput = { prompt: 'p', response: 'rr', language: null };
const never = new AbortController().signal;

/** A registry whose versions answer their number; `broken` ones cannot be opened. */
const setup = (options: Parameters<typeof createRewardService>[2] = {}) => {
  const opened: string[] = [];
  const batches: number[] = [];
  const metrics = { batch: (texts: number) => void batches.push(texts), waiting: () => undefined };
  const state = { promoted: '1', broken: new Set<string>(), up: true, now: 0, hold: Promise.resolve(), asked: 0 };
  const registry: RewardRegistry = {
    promoted: async (name) => {
      state.asked++;
      if (name === 'none') throw new AssayError('ASY-5001', { model: name });
      if (!state.up) throw new AssayError('ASY-3001', { endpoint: 's3' });
      return state.promoted;
    },
    open: async (model, version): Promise<RewardModel> => {
      opened.push(version);
      if (state.broken.has(version)) throw new AssayError('ASY-5002', { file: model });
      return {
        model,
        version,
        score: async (inputs) => {
          await state.hold;
          const value = version === 'nan' ? Number.NaN : Number(version);
          return inputs.map(() => ({ value, std: null, ood: 1, aspects: { calm: value }, probability: null }));
        },
      };
    },
    reachable: async () => {
      if (!state.up) throw new AssayError('ASY-3001', { endpoint: 's3' });
    },
  };
  const service = createRewardService(registry, metrics, { now: () => state.now, maxWaitMs: 0, ...options });
  const score = async (name = 'm', version?: string) => {
    const model = await service.model(name, version);
    return (await model.score([text], never)).map(({ value }) => value);
  };
  return { service, state, opened, batches, score };
};
/** Lets everything that only awaits promises go as far as it can. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a model is opened once, by its first request, and knows what it puts out', async () => {
  const { score, opened, service } = setup();
  expect(opened).toEqual([]);
  expect(await Promise.all([score(), score(), score('m', '1')])).toEqual([[1], [1], [1]]);
  expect(opened).toEqual(['1']);
  expect((await service.model('m')).outputs).toEqual({ std: false, ood: true, probability: false, aspects: ['calm'] });
});

test('a promotion is noticed after a while, without making anybody wait; an old version can still be named', async () => {
  const { score, state, opened } = setup({ promotedForMs: 1000 });
  expect(await score()).toEqual([1]);
  state.promoted = '2';
  state.now = 999;
  expect(await score()).toEqual([1]);
  state.now = 1000;
  expect(await score()).toEqual([1]);
  await turn();
  expect(await score()).toEqual([2]);
  expect(await score('m', '1')).toEqual([1]);
  expect(opened).toEqual(['1', '2']);
});

test('a promoted version that cannot be opened, or a registry that is down, leaves the one that serves', async () => {
  const { score, state } = setup({ promotedForMs: 10 });
  expect(await score()).toEqual([1]);
  state.promoted = '2';
  state.broken.add('2');
  for (state.now = 10; state.now < 100; state.now += 10) {
    expect(await score()).toEqual([1]);
    await turn();
  }
  state.up = false;
  state.now = 1000;
  expect(await score()).toEqual([1]);
  await turn();
  state.up = true;
  state.broken.clear();
  state.now = 2000;
  await score();
  await turn();
  expect(await score()).toEqual([2]);
});

test('a failed opening is tried again by the next request', async () => {
  const { score, state, opened } = setup();
  state.broken.add('1');
  await expect(score()).rejects.toMatchObject({ code: 'ASY-5002' });
  state.broken.clear();
  expect(await score()).toEqual([1]);
  expect(opened).toEqual(['1', '1']);
  await expect(score('none')).rejects.toMatchObject({ code: 'ASY-5001' });
  await expect(score('m', 'nan')).rejects.toMatchObject({ code: 'ASY-5005' });
});

test('no more models are kept open than told; the one unused for longest goes', async () => {
  const { score, opened } = setup({ maxModels: 2 });
  for (const version of ['1', '2', '1', '3', '1', '2']) await score('m', version);
  expect(opened).toEqual(['1', '2', '3', '2']);
});

test('beyond its bounds it refuses, and takes again when there is room', async () => {
  const { service, state, batches } = setup({ maxWaiting: 3, maxBatch: 1, maxBytes: 100 });
  const model = await service.model('m');
  let release = () => undefined as void;
  state.hold = new Promise((resolve) => (release = resolve));
  const taken = model.score([text, text, text], never);
  await until('a batch', () => batches.length === 1);
  const more = model.score([text], never);
  await expect(model.score([text], never)).rejects.toMatchObject({ code: 'ASY-5029', retry: true });
  release();
  expect(await taken).toHaveLength(3);
  expect(await more).toHaveLength(1);
  expect(await model.score([text, text, text], never)).toHaveLength(3);

  const end = service.admit(60);
  expect(() => service.admit(41)).toThrow(AssayError);
  service.admit(40)();
  end();
  expect(() => service.admit(100)).not.toThrow();
});

test('draining answers what was taken and refuses the rest', async () => {
  const { service, state } = setup();
  const model = await service.model('m');
  await service.ready();
  let release = () => undefined as void;
  state.hold = new Promise((resolve) => (release = resolve));
  const taken = model.score([text], never);
  let drained = false;
  const draining = service.drain().then(() => (drained = true));
  await turn();
  expect(drained).toBe(false);
  for (const refused of [model.score([text], never), service.model('m'), service.ready()])
    await expect(refused).rejects.toMatchObject({ code: 'ASY-5031' });
  release();
  expect(await taken).toHaveLength(1);
  await draining;
});

test('it is not ready without its registry', async () => {
  const { service, state } = setup();
  state.up = false;
  await expect(service.ready()).rejects.toMatchObject({ code: 'ASY-3001' });
});
