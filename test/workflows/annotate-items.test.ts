/** Checks across the batches of a run: answers go up to the parent, standings come down, and no history grows beyond its bound. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClaimGrant } from '../../schemas/batch.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { ANNOTATE_EVENTS, type AnnotateInput } from '../../workflows/annotate-items.ts';
import { batchId } from '../../workflows/ids.ts';
import { batchState, checked, claim, submit } from '../../workflows/messages.ts';
import { startTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { withWorkers } from './harness.ts';
import { ref, stubActivities } from './stubs.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
});
afterAll(() => env.teardown());

const checks = Array.from({ length: 4 }, (_, i) => ({ id: `check${i}`, known: ['a'] }));
const config = (over: object = {}) =>
  PipelineConfig.parse({
    annotate: {
      tasks: ['pairwise'],
      window: 3,
      checks: { file: 'checks.jsonl', rate: 0, qualify: 2, minAccuracy: 0.6 },
      ...over,
    },
  }).annotate;
const start = (run: string, over: Partial<AnnotateInput> = {}) =>
  env.client.workflow.start('annotateItems', {
    workflowId: `annotate/${run}`,
    taskQueue: 'pipeline',
    args: [
      { run, round: 1, items: ref('items'), tasks: ['pairwise'], config: config(), ...over } satisfies AnnotateInput,
    ],
  });
const get = (run: string, n: number) => env.client.workflow.getHandle(batchId(run, 1, n));
const asks = (run: string, n: number, annotator: string, most = 5): Promise<ClaimGrant> =>
  get(run, n).executeUpdate(claim, { args: [{ annotator, n: most }] });
const answers = (run: string, n: number, annotator: string, items: readonly string[], category: string) =>
  get(run, n).executeUpdate(submit, {
    args: [
      {
        annotator,
        votes: items.map((item) => ({ item, task: 'pairwise' as const, sha256: 'c'.repeat(64), category })),
      },
    ],
  });
const opened = (run: string, n: number) =>
  until(`batch ${n}`, () =>
    get(run, n)
      .query(batchState)
      .then(({ items }) => items > 0)
      .catch(() => false),
  );

describe('annotateItems', () => {
  it('who qualifies or fails in one batch has done so in all of them, those to come too', async () => {
    const { activities } = stubActivities(
      {},
      {
        planBatches: async () => ({ batches: 4, items: 4 }),
        loadBatch: async ({ batch }) => ({ items: [`it_${batch}`], saved: null, checks, seed: 'seed' }),
      },
    );
    await withWorkers(env, activities, async () => {
      const parent = await start('standings');
      for (const n of [0, 1, 2]) await opened('standings', n);
      const { items: good } = await asks('standings', 0, 'sub_good');
      expect(good).toHaveLength(2);
      await answers('standings', 0, 'sub_good', good, 'a');
      const { items: bad } = await asks('standings', 0, 'sub_bad');
      await answers('standings', 0, 'sub_bad', bad, 'b');
      // Batch 1 has asked neither anything.
      await until('the standings arrive', async () => (await asks('standings', 1, 'sub_bad', 1)).refusal === 'paused');
      await until(
        'who qualified gets work at once',
        async () => (await asks('standings', 1, 'sub_good')).items.join() === 'it_1',
      );
      await answers('standings', 1, 'sub_good', ['it_1'], 'a');
      await opened('standings', 3);
      expect(await asks('standings', 3, 'sub_bad')).toMatchObject({ items: [], refusal: 'paused' });
      for (const n of [0, 2, 3]) {
        const { items } = await asks('standings', n, 'sub_good');
        await answers('standings', n, 'sub_good', items, 'a');
      }
      expect(await parent.result()).toMatchObject({ batches: 4 });
    });
  });

  it('drains its window and goes on with what it knows, however much is reported', async () => {
    const events = 60;
    const opens: number[] = [];
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const { activities } = stubActivities(
      {},
      {
        planBatches: async () => ({ batches: 9, items: 9 }),
        loadBatch: async ({ batch }) => {
          opens.push(batch);
          if (batch < 3) await released;
          return { items: [], saved: null };
        },
      },
    );
    await withWorkers(env, activities, async () => {
      const parent = await start('drained', { events });
      await until('three batches are open', () => Promise.resolve(opens.length === 3));
      for (let n = 1; n <= 40; n++)
        await parent.signal(checked, [{ batch: n % 3, annotator: `sub_${n % 5}`, asked: n, right: 0 }]);
      release();
      await parent.result();
      const runs: { events: number; known: unknown }[] = [];
      let runId: string | null | undefined = parent.firstExecutionRunId;
      while (runId != null) {
        const history: Awaited<ReturnType<typeof parent.fetchHistory>> = await env.client.workflow
          .getHandle(parent.workflowId, runId)
          .fetchHistory();
        const events = history.events ?? [];
        const data = events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
        const input = JSON.parse(Buffer.from(data as Uint8Array).toString()) as AnnotateInput;
        runs.push({ events: events.length, known: input.progress?.register });
        runId = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      }
      expect(runs.length).toBeGreaterThan(1);
      expect(runs[1]?.known).toHaveLength(5);
      // What the bound is made of: events until nothing new is opened or told, 40 signals, 9 batches.
      expect(Math.max(...runs.map((run) => run.events))).toBeLessThan(1.5 * events + 4 * 40 + 12 * 9);
      // With 600 reports and 200 open batches that end, as annotate-items.ts allows.
      expect(1.5 * ANNOTATE_EVENTS + 4 * 600 + 4 * 200).toBeLessThan(10_000);
    });
    expect([...opens].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
