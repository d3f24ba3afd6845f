import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../schemas/errors.ts';
import { createBuckets } from '../../../server/limits/buckets.ts';
import { createLimits } from '../../../server/limits/limits.ts';

const clocked = (options: { burst: number; perSecond: number; keys?: number }) => {
  let time = 0;
  const buckets = createBuckets({ ...options, now: () => time });
  return {
    ...buckets,
    /** Takes a token where there is one, else says how long to wait. */
    ask: (key: string): number => {
      const seconds = buckets.wait(key);
      if (seconds === 0) buckets.take(key);
      return seconds;
    },
    pass: (ms: number) => {
      time += ms;
    },
  };
};

describe('a bucket', () => {
  it('never gives more than it holds and what has flowed in since', () => {
    const step = fc.record({ ms: fc.integer({ min: 0, max: 3000 }), takes: fc.integer({ min: 0, max: 8 }) });
    const [bursts, rates] = [fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 20 })];
    fc.assert(
      fc.property(bursts, rates, fc.array(step), (burst, perSecond, steps) => {
        const bucket = clocked({ burst, perSecond });
        let [time, given] = [0, 0];
        for (const { ms, takes } of steps) {
          bucket.pass(ms);
          time += ms;
          for (let i = 0; i < takes; i++) given += Number(bucket.ask('a') === 0);
          expect(given).toBeLessThanOrEqual(burst + (time / 1000) * perSecond + 1e-6);
        }
      }),
    );
  });

  it('has a token after as long as it said', () => {
    const bucket = clocked({ burst: 1, perSecond: 0.25 });
    expect([bucket.ask('a'), bucket.ask('a')]).toEqual([0, 4]);
    bucket.pass(3999);
    expect(bucket.ask('a')).toBe(1);
    bucket.pass(1);
    expect(bucket.ask('a')).toBe(0);
  });

  it('gives credit, which is paid back before anything else is given, but not without end', () => {
    const bucket = clocked({ burst: 2, perSecond: 1 });
    for (let i = 0; i < 3; i++) bucket.take('a');
    expect(bucket.wait('a')).toBe(2);
    for (let i = 0; i < 100; i++) bucket.take('a');
    expect(bucket.wait('a')).toBe(3);
  });

  it('is one for each key', () => {
    const bucket = clocked({ burst: 1, perSecond: 1 });
    expect([bucket.ask('a'), bucket.ask('b'), bucket.ask('a')]).toEqual([0, 0, 1]);
  });

  it('forgets the key used longest ago where there are too many', () => {
    const bucket = clocked({ burst: 1, perSecond: 1, keys: 2 });
    for (const key of ['a', 'b', 'c']) bucket.take(key);
    expect(['b', 'c', 'a'].map(bucket.wait)).toEqual([1, 1, 0]);
  });
});

describe('limits', () => {
  it('let 200 people each claim and submit a hundred times within two minutes', () => {
    let time = 0;
    const { request } = createLimits(50, () => time);
    for (let round = 0; round < 100; round++, time += 1200)
      for (let person = 0; person < 200; person++) for (let i = 0; i < 2; i++) request(`sub_${person}`);
  });

  it('count failed tries, those that run at once too, and not the others', async () => {
    const { attempt } = createLimits(1, () => 0);
    const all = (n: number, work: () => Promise<void>) =>
      Promise.allSettled(Array.from({ length: n }, () => attempt('a', work)));
    const fail = () => Promise.reject(new Error('wrong'));
    const good = await all(100, () => Promise.resolve());
    expect(good.every(({ status }) => status === 'fulfilled')).toBe(true);
    await all(40, () => Promise.reject(new AssayError('ASY-8010')));
    await all(40, fail);
    // Ten more than there were tokens for: eleven times five seconds until there is one again.
    await expect(attempt('a', fail)).rejects.toMatchObject({ code: 'ASY-8007', details: { seconds: 55 } });
    await expect(attempt('b', fail)).rejects.toThrow('wrong');
  });
});
