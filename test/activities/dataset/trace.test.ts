import { expect, it } from 'vitest';
import { exportedItems } from '../../../activities/dataset/exported-items.ts';
import { readSelection } from '../../../activities/dataset/selection-file.ts';
import { trace } from '../../../activities/dataset/trace.ts';
import { keys } from '../../../schemas/keys.ts';
import { runCuration } from '../../support/curation.ts';
import { NAME, PLAIN, publishedPairs } from '../../support/published.ts';

const published = async () => {
  const stage = await publishedPairs(24);
  const { dataset } = await stage.curate({ curate: { minAgreement: 0.9 }, train: {} });
  return { stage, dataset };
};

it('walks from every exported row to its item, and on to line, votes, labels, scores, model and rule', async () => {
  const { stage, dataset } = await published();
  const byId = new Map(stage.rows.items.map((item) => [item.id, item]));
  const selection = await readSelection(stage.objects, NAME, dataset.version);
  for (const format of ['trl-preference', 'trl-sft', 'trl-kto'])
    for (const split of ['train', 'validation']) {
      const file = keys.datasetFile(NAME, dataset.version, `exports/${format}/${split}.jsonl`);
      const lines = (await stage.objects.get(file)).toString().trim().split('\n');
      const behind = await Array.fromAsync(exportedItems(stage, selection, format, split));
      expect(behind).toHaveLength(lines.length);
      for (const [i, line] of lines.entries()) {
        const row = JSON.parse(line) as { prompt: { content: string }[] };
        expect(behind[i]).toHaveLength(1);
        expect(byId.get(behind[i]?.[0] ?? '')?.prompt[0]?.content).toBe(row.prompt[0]?.content);
      }
    }

  const { datasets } = await trace(stage, { kind: 'row', path: 'trl-kto/train.jsonl', row: 3 }, { name: NAME });
  const [reached] = datasets;
  expect(reached).toMatchObject({ name: NAME, version: dataset.version, items: 1, selected: 1 });
  const [found] = reached?.traces ?? [];
  const item = byId.get(found?.item ?? '');
  expect(found).toMatchObject({
    source: item?.origin,
    guidelines: [],
    labels: [{ task: 'pairwise', n: 3 }],
    model: { name: NAME, encoder: 'static-e5' },
    decision: { step: 'rows', kept: true, reason: 'selected' },
    row: { path: 'data/train-000000.parquet' },
  });
  expect(found?.votes).toHaveLength(3);
  expect(found?.scores).toHaveLength(2);
  expect(Object.fromEntries((found?.exports ?? []).map(({ format, rows }) => [format, rows]))).toMatchObject({
    parquet: 1,
    'trl-preference': 1,
    'trl-kto': 2,
  });
  // Back down: the row of `data/` leads to the same item.
  const down = await trace(stage, { kind: 'row', ...(found?.row ?? { path: '', row: 0 }) }, { name: NAME });
  expect(down.datasets[0]?.traces[0]?.item).toBe(found?.item);
});

it('walks from a line, a vote and a drop to the rows they reached, in every dataset', async () => {
  const { stage, dataset } = await published();
  await runCuration(stage, 'second', stage.refs, PLAIN);
  const line = await trace(stage, { kind: 'line', drop: NAME, file: 'pairs.jsonl', row: 7 });
  expect(line.datasets.map(({ name, items }) => [name, items])).toEqual([
    [NAME, 1],
    ['second', 1],
  ]);
  const item = stage.rows.items[6];
  expect(line.datasets.map(({ traces }) => traces[0]?.item)).toEqual([item?.id, item?.id]);

  const vote = stage.rows.annotations.find((each) => each.item === item?.id);
  const voted = await trace(stage, { kind: 'vote', vote: vote?.id ?? '' }, { name: 'second' });
  expect(voted.datasets).toMatchObject([{ name: 'second', items: 1, traces: [{ item: item?.id }] }]);
  expect(voted.datasets[0]?.traces[0]?.votes.map(({ id }) => id)).toContain(vote?.id);

  const drop = await trace(stage, { kind: 'drop', drop: NAME });
  expect(drop.datasets.map(({ name, items, selected }) => [name, items, selected])).toEqual([
    [NAME, 24, dataset.rows],
    ['second', 24, 24],
  ]);
  expect(drop.datasets[0]?.traces).toHaveLength(20);
});

it('tells of an item that was not selected why, and that it has no row', async () => {
  const { stage } = await published();
  const { datasets } = await trace(stage, { kind: 'drop', drop: NAME }, { name: NAME });
  const out = datasets[0]?.traces.find(({ decision }) => !decision.kept);
  expect(out).toMatchObject({ row: null, exports: [], decision: { step: 'agreement', reason: 'low-agreement' } });
});

it('refuses starts that lead nowhere', async () => {
  const { stage } = await published();
  const named = { name: NAME };
  for (const start of [
    { kind: 'row', path: 'trl-kto/train.jsonl', row: 1000 },
    { kind: 'row', path: 'trl-kto/other.jsonl', row: 1 },
    { kind: 'row', path: 'coco/train.json', row: 1 },
    { kind: 'row', path: 'data/train-000009.parquet', row: 1 },
    { kind: 'row', path: 'data/train-000000.parquet', row: 1000 },
    { kind: 'line', drop: NAME, file: 'pairs.jsonl', row: 99 },
    { kind: 'vote', vote: "an_'; --{items}" },
    { kind: 'drop', drop: 'other' },
  ] as const)
    await expect(trace(stage, start, named), start.kind).rejects.toMatchObject({ code: 'ASY-6303' });
  await expect(trace(stage, { kind: 'item', item: 'nobody' }, named)).rejects.toMatchObject({ code: 'ASY-6004' });
});
