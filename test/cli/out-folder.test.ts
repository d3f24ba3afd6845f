import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { intoFolder } from '../../cli/out-folder.ts';
import { scratch } from '../support/scratch.ts';

it('files appear when all of them are whole', async () => {
  const dir = join(scratch(), 'out');
  const { result, files } = await intoFolder(dir, async (out) => {
    await out.append('a.json', 'x'.repeat(70_000));
    await out.append('a.json', 'y');
    await out.append('votes/b.csv', '');
    await out.put('media/c.png', Readable.from([Buffer.from('png')]));
    expect(readdirSync(dir).filter((name) => !name.startsWith('.'))).toEqual([]);
    return 7;
  });
  expect(result).toBe(7);
  expect(files).toEqual(['a.json', 'votes/b.csv', 'media/c.png'].map((path) => join(dir, path)));
  expect(files.map((file) => readFileSync(file).length)).toEqual([70_001, 0, 3]);
  expect(readdirSync(dir).sort()).toEqual(['a.json', 'media', 'votes']);
});

it('nothing is left of an export that fails, and what was there before stays', async () => {
  const dir = scratch();
  await intoFolder(dir, (out) => out.append('a.json', 'before'));
  const failing = intoFolder(dir, async (out) => {
    await out.append('a.json', 'after');
    throw new Error('lost');
  });
  await expect(failing).rejects.toThrow('lost');
  expect(readdirSync(dir)).toEqual(['a.json']);
  expect(readFileSync(join(dir, 'a.json'), 'utf8')).toBe('before');
});

it('a path out of the folder is refused', async () => {
  const dir = join(scratch(), 'out');
  await expect(intoFolder(dir, (out) => out.append('../a', 'x'))).rejects.toMatchObject({ code: 'ASY-1004' });
  expect(existsSync(join(dir, '..', 'a'))).toBe(false);
});
