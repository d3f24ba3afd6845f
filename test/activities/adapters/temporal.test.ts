import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FaultInterceptor, temporalProgress } from '../../../activities/adapters/temporal.ts';
import { AssayError } from '../../../schemas/errors.ts';

type Info = NonNullable<ConstructorParameters<typeof MockActivityEnvironment>[0]>;
const environment = (info: Info = {}) => {
  const env = new MockActivityEnvironment(info, {
    interceptors: [() => ({ inbound: new FaultInterceptor() })],
    logger: new DefaultLogger('ERROR', () => undefined),
  });
  const beats: unknown[] = [];
  env.on('heartbeat', (details: unknown) => beats.push(details));
  return { env, beats };
};
/** What an activity that throws `error` fails with. */
const failing = async (error: unknown, info?: Info): Promise<unknown> => {
  try {
    await environment(info).env.run(async () => {
      throw error;
    });
  } catch (thrown) {
    return thrown;
  }
  throw new Error('did not fail');
};

afterEach(() => void vi.useRealTimers());

describe('FaultInterceptor', () => {
  it.each([
    ['ASY-3001', false],
    ['ASY-1001', true],
  ] as const)('%s becomes a failure of that type, nonRetryable: %s, with the way out', async (code, nonRetryable) => {
    const error = new AssayError(code, { endpoint: 'e', reason: 'r', drop: 'd' });
    const failure = await failing(error, { attempt: 9 });
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      type: code,
      nonRetryable,
      message: `${code} ${error.message}`,
      details: [{ fix: error.fix }],
    });
  });

  it('an unknown error is tried again four times, then it is final and keeps its name', async () => {
    const error = new TypeError('x is not a function');
    for (const attempt of [1, 4]) expect(await failing(error, { attempt })).toBe(error);
    expect(await failing(error, { attempt: 5 })).toMatchObject({
      type: 'TypeError',
      nonRetryable: true,
      message: 'x is not a function',
    });
    expect(await failing('a string', { attempt: 5 })).toMatchObject({
      type: 'Error',
      nonRetryable: true,
      message: 'a string',
    });
  });

  it('Temporal’s own failures pass through', async () => {
    const own = ApplicationFailure.retryable('again', 'Mine');
    expect(await failing(own, { attempt: 9 })).toBe(own);
    const cancelled = new CancelledFailure('stop');
    expect(await failing(cancelled, { attempt: 9 })).toBe(cancelled);
  });

  it('an error of an activity that is being cancelled or whose worker goes away is not final', async () => {
    const { env } = environment({ attempt: 9 });
    const aborted = new Error('aborted');
    const run = env.run(async () => {
      await new Promise((resolve) => env.context.cancellationSignal.addEventListener('abort', resolve));
      throw aborted;
    });
    env.cancel('WORKER_SHUTDOWN');
    await expect(run).rejects.toBe(aborted);
  });
});

describe('heartbeats', () => {
  it('go out by themselves at a third of the timeout, repeat what was reported last, and end with the activity', async () => {
    vi.useFakeTimers();
    const { env, beats } = environment({ heartbeatTimeoutMs: 3000, heartbeatDetails: { cursor: 1 } });
    let report = (): void => undefined;
    let finish = (): void => undefined;
    const run = env.run(async () => {
      const progress = temporalProgress();
      expect(progress.last).toEqual({ cursor: 1 });
      report = () => progress.heartbeat({ cursor: 2 });
      await new Promise<void>((resolve) => (finish = resolve));
    });
    await vi.advanceTimersByTimeAsync(2500);
    report();
    await vi.advanceTimersByTimeAsync(1500);
    expect(beats).toEqual([{ cursor: 1 }, { cursor: 1 }, { cursor: 2 }, { cursor: 2 }, { cursor: 2 }]);
    finish();
    await run;
    const before = beats.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(beats).toHaveLength(before);
  });

  it('one activity’s details do not show in another’s', async () => {
    vi.useFakeTimers();
    const one = environment({ heartbeatTimeoutMs: 3000 });
    const other = environment({ heartbeatTimeoutMs: 3000 });
    const ends: (() => void)[] = [];
    const work = (details: string) => async () => {
      temporalProgress().heartbeat(details);
      await new Promise<void>((resolve) => ends.push(resolve));
    };
    const running = [one.env.run(work('one')), other.env.run(work('other'))];
    await vi.advanceTimersByTimeAsync(1000);
    for (const end of ends) end();
    await Promise.all(running);
    expect([one.beats, other.beats]).toEqual([
      ['one', 'one'],
      ['other', 'other'],
    ]);
  });
});
