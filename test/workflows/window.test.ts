import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slidingWindow } from '../../workflows/window.ts';

/** Work whose pieces end when told to, in any order. */
const bench = () => {
  const started: number[] = [];
  const under = new Map<number, { end: () => void; fail: (error: Error) => void }>();
  const work = (index: number) =>
    new Promise<void>((resolve, reject) => {
      started.push(index);
      under.set(index, { end: resolve, fail: reject });
    }).finally(() => under.delete(index));
  return { started, under, work };
};
/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('slidingWindow', () => {
  it('keeps exactly `width` under way while there is work, and starts in order, whatever ends first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
        async (from, count, width, choices) => {
          const { started, under, work } = bench();
          const done = slidingWindow(from, from + count, width, work);
          await settle();
          for (let ended = 0; ended < count; ended++) {
            expect(under.size).toBe(Math.min(width, count - ended));
            const open = [...under.keys()];
            under.get(open[(choices[ended] as number) % open.length] as number)?.end();
            await settle();
          }
          await done;
          expect(started).toEqual(Array.from({ length: count }, (_, i) => from + i));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('starts nothing after the first failure, waits for what is under way, then rejects with that failure', async () => {
    const { started, under, work } = bench();
    let outcome: unknown = 'pending';
    const done = slidingWindow(0, 10, 3, work).catch((error: unknown) => {
      outcome = error;
    });
    await settle();
    under.get(1)?.fail(new Error('first'));
    await settle();
    expect([started, outcome]).toEqual([[0, 1, 2], 'pending']);
    under.get(0)?.end();
    under.get(2)?.fail(new Error('second'));
    await done;
    expect(started).toEqual([0, 1, 2]);
    expect(outcome).toMatchObject({ message: expect.stringMatching(/first|second/) as string });
  });
});
