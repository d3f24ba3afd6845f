import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectFiles } from '../../cli/drop-files.ts';
import { pushDrop } from '../../cli/push.ts';
import type { DropManifest } from '../../schemas/drop.ts';
import { createMemoryObjects, type MemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const manifest: DropManifest = { name: 'd', modality: 'text', format: 'jsonl', license: 'MIT', purpose: ['x'] };
const files = async (content: Record<string, string>) => {
  const base = scratch();
  for (const [path, body] of Object.entries(content)) {
    mkdirSync(join(base, path, '..'), { recursive: true });
    writeFileSync(join(base, path), body);
  }
  return collectFiles([base]);
};
const push = async (objects: MemoryObjects, content: Record<string, string>, as: DropManifest = manifest) => {
  const sent: string[] = [];
  const created = await pushDrop(objects, as, await files(content), (path) => sent.push(path));
  return { created, sent };
};
const AB = { 'a.jsonl': 'one', 'sub/b.jsonl': 'two' };

describe('pushDrop', () => {
  it('uploads the files, then drop.json, whatever a drop.json among the files says', async () => {
    const objects = createMemoryObjects();
    expect(await push(objects, { ...AB, 'drop.json': '{"name":"other"}' })).toEqual({
      created: true,
      sent: ['a.jsonl', 'sub/b.jsonl'],
    });
    expect([...objects.entries.keys()].at(-1)).toBe('drops/d/drop.json');
    expect(JSON.parse(objects.entries.get('drops/d/drop.json')?.body.toString() ?? '')).toEqual(manifest);
  });

  it('the same drop again changes nothing', async () => {
    const objects = createMemoryObjects();
    await push(objects, AB);
    const before = [...objects.entries].map(([key, { body }]) => [key, body.toString('hex')]);
    expect(await push(objects, AB)).toEqual({ created: false, sent: [] });
    expect([...objects.entries].map(([key, { body }]) => [key, body.toString('hex')])).toEqual(before);
  });

  it.each([
    ['other bytes of the same length', { ...AB, 'a.jsonl': 'ONE' }, manifest],
    ['a longer file', { ...AB, 'a.jsonl': 'one more' }, manifest],
    ['a file more', { ...AB, 'c.jsonl': '' }, manifest],
    ['a file less', { 'a.jsonl': 'one' }, manifest],
    ['another licence', AB, { ...manifest, license: 'CC0-1.0' }],
  ])('refuses %s under the same name, and leaves the drop as it was', async (_what, content, as) => {
    const objects = createMemoryObjects();
    await push(objects, AB);
    const before = [...objects.entries].map(([key, { body }]) => [key, body.toString('hex')]);
    await expect(push(objects, content, as)).rejects.toMatchObject({ code: 'ASY-1010' });
    expect([...objects.entries].map(([key, { body }]) => [key, body.toString('hex')])).toEqual(before);
  });

  it('takes up an upload that was cut off: files that are there stay, the rest is sent, drop.json last', async () => {
    const objects = createMemoryObjects();
    const upload = objects.upload.bind(objects);
    objects.upload = async (key, body, options) => {
      if (key.endsWith('b.jsonl')) throw new Error('connection lost');
      return upload(key, body, options);
    };
    await expect(push(objects, AB)).rejects.toThrow('connection lost');
    expect(await objects.head('drops/d/drop.json')).toBeNull();
    objects.upload = upload;
    expect(await push(objects, AB)).toEqual({ created: true, sent: ['sub/b.jsonl'] });
  });

  it('sends a half-written file again', async () => {
    const objects = createMemoryObjects();
    await objects.put('drops/d/a.jsonl', 'on');
    expect((await push(objects, AB)).sent).toEqual(['a.jsonl', 'sub/b.jsonl']);
    expect((await objects.get('drops/d/a.jsonl')).toString()).toBe('one');
  });

  it('refuses to complete a drop that holds files of an earlier attempt: its run would read them too', async () => {
    const objects = createMemoryObjects();
    await objects.put('drops/d/wrong.jsonl', 'x');
    await expect(push(objects, AB)).rejects.toMatchObject({ code: 'ASY-1010' });
    expect(await objects.head('drops/d/drop.json')).toBeNull();
  });

  it('passes over folder markers and drops whose names only begin alike', async () => {
    const objects = createMemoryObjects();
    await objects.put('drops/d/', '');
    await objects.put('drops/d2/x.jsonl', 'x');
    expect((await push(objects, AB)).created).toBe(true);
  });

  it('of two pushes racing under one name, the later finds the other’s drop.json', async () => {
    const racing = async (theirs: DropManifest) => {
      const objects = createMemoryObjects();
      const upload = objects.upload.bind(objects);
      objects.upload = async (key, body, options) => {
        await upload(key, body, options);
        await objects.put('drops/d/drop.json', JSON.stringify(theirs));
      };
      return push(objects, AB);
    };
    expect((await racing(manifest)).created).toBe(false);
    await expect(racing({ ...manifest, license: 'CC0-1.0' })).rejects.toMatchObject({ code: 'ASY-1010' });
  });

  it('refuses a drop without files, and says where a stored drop.json is broken', async () => {
    const objects = createMemoryObjects();
    await expect(push(objects, { 'drop.json': '{}' })).rejects.toMatchObject({ code: 'ASY-1012' });
    await objects.put('drops/d/drop.json', '{');
    await expect(push(objects, AB)).rejects.toMatchObject({ code: 'ASY-1002' });
  });
});
