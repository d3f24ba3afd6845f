import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AssayError } from '../../../schemas/errors.ts';
import { createBatcher } from '../../../server/reward/batcher.ts';
import type { RewardInput, RewardOutput } from '../../../server/reward/ports.ts';

const text = (response: string): RewardInput => ({ prompt: '', response, language: null });
const never = new AbortController().signal;

/** A model whose batches end when the test says so; a text's reward is its length. */
const setup = ({ maxBatch = 4, maxWaitMs = 0 } = {}) => {
  const batches: { inputs: readonly RewardInput[]; signal: AbortSignal; finish: (error?: Error) => void }[] = [];
  const sizes: number[] = [];
  let waiting = 0;
  const batcher = createBatcher({
    score: (inputs, signal) =>
      new Promise<RewardOutput[]>((resolve, reject) => {
        const finish = (error?: Error): void =>
          error === undefined
            ? resolve(
                inputs.map(({ response }) => ({
                  value: response.length,
                  std: null,
                  ood: null,
                  aspects: null,
                  probability: null,
                })),
              )
            : reject(error);
        batches.push({ inputs, signal, finish });
      }),
    maxBatch,
    maxWaitMs,
    onBatch: (size) => sizes.push(size),
    onWaiting: (change) => (waiting += change),
  });
  const submit = (...responses: string[]) =>
    batcher.submit(responses.map(text), never).then((outputs) => outputs.map(({ value }) => value));
  return { batcher, batches, sizes, submit, waiting: () => waiting };
};
const turn = () => vi.advanceTimersByTimeAsync(1);
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a full batch leaves at once; what comes meanwhile goes together in the next', async () => {
  const { batches, sizes, submit, waiting } = setup({ maxWaitMs: 60_000 });
  const first = submit('a', 'bb', 'ccc', 'dddd');
  expect(sizes).toEqual([4]);
  const second = submit('x');
  const third = submit('yy', 'z');
  expect([sizes.length, waiting()]).toEqual([1, 3]);
  batches[0]?.finish();
  expect(await first).toEqual([1, 2, 3, 4]);
  expect([sizes, waiting()]).toEqual([[4, 3], 0]);
  batches[1]?.finish();
  expect([await second, await third]).toEqual([[1], [2, 1]]);
});

test('a lone text leaves when it has waited long enough, and nothing ticks when nothing waits', async () => {
  const { batches, submit, batcher } = setup();
  const one = submit('a');
  expect([batches.length, vi.getTimerCount()]).toEqual([0, 1]);
  await turn();
  expect(batches).toHaveLength(1);
  batches[0]?.finish();
  expect(await one).toEqual([1]);
  await batcher.idle();
  expect(vi.getTimerCount()).toBe(0);
});

test('a request larger than a batch is cut and put together again in order', async () => {
  const { batches, sizes, submit } = setup();
  const all = submit(...Array.from({ length: 10 }, (_, i) => 'x'.repeat(i)));
  for (let i = 0; i < 3; i++) {
    batches[i]?.finish();
    await turn();
  }
  expect(sizes).toEqual([4, 4, 2]);
  expect(await all).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('one bad text fails its own request, not those that shared its batch', async () => {
  const batcher = createBatcher({
    score: async (inputs) => {
      if (inputs.some(({ response }) => response === 'bad')) throw new Error('bad text');
      return inputs.map(({ response }) => ({
        value: response.length,
        std: null,
        ood: null,
        aspects: null,
        probability: null,
      }));
    },
    maxBatch: 8,
    maxWaitMs: 0,
  });
  vi.useRealTimers();
  const answers = await Promise.allSettled(['good', 'bad', 'fine!'].map((each) => batcher.submit([text(each)], never)));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(answers[2]).toMatchObject({ value: [{ value: 5 }] });
});

test('a request that goes away is dropped from the queue, and its batch stopped when nobody else waits for it', async () => {
  const { batcher, batches, submit, waiting } = setup({ maxWaitMs: 60_000 });
  const gone = new AbortController();
  const running = batcher.submit(['a', 'b', 'c', 'd'].map(text), gone.signal);
  const leaving = new AbortController();
  const queued = batcher.submit([text('e')], leaving.signal);
  expect(waiting()).toBe(1);
  leaving.abort(new Error('left'));
  await expect(queued).rejects.toThrow('left');
  expect([waiting(), batches[0]?.signal.aborted]).toEqual([0, false]);
  gone.abort(new Error('gone'));
  await expect(running).rejects.toThrow('gone');
  expect(batches[0]?.signal.aborted).toBe(true);
  batches[0]?.finish(new Error('stopped'));
  await batcher.idle();
  const later = submit('a', 'b', 'c', 'd');
  batches[1]?.finish();
  expect(await later).toEqual([1, 1, 1, 1]);
  await expect(batcher.submit([text('f')], gone.signal)).rejects.toThrow('gone');
});

test('a model that loses texts is found out', async () => {
  vi.useRealTimers();
  const batcher = createBatcher({ score: async () => [], maxBatch: 1, maxWaitMs: 0 });
  await expect(batcher.submit([text('a')], never)).rejects.toMatchObject({ code: 'ASY-5003' });
});

test('whatever the requests and the batch size, each gets its own answers in order', async () => {
  vi.useRealTimers();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.string(), { maxLength: 9 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 7 }),
      async (requests, maxBatch) => {
        let most = 0;
        const batcher = createBatcher({
          score: async (inputs) => {
            most = Math.max(most, inputs.length);
            return inputs.map(({ response }) => ({
              value: response.length,
              std: null,
              ood: null,
              aspects: null,
              probability: null,
            }));
          },
          maxBatch,
          maxWaitMs: 0,
        });
        const answers = await Promise.all(requests.map((each) => batcher.submit(each.map(text), never)));
        expect(answers.map((each) => each.map(({ value }) => value))).toEqual(
          requests.map((each) => each.map(({ length }) => length)),
        );
        expect(most).toBeLessThanOrEqual(maxBatch);
      },
    ),
  );
});

test('a model that is away fails all who wait for the batch at once, instead of being asked for each alone', async () => {
  const { batches, submit } = setup({ maxBatch: 3 });
  const requests = [submit('a'), submit('b'), submit('c')];
  const ends = Promise.allSettled(requests);
  batches[0]?.finish(new AssayError('ASY-5032', { remote: 'm', reason: 'no answer' }));
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(batches).toHaveLength(1);
});
