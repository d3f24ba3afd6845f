import { expect, it } from 'vitest';
import { lazy } from '../../cli/lazy.ts';

interface Counter {
  add(n: number): Promise<number>;
}

it('connects at the first call, passes arguments and answers through, keeps `this`', async () => {
  let connections = 0;
  const target = {
    sum: 0,
    async add(n: number) {
      this.sum += n;
      return this.sum;
    },
  };
  const counter = lazy<Counter>(async () => {
    connections++;
    return target;
  });
  expect(connections).toBe(0);
  expect(await counter.add(2)).toBe(2);
  expect(await counter.add(3)).toBe(5);
  expect(connections).toBe(2);
});

it('is no promise: awaiting it connects to nothing', async () => {
  const counter = lazy<Counter>(() => Promise.reject(new Error('down')));
  expect(await Promise.resolve(counter)).toBe(counter);
});

it('works again after a connection that failed, and passes faults on', async () => {
  let up = false;
  const counter = lazy<Counter>(async () => {
    if (!up) throw new Error('down');
    return {
      add: async (n) => {
        if (n < 0) throw new Error('negative');
        return n;
      },
    };
  });
  await expect(counter.add(1)).rejects.toThrow('down');
  up = true;
  expect(await counter.add(1)).toBe(1);
  await expect(counter.add(-1)).rejects.toThrow('negative');
});
