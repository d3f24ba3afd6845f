import { expect, it } from 'vitest';
import { Kept } from '../../activities/kept.ts';

it('loads once for all who ask, forgets failures, and sheds what was asked for longest ago', async () => {
  const kept = new Kept<string>(10);
  const loads: string[] = [];
  const get = (key: string, weight = 4) =>
    kept.get(key, async () => {
      loads.push(key);
      return { value: key, weight };
    });
  await Promise.all([get('a'), get('a')]);
  await get('b');
  await get('a');
  await get('c');
  expect(loads).toEqual(['a', 'b', 'c']);
  await get('b');
  expect(loads).toEqual(['a', 'b', 'c', 'b']);
  await expect(kept.get('d', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await get('d')).toBe('d');
  // One that is too heavy alone is kept until the next comes.
  await get('e', 50);
  await get('f', 1);
  await get('e', 50);
  expect(loads.slice(-3)).toEqual(['e', 'f', 'e']);
});
