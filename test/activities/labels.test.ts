import { describe, expect, it } from 'vitest';
import { createAnnotatorCatalog } from '../../activities/annotator-catalog.ts';
import { createLabelActivities } from '../../activities/labels.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { AnnotatorProfile } from '../../schemas/annotator.ts';
import { Label } from '../../schemas/label.ts';
import { AggregateConfig, type AggregateMethods } from '../../schemas/pipeline.ts';
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

it('keeps what each group and vendor says beside the label, by the registry as it stands, and a ruling above both', async () => {
  const area = await set();
  const profiles = createAnnotatorCatalog(area.stage.objects);
  await profiles.put(AnnotatorProfile.parse({ subject: 'ann', vendor: 'north', groups: ['region:eu'] }));
  await profiles.put(AnnotatorProfile.parse({ subject: 'bob', vendor: 'south' }));
  await profiles.put(AnnotatorProfile.parse({ subject: 'eve', skills: ['law'] }));
  const votes = [vote(1, 'ann', 'b'), vote(1, 'bob', 'a'), vote(1, 'cat', 'a')];
  const decided = { ...vote(2, 'eve', 'tie'), ruling: true };
  const refs = await ingestRows(area.stage, 'd', {
    items: [1, 2].map(pair),
    annotations: [...votes, vote(2, 'ann', 'b'), decided],
  });
  const input = { run: 'd', items: refs.items, annotations: [refs.annotations], config };
  const first = await labelsOf(area, (await area.aggregate(input)).labels);
  expect(first.find(({ item }) => item === pair(1).id)).toMatchObject({
    category: 'a',
    groups: {
      'region:eu': { category: 'b', n: 1 },
      'vendor:north': { category: 'b', n: 1 },
      'vendor:south': { category: 'a', n: 1 },
    },
    minority: { category: 'b', share: 1 / 3 },
  });
  expect(first.find(({ item }) => item === pair(2).id)).toMatchObject({
    category: 'tie',
    method: 'ruling',
    votes: { b: 1 },
  });
  // Another registry, other labels: they are not taken for the ones that a receipt names.
  await profiles.put(AnnotatorProfile.parse({ subject: 'cat', vendor: 'south' }));
  const second = await labelsOf(area, (await area.aggregate(input)).labels);
  expect(second.find(({ item }) => item === pair(1).id)?.groups?.['vendor:south']).toMatchObject({ n: 2 });
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

describe('methods that learn from the whole drop', () => {
  const people = ['ann', 'bob', 'cat', 'liar', 'spam'] as const;
  const truth = (row: number) => (row % 3 === 0 ? 'b' : 'a');
  const votes = Array.from({ length: 30 }, (_, row) => row + 1).flatMap((row) =>
    people.flatMap((who, i) => {
      // Three of five answer each item; the liar turns all round, the spammer says a.
      if ((row + i) % 5 < 2) return [];
      const right = truth(row);
      const said = who === 'liar' ? (right === 'a' ? 'b' : 'a') : who === 'spam' ? 'a' : right;
      return [vote(row, who, said)];
    }),
  );
  const items = Array.from({ length: 30 }, (_, row) => pair(row + 1));
  const label = async (methods: AggregateMethods | undefined, annotations = votes) => {
    const area = await set();
    const refs = await ingestRows(area.stage, 'd', { items, annotations });
    const asked = AggregateConfig.parse({ bootstraps: 50, methods });
    const found = await area.aggregate({ run: 'd', items: refs.items, annotations: [refs.annotations], config: asked });
    return { ...found, rows: await labelsOf(area, found.labels) };
  };
  const right = (labels: readonly Label[]) =>
    items.filter(({ id }, i) => labels.find(({ item }) => item === id)?.category === truth(i + 1)).length;

  it('finds the liar out: more labels right than by majority, posteriors and P(flip) beside them', async () => {
    const [majority, learnt] = [await label(undefined), await label({ pairwise: 'dawid-skene' })];
    expect(right(majority.rows)).toBeLessThan(30);
    expect(right(learnt.rows)).toBe(30);
    for (const row of learnt.rows) {
      expect(Label.parse(row)).toEqual(row);
      expect(row).toMatchObject({ method: 'dawid-skene', n: 3 });
      expect(row.pFlip).toBeCloseTo(1 - (row.posterior ?? 0), 9);
      expect(row.votes).toEqual(majority.rows.find(({ item }) => item === row.item)?.votes);
    }
    const { alpha, ci } = majority.summaries[0] ?? {};
    expect(learnt.summaries[0]).toMatchObject({ alpha, ci, coefficients: majority.summaries[0]?.coefficients });
  });

  it('gives the same bytes whatever the order of annotations, and other bytes than the majority', async () => {
    const methods = { pairwise: 'mace' } as const;
    const { labels } = await label(methods);
    expect((await label(methods, [...votes].reverse())).labels.digest).toBe(labels.digest);
    expect((await label(undefined)).labels.digest).not.toBe(labels.digest);
  });

  it('ranks by consensus and averages z-scores', async () => {
    const area = await set();
    const statement = (who: string, ranks: number[], quality: number, row: number) => [
      annotationOf(pair(row), who, { task: 'ranking', value: { ranks } }),
      annotationOf(pair(row), who, {
        task: 'rating',
        value: { response: 0, aspects: { quality }, min: 1, max: 5 },
      }),
    ];
    const annotations = [
      ...statement('ann', [1, 2], 2, 1),
      ...statement('bob', [1, 2], 4, 1),
      ...statement('cat', [2, 1], 5, 1),
      ...statement('ann', [1, 2], 1, 2),
      ...statement('bob', [2, 1], 3, 2),
      ...statement('cat', [2, 1], 4, 2),
    ];
    const refs = await ingestRows(area.stage, 'd', { items: [pair(1), pair(2)], annotations });
    const asked = AggregateConfig.parse({ bootstraps: 0, methods: { ranking: 'kemeny', rating: 'z-mean' } });
    const found = await area.aggregate({ run: 'd', items: refs.items, annotations: [refs.annotations], config: asked });
    const rows = await labelsOf(area, found.labels);
    const of = (row: number, task: string) =>
      rows
        .filter((label) => label.item === pair(row).id && label.task === task)
        .map(({ value, method }) => [value, method]);
    expect(of(1, 'ranking')).toEqual([
      [1, 'kemeny'],
      [2, 'kemeny'],
    ]);
    expect(of(2, 'ranking')).toEqual([
      [2, 'kemeny'],
      [1, 'kemeny'],
    ]);
    // Everybody puts item 1 one deviation above item 2; mean 19 / 6, variance 65 / 36 over all.
    const deviation = Math.sqrt(65) / 6;
    expect(of(1, 'rating')).toEqual([[expect.closeTo(19 / 6 + deviation, 9), 'z-mean']]);
    expect(of(2, 'rating')).toEqual([[expect.closeTo(19 / 6 - deviation, 9), 'z-mean']]);
    expect(found.summaries.find(({ task }) => task === 'ranking')?.coefficients).toContainEqual({
      name: 'kendall-w',
      value: expect.closeTo(1 / 9, 9),
      ci: null,
      n: 2,
    });
  });

  it('refuses a method that does not fit the task', () => {
    expect(AggregateConfig.safeParse({ methods: { rating: 'dawid-skene' } }).success).toBe(false);
    expect(AggregateConfig.safeParse({ methods: { critique: 'majority' } }).success).toBe(false);
    expect(AggregateConfig.parse({})).not.toHaveProperty('methods');
  });
});
