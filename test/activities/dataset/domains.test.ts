/** Quotas and caps by domain, of items that have one and of tables from before items could. */
import { expect, it } from 'vitest';
import { readSelection } from '../../../activities/dataset/selection-file.ts';
import { Annotation } from '../../../schemas/annotation.ts';
import { DatasetRow } from '../../../schemas/dataset.ts';
import { Item } from '../../../schemas/item.ts';
import { ingestRows, plantedPairs, selectRows, stageOn } from '../../support/curation.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { scratch } from '../../support/scratch.ts';

const { items, annotations } = plantedPairs('d', 12);
const quotas = (floor: number) => ({
  curate: {
    select: [{ method: 'quotas', size: 6, quotas: [{ attribute: 'domain', value: 'law', floor }] }],
    validation: 0,
  },
});

it('keeps a floor, and names one that too few items can fill', async () => {
  const told = items.map((item, i) => ({ ...item, domain: i % 3 === 0 ? 'law' : i % 3 === 1 ? 'art' : null }));
  const law = new Set(told.filter(({ domain }) => domain === 'law').map(({ id }) => id));
  const stage = stageOn(createMemoryObjects(), scratch());
  const refs = await ingestRows(stage, 'd', { items: told, annotations });
  const { version } = await selectRows(stage, 'd', refs, quotas(4));
  const kept: string[] = [];
  for (const { shard } of (await readSelection(stage.objects, 'd', version)).data)
    for await (const { item } of stage.tables.readShard(shard, DatasetRow)) kept.push(item);
  expect(kept).toHaveLength(6);
  expect(kept.filter((item) => law.has(item))).toHaveLength(4);
  await expect(selectRows(stage, 'd', refs, quotas(5))).rejects.toMatchObject({
    code: 'ASY-6203',
    message: expect.stringContaining('1 of the floor 5 of domain law'),
  });
  const caps = { curate: { select: [{ method: 'caps', caps: [{ attribute: 'domain', most: 0.25 }] }], validation: 0 } };
  const { funnel } = await selectRows(stage, 'd', refs, caps);
  // Four of each domain came, and four without one: a quarter of the rows that stay may be of either.
  expect(funnel.find(({ step }) => step === 'select')?.out).toBe(8);
});

it('reads tables that have no such column', async () => {
  const stage = stageOn(createMemoryObjects(), scratch());
  const before = Item.omit({ domain: true });
  const shards = [await stage.tables.writeShard('items', before, items)];
  const refs = {
    items: await stage.tables.commit('items', 'd', shards),
    annotations: await stage.tables.commit('annotations', 'd', [
      await stage.tables.writeShard('annotations', Annotation, annotations),
    ]),
  };
  const { funnel } = await selectRows(stage, 'd', refs, {});
  expect(funnel.at(-1)?.out).toBe(12);
  await expect(selectRows(stage, 'd', refs, quotas(2))).rejects.toMatchObject({
    code: 'ASY-6203',
    message: expect.stringContaining('2 of the floor 2 of domain law'),
  });
  for await (const item of stage.tables.read(refs.items, Item)) expect(item.domain).toBeNull();
});
