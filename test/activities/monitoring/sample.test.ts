import { expect, test } from 'vitest';
import { drawn, goldRows, queryDrops, shareRead } from '../../../activities/monitoring/sample.ts';
import { Item } from '../../../schemas/item.ts';
import { labelWith } from '../../support/label.ts';
import { itemsOf, type Monitored, monitored } from '../../support/monitored.ts';

/** 400 prompts of two items each, in shards of the order given. */
const stored = async (order: (items: Item[]) => Item[]): Promise<Monitored> => {
  const world = monitored();
  const items = itemsOf('one', 800, { prompt: (row) => `prompt ${row >> 1}` });
  await world.arrive('one', 1, { items: [] });
  const sorted = order(items);
  const shards = [sorted.slice(0, 300), sorted.slice(300)].map((some) => world.tables.writeShard('items', Item, some));
  await world.tables.commit('items', 'one', await Promise.all(shards));
  return world;
};
const rows = 'SELECT "group", id AS unit FROM {items}';
const read = async ({ tables }: Monitored, sql: string, most?: number) =>
  Array.fromAsync(queryDrops<{ group: string; unit: string }>(tables, [{ name: 'one', at: 0 }], ['items'], sql, most));

test('800 items of 400 prompts: a sample is one item a prompt, the same in any order of shards, another for another seed', async () => {
  const [world, reversed] = [await stored((items) => items), await stored((items) => items.toReversed())];
  const found = await read(world, drawn(rows, { sample: 100, seed: 0 }));
  expect(new Set(found.map(({ group }) => group)).size).toBe(100);
  expect(await read(reversed, drawn(rows, { sample: 100, seed: 0 }))).toEqual(found);
  expect(await read(world, drawn(rows, { sample: 100, seed: 1 }))).not.toEqual(found);
  expect(await read(world, drawn(rows, { sample: 1000, seed: 0 }))).toHaveLength(400);
});

test('of more items than fit, those of some prompts are read, whole', async () => {
  const world = await stored((items) => items);
  const found = await read(world, rows, 200);
  expect(found.length).toBeGreaterThan(140);
  expect(found.length).toBeLessThan(260);
  expect([...Map.groupBy(found, ({ group }) => group).values()].every((own) => own.length === 2)).toBe(true);
  expect(await read(world, rows, 800)).toHaveLength(800);
  expect(shareRead([{ key: '', sha256: '', bytes: 0, rows: 800 }], 200)).toBe(0.25);
});

test('a table that a drop does not have gives no rows', async () => {
  const { tables } = await stored((items) => items);
  const none = queryDrops(tables, [{ name: 'one', at: 0 }], ['scores', 'items'], 'SELECT * FROM {scores}');
  expect(await Array.fromAsync(none)).toEqual([]);
});

test('gold: ratings averaged over aspects or of one, yes as 1, severities the lower the better', async () => {
  const world = monitored();
  const items = itemsOf('one', 1);
  const label = (change: Parameters<typeof labelWith>[0]) =>
    labelWith({ item: items[0]?.id ?? '', response: 0, ...change });
  const labels = [
    label({ task: 'rating', aspect: 'helpful', value: 4 }),
    label({ task: 'rating', aspect: 'honest', value: 2 }),
    label({ task: 'binary', category: 'true' }),
    label({ task: 'safety', aspect: 'severity', value: 3 }),
    label({ task: 'safety', aspect: 'tag:violence', category: 'true' }),
  ];
  await world.arrive('one', 1, { items, labels });
  const goldOf = async (gold: Parameters<typeof goldRows>[0]) => {
    const found = queryDrops<{ value: number }>(
      world.tables,
      [{ name: 'one', at: 0 }],
      ['labels', 'items'],
      goldRows(gold),
    );
    return Array.fromAsync(found, ({ value }) => value);
  };
  expect(await goldOf({ task: 'rating' })).toEqual([3]);
  expect(await goldOf({ task: 'rating', aspect: 'honest' })).toEqual([2]);
  expect(await goldOf({ task: 'rating', aspect: 'tone' })).toEqual([]);
  expect(await goldOf({ task: 'binary' })).toEqual([1]);
  expect(await goldOf({ task: 'safety' })).toEqual([-3]);
});
