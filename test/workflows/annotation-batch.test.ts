import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchInput } from '../../workflows/annotation-batch.ts';
import { claim, skip, submit } from '../../workflows/messages.ts';
import { startTemporal } from '../support/temporal.ts';
import { withWorkers } from './harness.ts';
import { ref, stubActivities } from './stubs.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
});
afterAll(() => env.teardown());

const input = (over: Partial<BatchInput> = {}): BatchInput => ({
  run: 'r',
  round: 1,
  batch: 0,
  items: ref('items'),
  tasks: ['pairwise'],
  redundancy: 1,
  guideline: '1',
  leaseMs: 60_000,
  deadlineMs: 3_600_000,
  ...over,
});
const start = (id: string, over: Partial<BatchInput> = {}) =>
  env.client.workflow.start('annotationBatch', { workflowId: id, taskQueue: 'pipeline', args: [input(over)] });

describe('annotationBatch', () => {
  it('ends when every item has its votes, and saves them', async () => {
    const { activities, saved } = stubActivities();
    const summary = await withWorkers(env, activities, async () => {
      const batch = await start('batch/all');
      const { items } = await batch.executeUpdate(claim, { args: [{ annotator: 'sub_1', n: 20 }] });
      expect(items).toHaveLength(4);
      await batch.executeUpdate(skip, { args: [{ annotator: 'sub_1', item: items[3] as string, reason: 'unclear' }] });
      const votes = items.slice(0, 3).map((item) => ({
        item,
        task: 'pairwise' as const,
        sha256: 'c'.repeat(64),
        category: 'b',
      }));
      await batch.executeUpdate(submit, { args: [{ annotator: 'sub_1', votes }] });
      await batch.executeUpdate(claim, { args: [{ annotator: 'sub_2', n: 20 }] });
      await batch.executeUpdate(submit, {
        args: [
          {
            annotator: 'sub_2',
            votes: [{ item: items[3] as string, task: 'pairwise', sha256: 'd'.repeat(64), category: 'tie' }],
          },
        ],
      });
      return batch.result();
    });
    expect(summary).toEqual({ votes: 4, annotators: 2, skipped: 1 });
    expect(saved).toHaveLength(4);
  });

  it('refuses a vote nobody claimed, and the refusal leaves no event in history', async () => {
    const { activities } = stubActivities();
    await withWorkers(env, activities, async () => {
      const batch = await start('batch/unclaimed');
      const { items } = await batch.executeUpdate(claim, { args: [{ annotator: 'sub_1', n: 1 }] });
      const before = (await batch.fetchHistory()).events?.filter((e) => /Update/i.test(JSON.stringify(e))).length;
      await expect(
        batch.executeUpdate(submit, {
          args: [
            {
              annotator: 'sub_9',
              votes: [{ item: items[0] as string, task: 'pairwise', sha256: 'c'.repeat(64), category: 'a' }],
            },
          ],
        }),
      ).rejects.toMatchObject({ cause: { type: 'ASY-4003' } });
      const after = (await batch.fetchHistory()).events?.filter((e) => /Update/i.test(JSON.stringify(e))).length;
      expect(after).toBe(before);
      await batch.terminate();
    });
  });

  it('hands an expired lease to the next person', async () => {
    const { activities } = stubActivities({}, { loadBatch: async () => ({ items: ['it_1'] }) });
    await withWorkers(env, activities, async () => {
      const batch = await start('batch/lease', { leaseMs: 1 });
      await batch.executeUpdate(claim, { args: [{ annotator: 'sub_1', n: 1 }] });
      const { items } = await batch.executeUpdate(claim, { args: [{ annotator: 'sub_2', n: 1 }] });
      expect(items).toEqual(['it_1']);
      await batch.terminate();
    });
  });

  it('ends at its deadline with the votes it has', async () => {
    const { activities } = stubActivities();
    const summary = await withWorkers(env, activities, async () =>
      (await start('batch/late', { deadlineMs: 1 })).result(),
    );
    expect(summary).toEqual({ votes: 0, annotators: 0, skipped: 0 });
  });
});
