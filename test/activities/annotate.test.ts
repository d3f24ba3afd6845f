import { describe, expect, it } from 'vitest';
import { createAnnotateActivities } from '../../activities/annotate.ts';
import { createLabelActivities } from '../../activities/labels.ts';
import { createReportActivities } from '../../activities/report.ts';
import { sha256 } from '../../models/hash.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { keys } from '../../schemas/keys.ts';
import { AggregateConfig } from '../../schemas/pipeline.ts';
import type { RunReport } from '../../schemas/run-report.ts';
import { annotationOf, idle, ingestRows, itemOf, stageOn, textResponse } from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const item = (row: number) =>
  itemOf('d', row, {
    prompt: [{ role: 'user', content: `p${row}` }],
    responses: ['x', 'y'].map((t) => textResponse(t)),
  });

const set = async (rows = 5, annotations: Annotation[] = []) => {
  const objects = createMemoryObjects();
  const stage = stageOn(objects, scratch());
  const items = Array.from({ length: rows }, (_, i) => item(i + 1));
  const refs = await ingestRows(stage, 'd', { items, annotations });
  return { objects, stage, items, refs, ...createAnnotateActivities({ ...stage, progress: idle }) };
};

const cast = async (
  { objects }: Awaited<ReturnType<typeof set>>,
  row: number,
  annotator: string,
  preferred: 'a' | 'b',
) => {
  const body = { seconds: 3, guideline: '2', task: 'pairwise', value: { preferred, strength: null } };
  const bytes = JSON.stringify(body);
  await objects.put(keys.vote(sha256(bytes)), bytes);
  return { item: item(row).id, task: 'pairwise' as const, sha256: sha256(bytes), category: preferred, annotator };
};

it('cuts items into batches in the order of the drop', async () => {
  const area = await set();
  const input = { run: 'r', round: 1, items: area.refs.items, batchSize: 2 };
  expect(await area.planBatches(input)).toEqual({ batches: 3, items: 5 });
  expect(await area.planBatches(input)).toEqual({ batches: 3, items: 5 });
  const batches = [];
  for (let batch = 0; batch < 3; batch++) batches.push((await area.loadBatch({ run: 'r', round: 1, batch })).items);
  expect(batches).toEqual([[1, 2], [3, 4], [5]].map((rows) => rows.map((row) => item(row).id)));
  await expect(area.loadBatch({ run: 'r', round: 1, batch: 3 })).rejects.toMatchObject({ code: 'ASY-4005' });
});

it('offers only the items named, or those whose votes disagree', async () => {
  const sides = { 1: 'aa', 2: 'ab', 3: 'bb', 4: 'ba' };
  const annotations = Object.entries(sides).flatMap(([row, votes]) =>
    votes.split('').map((preferred, who) =>
      annotationOf(item(Number(row)), `w${who}`, {
        task: 'pairwise',
        value: { preferred: preferred as 'a' | 'b', strength: null },
      }),
    ),
  );
  const area = await set(5, annotations);
  const base = { run: 'r', items: area.refs.items, batchSize: 10 };
  const itemIds = [item(3).id, item(1).id, "it_' OR 1=1"];
  expect(await area.planBatches({ ...base, round: 2, itemIds })).toEqual({ batches: 1, items: 2 });
  expect((await area.loadBatch({ run: 'r', round: 2, batch: 0 })).items).toEqual([item(1).id, item(3).id]);
  const { labels } = await createLabelActivities({ ...area.stage, progress: idle }).aggregate({
    run: 'r',
    items: area.refs.items,
    annotations: [area.refs.annotations],
    config: AggregateConfig.parse({ bootstraps: 0 }),
  });
  expect(await area.planBatches({ ...base, round: 3, disagreeing: labels })).toEqual({ batches: 1, items: 2 });
  expect((await area.loadBatch({ run: 'r', round: 3, batch: 0 })).items).toEqual([item(2).id, item(4).id]);
  expect(await area.planBatches({ ...base, round: 4, itemIds: [] })).toEqual({ batches: 0, items: 0 });
});

describe('sensitive items', () => {
  /** Item 2 by its domain, item 4 by one person's tag in the drop. */
  const planted = async () => {
    const objects = createMemoryObjects();
    const stage = stageOn(objects, scratch());
    const items = Array.from({ length: 5 }, (_, i) => ({ ...item(i + 1), domain: i === 1 ? 'minors' : 'tea' }));
    const told = [3, 4].map((row) =>
      annotationOf(item(row), 'ann', {
        task: 'safety',
        value: { response: 1, tags: row === 4 ? ['hate', 'child-safety'] : ['hate'], severity: 2 },
      }),
    );
    const refs = await ingestRows(stage, 'd', { items, annotations: told });
    const base = { run: 'r', round: 1, items: refs.items, batchSize: 10 };
    const sensitive = { domains: ['minors'], tags: ['child-safety'], told: [refs.annotations] };
    return { objects, base, sensitive, ...createAnnotateActivities({ ...stage, progress: idle }) };
  };

  it('are marked for those who may see them', async () => {
    const area = await planted();
    const sensitive = { ...area.sensitive, skills: ['child-safety'] };
    expect(await area.planBatches({ ...area.base, sensitive })).toEqual({ batches: 1, items: 5 });
    expect((await area.loadBatch({ run: 'r', round: 1, batch: 0 })).items).toEqual([
      item(1).id,
      { id: item(2).id, sensitive: true },
      item(3).id,
      { id: item(4).id, sensitive: true },
      item(5).id,
    ]);
  });

  it('are in no batch where nobody may, and are named instead', async () => {
    const area = await planted();
    const named = [item(2).id, item(4).id];
    expect(await area.planBatches({ ...area.base, sensitive: { ...area.sensitive, skills: [] } })).toEqual({
      batches: 1,
      items: 3,
      escalated: { items: 2, first: named },
    });
    expect((await area.loadBatch({ run: 'r', round: 1, batch: 0 })).items).toEqual(
      [1, 3, 5].map((row) => item(row).id),
    );
    const stored = area.objects.entries.get(keys.receipt('r', 'annotate-1', 'escalated'))?.body;
    expect(JSON.parse(String(stored))).toEqual({ items: named });
  });

  it('cannot be checks, which everybody is asked', async () => {
    const area = await planted();
    const line = { item: 'x2', task: 'pairwise', value: { preferred: 'a' } };
    await area.objects.put(keys.dropFile('r', 'checks.jsonl'), `${JSON.stringify(line)}\n`);
    const checks = { file: 'checks.jsonl', qualify: 0, perBatch: 16, tasks: ['pairwise'] as const };
    const plan = { ...area.base, checks, sensitive: { ...area.sensitive, skills: ['child-safety'] } };
    await expect(area.planBatches(plan)).rejects.toMatchObject({
      code: 'ASY-4014',
      message: expect.stringContaining('sensitive'),
    });
  });
});

it('turns votes into annotations that know where their item came from', async () => {
  const area = await set();
  await area.planBatches({ run: 'r', round: 1, items: area.refs.items, batchSize: 2 });
  const votes = [await cast(area, 1, 'sub_1', 'a'), await cast(area, 2, 'sub_1', 'b')];
  const more = [await cast(area, 1, 'sub_2', 'a')];
  const base = { run: 'r', round: 1, items: area.refs.items };
  expect((await area.loadBatch({ run: 'r', round: 1, batch: 0 })).saved).toBeNull();
  expect(await area.saveVotes({ ...base, batch: 0, part: 0, votes })).toEqual({ votes: 2 });
  expect(await area.saveVotes({ ...base, batch: 0, part: 0, votes })).toEqual({ votes: 2 });
  expect((await area.loadBatch({ run: 'r', round: 1, batch: 0 })).saved).toBe(2);
  expect(await area.saveVotes({ ...base, batch: 1, part: 0, votes: more })).toEqual({ votes: 1 });
  expect(await area.saveVotes({ ...base, batch: 2, part: 0, votes: [] })).toEqual({ votes: 0 });
  const { annotations, votes: count } = await area.commitVotes({ run: 'r', round: 1, batches: 3 });
  expect(count).toBe(3);
  expect(annotations).toMatchObject({ table: 'annotations', partition: 'r-r1', rows: 3, shards: 2 });
  const rows: Annotation[] = [];
  for await (const row of area.stage.tables.read(annotations, Annotation)) rows.push(Annotation.parse(row));
  expect(rows).toMatchObject([
    { item: item(1).id, source: { kind: 'human', id: 'sub_1' }, origin: item(1).origin, guideline: '2', seconds: 3 },
    { item: item(2).id, value: { preferred: 'b' } },
    { item: item(1).id, source: { id: 'sub_2' } },
  ]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
  expect(await area.commitVotes({ run: 'r', round: 1, batches: 3 })).toEqual({ annotations, votes: 3 });
});

it('commits a round in which nobody voted', async () => {
  const area = await set();
  await expect(area.commitVotes({ run: 'r', round: 1, batches: 2 })).rejects.toMatchObject({ code: 'ASY-4005' });
  await area.planBatches({ run: 'r', round: 1, items: area.refs.items, batchSize: 2 });
  expect(await area.commitVotes({ run: 'r', round: 1, batches: 2 })).toMatchObject({ votes: 0 });
});

it('keeps the votes on a drop that was written again apart from those on the old one', async () => {
  const area = await set(3);
  const base = { run: 'r', round: 1, batchSize: 2 };
  await area.planBatches({ ...base, items: area.refs.items });
  const old = [await cast(area, 1, 'sub_1', 'a')];
  await area.saveVotes({ ...base, items: area.refs.items, batch: 0, part: 0, votes: old });
  const { items } = await ingestRows(area.stage, 'd', { items: [item(2), item(3)], annotations: [] });
  await area.planBatches({ ...base, items });
  const votes = [await cast(area, 2, 'sub_1', 'b')];
  expect(await area.saveVotes({ ...base, items, batch: 0, part: 0, votes })).toEqual({ votes: 1 });
  expect(await area.commitVotes({ ...base, batches: 1 })).toMatchObject({ votes: 1 });
});

it('refuses votes whose bytes are not what they were submitted as', async () => {
  const area = await set();
  const vote = await cast(area, 1, 'sub_1', 'a');
  await area.planBatches({ run: 'r', round: 1, items: area.refs.items, batchSize: 2 });
  const base = { run: 'r', round: 1, items: area.refs.items, batch: 0 };
  const other = { ...vote, task: 'binary' as const };
  await expect(area.saveVotes({ ...base, part: 0, votes: [other] })).rejects.toMatchObject({ code: 'ASY-4004' });
  const stray = { ...vote, item: item(99).id };
  await expect(area.saveVotes({ ...base, part: 1, votes: [stray] })).rejects.toMatchObject({ code: 'ASY-6004' });
  await area.objects.put(keys.vote(vote.sha256), '{}');
  await expect(area.saveVotes({ ...base, part: 2, votes: [vote] })).rejects.toMatchObject({ code: 'ASY-3003' });
});

it('writes the report of a run', async () => {
  const objects = createMemoryObjects();
  const report = { run: 'r', drop: 'r', status: 'completed' } as RunReport;
  await createReportActivities({ objects }).writeReport({ report });
  expect(JSON.parse((await objects.get(keys.report('r'))).toString())).toEqual(report);
});
