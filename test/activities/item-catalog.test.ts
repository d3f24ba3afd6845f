import { describe, expect, it } from 'vitest';
import { createTableStore } from '../../activities/adapters/tables.ts';
import { findItem } from '../../activities/item-catalog.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { Item } from '../../schemas/item.ts';
import { annotation } from '../support/annotations.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const item = (n: number, externalId: string): Item => ({
  id: `it_${String(n).padStart(32, '0')}`,
  externalId,
  modality: 'text',
  language: 'en',
  translatedFrom: null,
  group: 'g',
  prompt: [{ role: 'user', content: 'p' }],
  responses: [{ model: null, text: 'r', media: null }],
  contentHash: 'b'.repeat(64),
  origin: { drop: 'd', file: 'a.jsonl', row: n, license: 'MIT', subject: null },
});
/** Ids that producers, or attackers, choose: quotes, comments, and what `TableStore.query` reads as a table's place. */
const NAMES = ["o'hara", "'; DROP TABLE x; --", '{items}', "'{items}'", "x' OR ''='", '\\', 'плюс 1', '" OR 1=1'];

const setup = async () => {
  const tables = createTableStore({ objects: createMemoryObjects(), tempDir: scratch() });
  const items = NAMES.map((name, n) => item(n, name));
  await tables.commit('items', 'd', [await tables.writeShard('items', Item, items)]);
  const vote = annotation('p', { task: 'binary', value: { response: 0, good: true } }, { item: items[2]?.id ?? '' });
  await tables.commit('annotations', 'd', [await tables.writeShard('annotations', Annotation, [vote])]);
  return { tables, items, vote };
};

describe('findItem', () => {
  it('finds an item by either id, whatever stands in it, with its annotations', async () => {
    const { tables, items, vote } = await setup();
    for (const expected of items) {
      for (const id of [expected.id, expected.externalId as string])
        expect((await findItem(tables, 'd', id)).item).toEqual(expected);
    }
    expect((await findItem(tables, 'd', '{items}')).annotations).toEqual([vote]);
  });

  it.each(["' OR 1=1 --", '{annotations}', '{', '%', '', '\u0000', "\u0000' OR 1=1"])('no item %j', async (id) => {
    const { tables } = await setup();
    await expect(findItem(tables, 'd', id)).rejects.toMatchObject({ code: 'ASY-6004' });
  });

  it('no such drop', async () => {
    const { tables } = await setup();
    await expect(findItem(tables, 'none', 'x')).rejects.toMatchObject({ code: 'ASY-1001' });
  });
});
