import { expect, it } from 'vitest';
import type { ObjectStore } from '../../../activities/ports.ts';
import {
  promotedVersion,
  promotionsOf,
  record,
  rolledBack,
  servingStack,
} from '../../../activities/training/promotions.ts';
import type { PromotionRecord } from '../../../schemas/evaluation.ts';
import { keys } from '../../../schemas/keys.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';

const promoted = (version: string, previous: string | null): PromotionRecord => ({
  version,
  kind: 'promote',
  previous,
  reason: 'r',
  by: 'ann',
  note: '',
});
const back = (version: string, previous: string): PromotionRecord => ({
  ...promoted(version, previous),
  kind: 'rollback',
});

it('says which version serves: the newest record', async () => {
  const objects = createMemoryObjects();
  expect(await promotedVersion(objects, 'm')).toBeNull();
  await record(objects, 'm', async () => promoted('v1', null));
  await record(objects, 'm', async () => promoted('v2', 'v1'));
  expect(await promotedVersion(objects, 'm')).toBe('v2');
  expect([...objects.entries.keys()]).toEqual([
    'models/m/promotions/0000000001.json',
    'models/m/promotions/0000000002.json',
  ]);
  await record(objects, 'm', async () => null);
  expect(objects.entries.size).toBe(2);
});

it('still reads promoted.json, as what served before the first record', async () => {
  const objects = createMemoryObjects();
  await objects.put(keys.modelPromoted('m'), '{"version":"v0"}\n');
  expect(await promotedVersion(objects, 'm')).toBe('v0');
  await record(objects, 'm', async (records) => promoted('v1', records.at(-1)?.version ?? null));
  expect(await promotedVersion(objects, 'm')).toBe('v1');
  expect(servingStack((await promotionsOf(objects, 'm')).records)).toEqual(['v0', 'v1']);
});

it('goes back one version at a time, and never forth', () => {
  const history = [promoted('a', null), promoted('b', 'a'), promoted('c', 'b')];
  expect(servingStack(history)).toEqual(['a', 'b', 'c']);
  expect(servingStack([...history, back('b', 'c')])).toEqual(['a', 'b']);
  expect(servingStack([...history, back('b', 'c'), back('a', 'b')])).toEqual(['a']);
  expect(servingStack([...history, back('a', 'c'), promoted('d', 'a')])).toEqual(['a', 'd']);
  // To a version that never served.
  expect(servingStack([...history, back('z', 'c')])).toEqual(['a', 'b', 'c', 'z']);
});

it('knows what was taken back, until somebody promotes it again', () => {
  const history = [promoted('a', null), promoted('b', 'a'), back('a', 'b')];
  expect(rolledBack(history, 'b')).toMatchObject({ kind: 'rollback', previous: 'b' });
  expect(rolledBack(history, 'a')).toBeNull();
  expect(rolledBack([...history, promoted('b', 'a')], 'b')).toBeNull();
});

it('decides again on the new history when another writer was faster', async () => {
  const objects = createMemoryObjects();
  const seen: (string | undefined)[] = [];
  await record(objects, 'm', async (records) => {
    seen.push(records.at(-1)?.version);
    if (seen.length === 1) await record(objects, 'm', async () => promoted('other', null));
    return promoted('mine', records.at(-1)?.version ?? null);
  });
  expect(seen).toEqual([undefined, 'other']);
  expect((await promotionsOf(objects, 'm')).records.map(({ version, previous }) => [version, previous])).toEqual([
    ['other', null],
    ['mine', 'other'],
  ]);
});

it('numbers on from the newest record, even where one is gone', async () => {
  const objects = createMemoryObjects();
  for (const version of ['a', 'b', 'c']) await record(objects, 'm', async () => promoted(version, null));
  await objects.delete(keys.modelPromotion('m', 2));
  await record(objects, 'm', async () => promoted('d', 'c'));
  expect(await promotedVersion(objects, 'm')).toBe('d');
  expect(objects.entries.has(keys.modelPromotion('m', 4))).toBe(true);
});

it('reads one record to say which version serves', async () => {
  const objects = createMemoryObjects();
  for (const version of ['a', 'b', 'c']) await record(objects, 'm', async () => promoted(version, null));
  const got: string[] = [];
  const counting: ObjectStore = { ...objects, get: (key) => (got.push(key), objects.get(key)) };
  expect(await promotedVersion(counting, 'm')).toBe('c');
  expect(got).toEqual([keys.modelPromotion('m', 3)]);
});

it('gives up where a race does not end', async () => {
  const objects: ObjectStore = { ...createMemoryObjects(), create: async () => false };
  await expect(record(objects, 'm', async () => promoted('v', null))).rejects.toMatchObject({ code: 'ASY-3004' });
});
