import { expect, it } from 'vitest';
import { memo } from '../../../server/console/memo.ts';

it('shares a load, keeps it a while, and forgets failures, the oldest, and what it is told to', async () => {
  let now = 0;
  const loads: string[] = [];
  const { get, forget } = memo(
    async (key) => {
      loads.push(key);
      if (key === 'bad') throw new Error('no');
      return key;
    },
    { ms: 10, most: 2, now: () => now },
  );
  await Promise.all([get('a'), get('a')]);
  expect(loads).toEqual(['a']);
  now = 10;
  await get('a');
  expect(loads).toEqual(['a', 'a']);
  await expect(get('bad')).rejects.toThrow('no');
  await expect(get('bad')).rejects.toThrow('no');
  await get('b');
  await get('c');
  await get('a');
  expect(loads.slice(2)).toEqual(['bad', 'bad', 'b', 'c', 'a']);
  forget('a');
  await get('a');
  expect(loads.at(-1)).toBe('a');
});
