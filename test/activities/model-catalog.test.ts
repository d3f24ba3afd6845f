import { expect, it } from 'vitest';
import { readHead } from '../../activities/model-catalog.ts';
import { keys } from '../../schemas/keys.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';

it.each(['{"name": "m"', '{"name": "m"}', 'null'])('a manifest that says %s is named, with its code', async (text) => {
  const objects = createMemoryObjects();
  const key = keys.model('m', 'v1', 'manifest.json');
  await objects.put(key, text);
  await expect(readHead(objects, 'm', 'v1')).rejects.toMatchObject({ code: 'ASY-5003', details: { file: key } });
  expect(await readHead(objects, 'm', 'v2')).toBeNull();
});
