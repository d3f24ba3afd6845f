import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchInput } from '../../workflows/annotation-batch.ts';
import { rulesOf } from '../../workflows/batch/settings.ts';
import { adjudicate, claim, comment, reviewQueue, skip, submit } from '../../workflows/messages.ts';
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
    const { activities } = stubActivities({}, { loadBatch: async () => ({ items: ['it_1'], saved: null }) });
    await withWorkers(env, activities, async () => {
      const batch = await start('batch/lease', { leaseMs: 1 });
      await batch.executeUpdate(claim, { args: [{ annotator: 'sub_1', n: 1 }] });
      const { items } = await batch.executeUpdate(claim, { args: [{ annotator: 'sub_2', n: 1 }] });
      expect(items).toEqual(['it_1']);
      await batch.terminate();
    });
  });

  it('asks nobody again when an earlier attempt of the run has saved its votes', async () => {
    const { activities, calls } = stubActivities({}, { loadBatch: async () => ({ items: ['it_1'], saved: 3 }) });
    const summary = await withWorkers(env, activities, async () => (await start('batch/saved')).result());
    expect(summary).toEqual({ votes: 3, annotators: 0, skipped: 0 });
    expect(calls).not.toContain('saveVotes');
  });

  it('ends at its deadline with the votes it has', async () => {
    const { activities } = stubActivities();
    const summary = await withWorkers(env, activities, async () =>
      (await start('batch/late', { deadlineMs: 1 })).result(),
    );
    expect(summary).toEqual({ votes: 0, annotators: 0, skipped: 0 });
  });

  it('refuses a vote that comes while the others are being saved: accepted, it would be lost', async () => {
    let saving = (): void => undefined;
    const began = new Promise<void>((resolve) => (saving = resolve));
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const { activities, saved } = stubActivities();
    const slow = {
      ...activities,
      saveVotes: async (input: Parameters<typeof activities.saveVotes>[0]) => {
        saving();
        await finished;
        return activities.saveVotes(input);
      },
    };
    await withWorkers(env, slow, async () => {
      // Every item but one is answered; the deadline is what ends the batch.
      const batch = await start('batch/closing', { deadlineMs: 1500 });
      const { items } = await batch.executeUpdate(claim, { args: [{ annotator: 'sub_1', n: 20 }] });
      const vote = (item: string) => ({ item, task: 'pairwise' as const, sha256: 'c'.repeat(64), category: 'a' });
      const early = { annotator: 'sub_1', votes: [vote(items[0] as string)] };
      await batch.executeUpdate(submit, { args: [early] });
      await began;
      const late = batch.executeUpdate(submit, { args: [{ annotator: 'sub_1', votes: [vote(items[1] as string)] }] });
      await expect(late).rejects.toMatchObject({ cause: { type: 'ASY-4005' } });
      const claimed = batch.executeUpdate(claim, { args: [{ annotator: 'sub_2', n: 1 }] });
      await expect(claimed).rejects.toMatchObject({ cause: { type: 'ASY-4005' } });
      // The answer to a vote it has may have got lost on the way.
      expect((await batch.executeUpdate(submit, { args: [early] })).votes).toBe(1);
      finish();
      expect(await batch.result()).toEqual({ votes: 1, annotators: 1, skipped: 0 });
    });
    expect(saved).toHaveLength(1);
  });

  it('goes through review: disagreement, ruling, dispute, and the last word is saved beside the votes', async () => {
    const aside: string[] = [];
    const { activities, saved } = stubActivities(
      {},
      {
        loadBatch: async () => ({ items: ['it_1'], saved: null, checks: [{ id: 'check0', known: ['a'] }], seed: 's' }),
        setAside: async ({ kind, votes }) =>
          void aside.push(...votes.map((v) => `${kind}:${v.annotator}:${v.category}`)),
      },
    );
    const rules = rulesOf({
      review: 'disagreements',
      checks: { file: 'c', rate: 0, qualify: 1, minAccuracy: 0.5, minAnswers: 5, tolerance: 0 },
    });
    const cast = (annotator: string, item: string, category: string) => ({
      annotator,
      votes: [{ item, task: 'pairwise' as const, sha256: category.repeat(64), category }],
    });
    const summary = await withWorkers(env, activities, async () => {
      const batch = await start('batch/review', { redundancy: 2, rules });
      for (const [annotator, side] of [
        ['sub_1', 'a'],
        ['sub_2', 'b'],
      ] as const) {
        for (const item of ['check0', 'it_1']) {
          expect((await batch.executeUpdate(claim, { args: [{ annotator, n: 5 }] })).items).toEqual([item]);
          await batch.executeUpdate(submit, { args: [cast(annotator, item, item === 'it_1' ? side : 'a')] });
        }
      }
      expect(await batch.query(reviewQueue)).toMatchObject([{ item: 'it_1', reasons: ['disagreement'] }]);
      await batch.executeUpdate(comment, { args: [{ by: 'sub_1', item: 'it_1', note: 'c'.repeat(64) }] });
      const returned = { reviewer: 'sub_9', item: 'it_1', ruling: 'return' as const, votes: [], note: null };
      await batch.executeUpdate(adjudicate, { args: [{ ...returned, annotators: ['sub_2'] }] });
      for (const item of ['check0', 'it_1']) {
        await batch.executeUpdate(claim, { args: [{ annotator: 'sub_3', n: 5 }] });
        await batch.executeUpdate(submit, { args: [cast('sub_3', item, item === 'it_1' ? 'd' : 'a')] });
      }
      const [vote] = cast('sub_9', 'it_1', 'a').votes;
      const decided = { ...returned, ruling: 'decide' as const, votes: vote === undefined ? [] : [vote] };
      await batch.executeUpdate(adjudicate, { args: [decided] });
      return batch.result();
    });
    expect(summary).toMatchObject({ votes: 2, annotators: 2, checks: { length: 3 } });
    expect(saved).toEqual(['it_1:sub_1:a', 'it_1:sub_3:d', 'it_1:sub_9:a']);
    expect(aside.sort()).toEqual(['checks:sub_1:a', 'checks:sub_2:a', 'checks:sub_3:a', 'withdrawn:sub_2:b']);
  });

  it('survives Updates typed wrongly in the Temporal UI', async () => {
    const { activities } = stubActivities();
    await withWorkers(env, activities, async () => {
      const batch = await start('batch/typos');
      for (const name of ['claim', 'submit', 'skip', 'release', 'undo', 'adjudicate', 'dispute', 'comment'])
        for (const args of [[], [null], ['x'], [{ annotator: 'p' }]])
          await expect(batch.executeUpdate(name, { args: args as [] })).rejects.toMatchObject({
            cause: { type: 'ASY-4004' },
          });
      expect((await batch.executeUpdate(claim, { args: [{ annotator: 'p', n: 1 }] })).items).toHaveLength(1);
      await batch.terminate();
    });
  });

  // Eight at once, as the HTTP server allows: the server refuses more than ten in flight.
  it('continues as new when it has taken what a run may take, and loses no vote and no lease', async () => {
    const items = Array.from({ length: 90 }, (_, i) => `it_${String(i).padStart(32, '0')}`);
    const { activities, saved } = stubActivities({}, { loadBatch: async () => ({ items, saved: null }) });
    await withWorkers(env, activities, async () => {
      const batch = await start('batch/long', { redundancy: 8 });
      const first = (await batch.describe()).runId;
      // Every claim and every vote is an Update; some arrive in the middle of the change.
      const person = async (who: number): Promise<void> => {
        const annotator = `sub_${who}`;
        for (;;) {
          const { items: mine } = await batch.executeUpdate(claim, { args: [{ annotator, n: 1 }] });
          if (mine.length === 0) return;
          for (const item of mine) {
            const vote = { item, task: 'pairwise' as const, sha256: String(who).repeat(64), category: 'a' };
            const request = { annotator, votes: [vote] };
            await batch.executeUpdate(submit, { args: [request] });
            // As if the answer had got lost: the same vote again is one vote.
            await batch.executeUpdate(submit, { args: [request] });
          }
        }
      };
      const ended = await Promise.allSettled(Array.from({ length: 8 }, (_, who) => person(who)));
      // The batch ends with the last vote: who asks after that finds it gone.
      for (const end of ended)
        if (end.status === 'rejected')
          expect(`${String(end.reason)} ${String((end.reason as Error).cause)}`).toMatch(
            /ASY-4005|already completed|not found/i,
          );
      expect(await batch.result()).toEqual({ votes: 720, annotators: 8, skipped: 0 });
      expect((await batch.describe()).runId).not.toBe(first);
    });
    expect(new Set(saved).size).toBe(720);
    expect(saved).toHaveLength(720);
  });
});
