import { WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { createLine, runOf } from '../../../server/batches/line.ts';

const BATCH = 'batch/r/0';
const busy = (code = 8) => Object.assign(new Error('too many'), { code, details: 'too many', metadata: {} });
const gone = () => new WorkflowNotFoundError('gone', BATCH, undefined);
const line = (running = false) => createLine(async () => running);

describe('createLine', () => {
  it('lets eight in at a time, in the order they came', async () => {
    const inTurn = line();
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const all = Array.from({ length: 20 }, (_, n) =>
      inTurn(BATCH, () => {
        began.push(n);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    await new Promise(setImmediate);
    expect(began).toHaveLength(8);
    for (let n = 0; n < 20; n++) {
      ends[n]?.();
      await new Promise(setImmediate);
      expect(began.length - n - 1).toBeLessThanOrEqual(8);
    }
    await Promise.all(all);
    expect(began).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('tries again while the server says it is busy, or the batch goes on in a new run', async () => {
    for (const [fault, running] of [
      [busy(8), false],
      [busy(10), false],
      [gone(), true],
    ] as const) {
      let tries = 0;
      const work = async () => {
        if (++tries < 3) throw fault;
        return 'done';
      };
      expect(await line(running)(BATCH, work)).toBe('done');
      expect(tries).toBe(3);
    }
  });

  it('a batch that has ended is ASY-4005 at once, and other faults pass', async () => {
    let tries = 0;
    const work = async () => {
      tries++;
      throw gone();
    };
    await expect(line()(BATCH, work)).rejects.toMatchObject({ code: 'ASY-4005' });
    expect(tries).toBe(1);
    const odd = new Error('odd');
    await expect(line()(BATCH, () => Promise.reject(odd))).rejects.toBe(odd);
  });
});

it('runOf knows batches’ ids and nothing else', () => {
  expect(runOf('batch/my-run/12')).toBe('my-run');
  expect(runOf('batch/my-run/r2-12')).toBe('my-run');
  for (const id of ['run/x', 'batch/x', 'batch/x/y', 'batch/x/0/../1', '']) expect(() => runOf(id)).toThrow(/batch/);
});
