import { expect, it } from 'vitest';
import { createLabelActivities } from '../../activities/labels.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { Label } from '../../schemas/label.ts';
import { AggregateConfig } from '../../schemas/pipeline.ts';
import { annotationOf, idle, ingestRows, itemOf, plantedPairs, stageOn, textResponse } from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const config = AggregateConfig.parse({ bootstraps: 50 });

const set = async () => {
  const stage = stageOn(createMemoryObjects(), scratch());
  return { ...stage, ...createLabelActivities({ ...stage, progress: idle }), stage };
};

const pair = (row: number) =>
  itemOf('d', row, {
    prompt: [{ role: 'user', content: `p${row}` }],
    responses: ['x', 'y'].map((t) => textResponse(t)),
  });

const vote = (row: number, who: string, preferred: 'a' | 'b' | 'tie') =>
  annotationOf(pair(row), who, { task: 'pairwise', value: { preferred, strength: null } });

const labelsOf = async ({ tables }: Awaited<ReturnType<typeof set>>, ref: Parameters<typeof tables.read>[0]) => {
  const found: Label[] = [];
  for await (const label of tables.read(ref, Label)) found.push(label);
  return found;
};

it('aggregates votes into labels and flags the items that divide people', async () => {
  const area = await set();
  const votes = [
    ...['ann', 'bob', 'cat'].map((who) => vote(1, who, 'a')),
    ...(['a', 'a', 'b'] as const).map((side, i) => vote(2, `w${i}`, side)),
    ...(['a', 'b'] as const).map((side, i) => vote(3, `w${i}`, side)),
    vote(4, 'ann', 'b'),
  ];
  const refs = await ingestRows(area.stage, 'd', { items: [1, 2, 3, 4, 5].map(pair), annotations: votes });
  const found = await area.aggregate({ run: 'd', items: refs.items, annotations: [refs.annotations], config });
  expect(found.summaries).toMatchObject([{ task: 'pairwise', n: 4, annotations: 9 }]);
  expect(found.flaggedCount).toBe(2);
  expect(found.flagged).toEqual([
    { item: pair(3).id, task: 'pairwise', agreement: 0, file: 'pairs.jsonl', row: 3 },
    { item: pair(2).id, task: 'pairwise', agreement: 1 / 3, file: 'pairs.jsonl', row: 2 },
  ]);
  const labels = await labelsOf(area, found.labels);
  expect(Object.fromEntries(labels.map(({ item, category, n }) => [item, [category, n]]))).toEqual({
    [pair(1).id]: ['a', 3],
    [pair(2).id]: ['a', 3],
    [pair(3).id]: ['tie', 2],
    [pair(4).id]: ['b', 1],
  });
  for (const label of labels) expect(Label.parse(label)).toEqual(label);
});

it('lets a later round replace a vote, and re-commits the partition', async () => {
  const area = await set();
  const items = [pair(1)];
  const refs = await ingestRows(area.stage, 'd', { items, annotations: [vote(1, 'ann', 'a'), vote(1, 'bob', 'a')] });
  const first = await area.aggregate({ run: 'd', items: refs.items, annotations: [refs.annotations], config });
  const again = [vote(1, 'ann', 'b'), vote(1, 'bob', 'b'), vote(1, 'cat', 'b')];
  const round = await area.tables.commit('annotations', 'd-r2', [
    await area.tables.writeShard('annotations', Annotation, again),
  ]);
  const input = { run: 'd', items: refs.items, annotations: [refs.annotations, round], config };
  const second = await area.aggregate(input);
  expect(await labelsOf(area, second.labels)).toMatchObject([{ category: 'b', n: 3, agreement: 1 }]);
  expect(await area.tables.find('labels', 'd')).toEqual(second.labels);
  expect(await labelsOf(area, first.labels)).toMatchObject([{ category: 'a', n: 2 }]);
  expect(await area.aggregate(input)).toEqual(second);
});

it('makes an empty table of no annotations, and passes over annotations of other items', async () => {
  const area = await set();
  const refs = await ingestRows(area.stage, 'd', { items: [pair(1)], annotations: [vote(2, 'ann', 'a')] });
  const found = await area.aggregate({ run: 'd', items: refs.items, annotations: [refs.annotations], config });
  expect(found).toMatchObject({ summaries: [], flagged: [], flaggedCount: 0, labels: { rows: 0, shards: 1 } });
  const none = await area.aggregate({ run: 'e', items: refs.items, annotations: [], config });
  expect(none.labels.rows).toBe(0);
});

it('gives the same labels however annotations are spread over shards', async () => {
  const { items, annotations } = plantedPairs('spread', 20);
  const digests = [];
  for (const some of [annotations, [...annotations].reverse()]) {
    const area = await set();
    const refs = await ingestRows(area.stage, 'spread', { items, annotations: some });
    const { labels } = await area.aggregate({ run: 's', items: refs.items, annotations: [refs.annotations], config });
    digests.push(labels.digest);
  }
  expect(digests[0]).toBe(digests[1]);
});
