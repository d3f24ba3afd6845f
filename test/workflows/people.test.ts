/** The HTTP server's and command line's side of Temporal, on a real server: runs, and people acting on batches. */
import { createHash } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VoteBody } from '../../schemas/batch.ts';
import { createAnnotators } from '../../server/annotators.ts';
import { createRuns } from '../../server/runs.ts';
import type { BatchInput } from '../../workflows/annotation-batch.ts';
import { rulesOf } from '../../workflows/batch/settings.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { startTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { withWorkers } from './harness.ts';
import { ref, stubActivities } from './stubs.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
});
afterAll(() => env.teardown());

const timing = { retryMs: 20 };
const start = (id: string, over: Partial<BatchInput> = {}) => {
  const input: BatchInput = {
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
  };
  return env.client.workflow.start('annotationBatch', { workflowId: id, taskQueue: 'pipeline', args: [input] });
};
const body: VoteBody = {
  task: 'pairwise',
  value: { preferred: 'a', strength: null },
  seconds: 2,
  guideline: '1',
  shown: null,
};

describe('createAnnotators', () => {
  it('stores a vote’s bytes under their hash before it submits the hash', async () => {
    const objects = createMemoryObjects();
    const { activities } = stubActivities({}, { loadBatch: async () => ({ items: ['it_1', 'it_2'], saved: null }) });
    await withWorkers(env, activities, async () => {
      const batch = await start('batch/store/0');
      const annotators = createAnnotators(env.client, objects);
      expect((await annotators.claim('batch/store/0', 'sub_1', 5, ['it_2'])).items).toEqual(['it_2']);
      expect(await annotators.submit('batch/store/0', 'sub_1', [{ item: 'it_2', body }])).toMatchObject({ votes: 1 });
      const [entry] = [...objects.entries];
      const hash = createHash('sha256')
        .update(entry?.[1].body ?? '')
        .digest('hex');
      expect(entry?.[0]).toBe(`votes/${hash}.json`);
      expect(JSON.parse(entry?.[1].body.toString() ?? '')).toEqual(body);
      // Payloads print as base64.
      const history = JSON.stringify((await batch.fetchHistory()).events).replaceAll(
        /"data":"([^"]*)"/g,
        (_all, data: string) => Buffer.from(data, 'base64').toString(),
      );
      expect(history).toContain(hash);
      expect(history).not.toContain('preferred');
      await batch.terminate();
    });
  });

  it('carries everything people and reviewers do, notes by their hash alone', async () => {
    const objects = createMemoryObjects();
    const { activities, saved } = stubActivities({}, { loadBatch: async () => ({ items: ['it_1'], saved: null }) });
    await withWorkers(env, activities, async () => {
      const id = 'batch/desk/0';
      const batch = await start(id, { redundancy: 2, rules: rulesOf({ review: 'disagreements' }) });
      const annotators = createAnnotators(env.client, objects);
      for (const [who, preferred] of [
        ['sub_1', 'a'],
        ['sub_2', 'b'],
      ] as const) {
        await annotators.claim(id, who, 1);
        expect(await annotators.held(id, who)).toEqual(['it_1']);
        await annotators.submit(id, who, [{ item: 'it_1', body: { ...body, value: { preferred, strength: null } } }]);
      }
      await annotators.undo(id, 'sub_2', 'it_1');
      await annotators.release(id, 'sub_2', ['it_1']);
      await annotators.claim(id, 'sub_2', 1);
      const other = { ...body, value: { preferred: 'b' as const, strength: null } };
      await annotators.submit(id, 'sub_2', [{ item: 'it_1', body: other }]);
      expect(await annotators.review(id)).toMatchObject([{ item: 'it_1', votes: 2 }]);
      await annotators.comment(id, 'sub_1', 'it_1', 'a cites its source');
      const item = await annotators.item(id, 'it_1');
      expect((await objects.get(`notes/${item.notes[0]?.note}.json`)).toString()).toBe(
        '{"by":"sub_1","text":"a cites its source"}',
      );
      await expect(annotators.item(id, 'it_none')).rejects.toMatchObject({ code: 'ASY-4004' });
      await expect(annotators.dispute(id, 'sub_1', 'it_1', 'no')).rejects.toMatchObject({ code: 'ASY-4011' });
      expect(await annotators.own(id, 'sub_1')).toMatchObject([{ item: 'it_1', status: 'open' }]);
      expect(await annotators.votes(id)).toHaveLength(2);
      const ruling = { item: 'it_1', ruling: 'decide' as const, votes: [body], note: '' };
      await annotators.adjudicate(id, 'sub_9', ruling);
      expect(await batch.result()).toMatchObject({ votes: 2 });
    });
    expect(saved).toEqual(['it_1:sub_1:a', 'it_1:sub_2:b', 'it_1:sub_9:a']);
  });

  it('forty people at once: nobody is refused for the crowd, no item goes to two', async () => {
    const items = Array.from({ length: 40 }, (_, i) => `it_${i}`);
    const { activities, saved } = stubActivities({}, { loadBatch: async () => ({ items, saved: null }) });
    await withWorkers(env, activities, async () => {
      const batch = await start('batch/crowd/0');
      const annotators = createAnnotators(env.client, createMemoryObjects());
      await Promise.all(
        items.map(async (_item, who) => {
          const { items: mine } = await annotators.claim('batch/crowd/0', `sub_${who}`, 1);
          await annotators.submit(
            'batch/crowd/0',
            `sub_${who}`,
            mine.map((item) => ({ item, body })),
          );
        }),
      );
      expect(await batch.result()).toEqual({ votes: 40, annotators: 40, skipped: 0 });
    });
    expect(new Set(saved.map((vote) => vote.split(':')[0])).size).toBe(40);
  });

  it('has a code for every refusal, and reaches no other workflow', async () => {
    const { activities } = stubActivities();
    await withWorkers(env, activities, async () => {
      const batch = await start('batch/codes/0');
      const other = await start('elsewhere');
      const annotators = createAnnotators(env.client, createMemoryObjects());
      for (const id of ['batch/none/0', 'elsewhere', 'run/x', 'batch/codes/0/../1', `batch/${'x'.repeat(2000)}/0`, ''])
        await expect(annotators.claim(id, 'sub_1', 1)).rejects.toMatchObject({ code: 'ASY-4005' });
      await expect(annotators.claim('batch/codes/0', 'sub_1', 0)).rejects.toMatchObject({ code: 'ASY-4004' });
      await expect(annotators.skip('batch/codes/0', 'sub_1', 'it_none', '')).rejects.toMatchObject({
        code: 'ASY-4004',
      });
      const unclaimed = annotators.submit('batch/codes/0', 'sub_1', [{ item: `it_${'a'.repeat(32)}`, body }]);
      await expect(unclaimed).rejects.toMatchObject({ code: 'ASY-4003' });
      await expect(annotators.list('x" OR WorkflowId != "')).rejects.toMatchObject({ code: 'ASY-4001' });
      const listed = await until('the batch is listed', async () => {
        const found = await annotators.list('codes');
        return found.length > 0 ? found : null;
      });
      expect(listed).toMatchObject([{ id: 'batch/codes/0', items: 4, open: 4 }]);
      await batch.terminate();
      await expect(annotators.claim('batch/codes/0', 'sub_1', 1)).rejects.toMatchObject({ code: 'ASY-4005' });
      await other.terminate();
    });
  });
});

describe('createRuns', () => {
  it('has a code for every decision that cannot be taken', async () => {
    const { activities } = stubActivities({ approval: 'required' });
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      const verdict = { by: 'reviewer', note: '' };
      for (const decision of ['approve', 'reject', 'rework'] as const)
        await expect(runs[decision]('never', verdict)).rejects.toMatchObject({ code: 'ASY-4001' });
      for (const drop of ['a b', 'x'.repeat(2000), '"', '..'])
        await expect(runs.state(drop)).rejects.toMatchObject({ code: 'ASY-4001' });

      await runs.start('gate');
      await until('the gate', async () => (await runs.state('gate').catch(() => null))?.stage === 'approval');
      const long = { by: 'x'.repeat(201), note: '' };
      await expect(runs.approve('gate', long)).rejects.toMatchObject({ code: 'ASY-4004' });
      await expect(runs.rework('gate', { ...verdict, itemIds: 'it_1' as never })).rejects.toMatchObject({
        code: 'ASY-4004',
      });
      // A decision is what its Update is called, whatever its input claims.
      await runs.reject('gate', { ...verdict, kind: 'approved' } as never);
      expect(await runs.result('gate')).toMatchObject({ status: 'rejected', datasets: [] });
      for (const decision of ['approve', 'reject', 'rework'] as const)
        await expect(runs[decision]('gate', verdict)).rejects.toMatchObject({ code: 'ASY-4002' });
    });
  });

  it('rework of a run that is not waiting is refused, not passed over', async () => {
    let parse = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (parse = resolve));
    const { activities } = stubActivities(
      {},
      {
        parseUnit: async () => {
          await blocked;
          return { rowsIn: 1, rowsOut: 1, quarantined: 0 };
        },
      },
    );
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('busy');
      await expect(runs.rework('busy', { by: 'reviewer', note: '' })).rejects.toMatchObject({ code: 'ASY-4002' });
      parse();
      await runs.result('busy');
    });
  });

  it('a run that somebody terminated ends with a code too', async () => {
    const { activities } = stubActivities({ approval: 'required' });
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      const { workflowId } = await runs.start('stopped');
      await until('the gate', async () => (await runs.state('stopped').catch(() => null))?.stage === 'approval');
      await env.client.workflow.getHandle(workflowId).terminate('by hand');
      await expect(runs.result('stopped')).rejects.toMatchObject({
        code: 'ASY-4008',
        message: expect.stringContaining('terminated') as string,
      });
      expect((await runs.start('stopped')).started).toBe(true);
    });
  });

  it('a drop in two hundred languages runs: search attributes have a limit', async () => {
    const { activities } = stubActivities();
    const many = {
      ...activities,
      commitDrop: async (input: Parameters<typeof activities.commitDrop>[0]) => {
        const committed = await activities.commitDrop(input);
        const languages = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`xx-Latn-${i}`, i + 1]));
        return { ...committed, counts: { ...committed.counts, languages } };
      },
    };
    await withWorkers(env, many, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('babel');
      expect((await runs.result('babel')).status).toBe('completed');
    });
  });
});
