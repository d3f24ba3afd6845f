/** Recourse (S052): a dispute turns a label, and what stood before stays readable. */
import { expect, it } from 'vitest';
import { createAnnotateActivities } from '../../activities/annotate.ts';
import { createLabelActivities } from '../../activities/labels.ts';
import { sha256 } from '../../models/hash.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { keys } from '../../schemas/keys.ts';
import { Label } from '../../schemas/label.ts';
import { AggregateConfig } from '../../schemas/pipeline.ts';
import type { TableRef } from '../../schemas/table.ts';
import { Batch } from '../../workflows/batch/batch.ts';
import { idle, ingestRows, itemOf, stageOn, textResponse } from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';
import { settingsOf } from '../workflows/batch/support.ts';

const item = itemOf('d', 1, {
  prompt: [{ role: 'user', content: 'p' }],
  responses: ['x', 'y'].map((text) => textResponse(text)),
});

/** An item on which two people disagreed and a reviewer decided for `a`; and the ways from a batch to its labels. */
const decided = async () => {
  const objects = createMemoryObjects();
  const stage = stageOn(objects, scratch());
  const { items } = await ingestRows(stage, 'd', { items: [item], annotations: [] });
  const deps = { ...stage, progress: idle };
  const [annotating, labelling] = [createAnnotateActivities(deps), createLabelActivities(deps)];
  const vote = async (preferred: 'a' | 'b', seconds: number) => {
    const bytes = JSON.stringify({ seconds, guideline: '1', task: 'pairwise', value: { preferred, strength: null } });
    await objects.put(keys.vote(sha256(bytes)), bytes);
    return { item: item.id, task: 'pairwise' as const, sha256: sha256(bytes), category: preferred };
  };
  const batch = Batch.of(settingsOf({ review: 'disagreements' }, { leaseMs: 1e9 }), [item.id]);
  const answer = async (annotator: string, preferred: 'a' | 'b', seconds: number): Promise<void> => {
    expect(batch.claim({ annotator, n: 1 }, 0).items).toEqual([item.id]);
    batch.submit({ annotator, votes: [await vote(preferred, seconds)] }, 0);
  };
  const rule = (request: Omit<Parameters<Batch['adjudicate']>[0], 'item' | 'note'>) => {
    const whole = { item: item.id, note: null, ...request };
    batch.checkAdjudicate(whole);
    batch.adjudicate(whole, 0);
  };
  const dispute = (annotator: string): void => {
    const request = { annotator, item: item.id, note: 'd'.repeat(64) };
    batch.checkDispute(request);
    batch.dispute(request, 0);
  };
  /** Ends the batch as it is now, as a round of its own: what it saves, and the labels that come of it. */
  const labelsOf = async (round: number): Promise<{ labels: TableRef; annotations: TableRef }> => {
    const ended = new Batch(settingsOf({ review: 'disagreements' }), JSON.parse(JSON.stringify(batch)));
    const base = { run: 'd', round, items };
    await annotating.planBatches({ ...base, batchSize: 10 });
    const { withdrawn } = ended.takeAside(true);
    await annotating.setAside({ ...base, batch: 0, part: 0, kind: 'withdrawn', votes: withdrawn });
    await annotating.saveVotes({ ...base, batch: 0, part: 1, votes: ended.saved });
    const { annotations } = await annotating.commitVotes({ run: 'd', round, batches: 1 });
    const config = AggregateConfig.parse({ bootstraps: 0 });
    const { labels } = await labelling.aggregate({ run: 'd', items, annotations: [annotations], config });
    return { labels, annotations };
  };
  const read = async (labels: TableRef): Promise<Label | undefined> =>
    (await Array.fromAsync(stage.tables.read(labels, Label)))[0];
  await answer('ann', 'a', 1);
  await answer('bob', 'b', 2);
  rule({ reviewer: 'first', ruling: 'decide', votes: [await vote('a', 3)] });
  return { objects, stage, batch, vote, answer, rule, dispute, labelsOf, read };
};

it('another reviewer decides otherwise: the label turns, the votes and the label before are as they were', async () => {
  const desk = await decided();
  const before = await desk.labelsOf(1);
  expect(await desk.read(before.labels)).toMatchObject({ category: 'a', method: 'ruling' });
  desk.dispute('bob');
  desk.rule({ reviewer: 'second', ruling: 'decide', votes: [await desk.vote('b', 4)] });
  const after = await desk.labelsOf(2);
  expect(await desk.read(after.labels)).toMatchObject({ category: 'b', method: 'ruling' });
  expect(await desk.read(before.labels)).toMatchObject({ category: 'a', method: 'ruling' });
  const said = await Array.fromAsync(desk.stage.tables.read(after.annotations, Annotation));
  expect(Object.fromEntries(said.map(({ source, value }) => [source.id, value]))).toEqual({
    ann: { preferred: 'a', strength: null },
    bob: { preferred: 'b', strength: null },
    second: { preferred: 'b', strength: null },
  });
  const earlier = await Array.fromAsync(desk.stage.tables.read(before.annotations, Annotation));
  expect(earlier.map(({ source }) => source.id)).toContain('first');
});

it('fresh people are asked: none who had it before, the label is theirs, and the votes taken back are on record', async () => {
  const desk = await decided();
  const before = await desk.labelsOf(1);
  desk.dispute('bob');
  desk.rule({ reviewer: 'second', ruling: 'return', votes: [] });
  for (const annotator of ['ann', 'bob']) expect(desk.batch.claim({ annotator, n: 1 }, 0).items).toEqual([]);
  await desk.answer('cat', 'b', 5);
  await desk.answer('dan', 'b', 6);
  expect(desk.batch.item(item.id)?.withdrawn.map(({ annotator }) => annotator)).toEqual(['ann', 'bob']);
  const after = await desk.labelsOf(2);
  expect(await desk.read(after.labels)).toMatchObject({ category: 'b', n: 2, method: 'majority' });
  expect(await desk.read(before.labels)).toMatchObject({ category: 'a' });
  const kept = [...desk.objects.entries].filter(([key]) => key.includes('/withdrawn-2-'));
  const votes = kept.flatMap(([, { body }]) => (JSON.parse(body.toString()) as { votes: object[] }).votes);
  expect(votes).toMatchObject([
    { annotator: 'ann', category: 'a' },
    { annotator: 'bob', category: 'b' },
  ]);
});
