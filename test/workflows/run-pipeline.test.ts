import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssayError } from '../../schemas/errors.ts';
import type { RunReport } from '../../schemas/run-report.ts';
import { createRuns } from '../../server/runs.ts';
import { batchId } from '../../workflows/ids.ts';
import { claim, submit } from '../../workflows/messages.ts';
import { startTemporal } from '../support/temporal.ts';
import { withWorkers } from './harness.ts';
import { imageActivities, ref, stubActivities } from './stubs.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
});
afterAll(() => env.teardown());

const timing = { retryMs: 20 };
const details = (drop: string): Promise<string> =>
  createRuns(env.client)
    .state(drop)
    .then((state) => state.details);

/** Polls a condition of the server's state: the only clock is the server's progress. */
const until = async (drop: string, stage: string): Promise<void> => {
  const runs = createRuns(env.client);
  for (;;) {
    const state = await runs.state(drop).catch(() => null);
    if (state?.stage === stage) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe('runPipeline', () => {
  it('takes a drop through every stage to a dataset and writes its report', async () => {
    const { activities, calls, reports } = stubActivities();
    const report = await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      expect((await runs.start('auto')).started).toBe(true);
      return runs.result('auto');
    });
    expect(report).toMatchObject({
      status: 'completed',
      drop: 'auto',
      counts: { rowsIn: 30, rowsOut: 27, quarantined: 3 },
      datasets: [{ name: 'auto', version: 'd1', rows: 20 }],
      models: [{ name: 'auto', version: 'v1', promoted: true }],
      scoredBy: { name: 'auto', version: 'v1' },
    });
    expect(reports).toEqual([report]);
    expect(calls.filter((c) => c === 'parseUnit')).toHaveLength(3);
    expect(calls.filter((c) => c === 'exportDataset')).toHaveLength(2);
    expect(calls).not.toContain('planBatches');
    expect(calls).not.toContain('resolveModel');
  });

  it('merges the marks on images, trains with them, predicts, and hands all heatmaps on', async () => {
    const trained: unknown[] = [];
    const curated: unknown[] = [];
    const { activities, calls, reports } = imageActivities(
      {},
      {
        planTraining: async ({ heatmaps }) => {
          trained.push(heatmaps);
          return { version: 'v1', pairs: 27, skipped: null };
        },
        planDataset: async ({ heatmaps }) => {
          curated.push(heatmaps);
          return { version: 'd1' };
        },
      },
    );
    const text = await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing, links: { api: 'http://127.0.0.1:1' } });
      await runs.start('marked');
      await runs.result('marked');
      return details('marked');
    });
    const predicted = { ...ref('heatmaps'), partition: 'demo/predicted' };
    expect(trained).toEqual([ref('heatmaps')]);
    expect(curated).toEqual([[ref('heatmaps'), predicted]]);
    expect(reports[0]?.regions).toMatchObject([{ kind: 'implausibility', iou: { value: 0.42 } }]);
    expect(text).toContain('| implausibility | 20 | 12 | 30 | 0.420 | 0.35 to 0.50 | 0.610 | 0.50 to 0.70 |');
    expect(text).toContain('| marked | implausibility | 40 | 0.0123 | 0.456 | 2.345 | 0.891 |');
    expect(text).toContain('http://127.0.0.1:1/drops/marked/items/it_bbbb');
    expect(text).toContain('3 marks are on no heatmap');
    const order = ['aggregate', 'mergeShard', 'commitMerged', 'encodeShard', 'fitHead', 'scoreShard', 'predictShard'];
    expect(calls.filter((call, i) => order.includes(call) && calls.indexOf(call) === i)).toEqual(order);
  });

  it.each([
    ['a head that predicts heatmaps', true, 1],
    ['another head', undefined, 0],
  ])('of images without marks, %s that score.model names predicts as it can', async (_, heatmaps, times) => {
    const { activities, calls } = imageActivities(
      { score: { model: 'rich' }, train: { enabled: false } },
      {
        aggregate: (input) => stubActivities().activities.aggregate(input),
        resolveModel: async () => ({ name: 'rich', version: 'v7', reads: 'features', ...(heatmaps && { heatmaps }) }),
      },
    );
    const drop = `unmarked-${times}`;
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start(drop);
      expect((await runs.result(drop)).regions).toEqual([]);
    });
    expect(calls).not.toContain('mergeShard');
    expect(calls.filter((call) => call === 'commitPredicted')).toHaveLength(times);
  });

  it('starts once for the same drop, also after it has finished', async () => {
    const { activities, calls } = stubActivities();
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      const started = await Promise.all([runs.start('twice'), runs.start('twice'), runs.start('twice')]);
      expect(started.map((s) => s.workflowId)).toEqual(['run/twice', 'run/twice', 'run/twice']);
      await runs.result('twice');
      expect((await runs.start('twice')).started).toBe(false);
    });
    expect(calls.filter((c) => c === 'planDrop')).toHaveLength(1);
  });

  it('waits for approval, shows what a reviewer needs, and refuses decisions at other times', async () => {
    const { activities } = stubActivities({ approval: 'required' });
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing, links: { api: 'http://127.0.0.1:1' } });
      await runs.start('gate');
      await until('gate', 'approval');
      const text = await details('gate');
      expect(text).toContain('Waiting for approval');
      expect(text).toContain('| 30 | 27 | 3 |');
      expect(text).toContain('0.710');
      expect(text).toContain('http://127.0.0.1:1/drops/gate/items/it_aaaa');
      expect(text).not.toContain('<b>');
      await expect(runs.approve('gate', { by: '', note: '' })).rejects.toMatchObject({ code: 'ASY-4004' });
      await runs.approve('gate', { by: 'reviewer', note: 'fine' });
      const report = await runs.result('gate');
      expect(report.status).toBe('completed');
      await expect(runs.approve('gate', { by: 'late', note: '' })).rejects.toBeInstanceOf(Error);
    });
  });

  it('stops below the least agreement though approval is automatic; a person may let it go on, and the report says who', async () => {
    const { activities, calls } = stubActivities({ aggregate: { minAlpha: { pairwise: 0.8 } } });
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('disagreed');
      await until('disagreed', 'approval');
      expect(await details('disagreed')).toContain('**Agreement on pairwise is too low**: α is 0.710, 0.8 is asked.');
      expect(calls).not.toContain('planDataset');
      await runs.approve('disagreed', { by: 'curator', note: 'good enough for a pilot' });
      expect(await runs.result('disagreed')).toMatchObject({
        status: 'completed',
        belowAlpha: [{ task: 'pairwise', alpha: 0.71, wanted: 0.8 }],
        overriddenBy: 'curator',
      });
    });
    const enough = stubActivities({ aggregate: { minAlpha: { pairwise: 0.7 } } });
    await withWorkers(env, enough.activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('agreed');
      expect((await runs.result('agreed')).belowAlpha).toBeUndefined();
    });
  });

  it('ends without a dataset when rejected', async () => {
    const { activities, calls } = stubActivities({ approval: 'required' });
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('rejected');
      await until('rejected', 'approval');
      await runs.reject('rejected', { by: 'reviewer', note: 'too noisy' });
      const report = await runs.result('rejected');
      expect(report.status).toBe('rejected');
      expect(report.datasets).toEqual([]);
    });
    expect(calls).not.toContain('publishDataset');
  });

  it('sends named items back to people on rework and comes back to the gate', async () => {
    const { activities, saved, calls } = stubActivities(
      { approval: 'required' },
      { loadBatch: async () => ({ items: [`it_${'a'.repeat(32)}`], saved: null }) },
    );
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('rework');
      await until('rework', 'approval');
      await runs.rework('rework', { by: 'reviewer', note: 'look again', itemIds: [`it_${'a'.repeat(32)}`] });
      await until('rework', 'annotate');
      const batch = env.client.workflow.getHandle(batchId('rework', 2, 0));
      const item = `it_${'a'.repeat(32)}`;
      for (;;) {
        try {
          await batch.executeUpdate(claim, { args: [{ annotator: 'sub_1', n: 5 }] });
          break;
        } catch {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      await batch.executeUpdate(submit, {
        args: [{ annotator: 'sub_1', votes: [{ item, task: 'pairwise', sha256: 'b'.repeat(64), category: 'a' }] }],
      });
      await until('rework', 'approval');
      expect(await details('rework')).toContain('rework by reviewer: look again');
      await runs.approve('rework', { by: 'reviewer', note: '' });
      expect((await runs.result('rework')).collected).toEqual({ batches: 1, votes: 1 });
    });
    expect(saved).toEqual([`it_${'a'.repeat(32)}:sub_1:a`]);
    expect(calls.filter((c) => c === 'aggregate')).toHaveLength(2);
  });

  it('goes on without a head when there is nothing to train', async () => {
    const { activities, calls } = stubActivities(
      {},
      {
        planTraining: async () => ({
          version: 'v0',
          pairs: 1,
          skipped: { code: 'ASY-5004', reason: '1 usable examples' },
        }),
      },
    );
    const report: RunReport = await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('headless');
      return runs.result('headless');
    });
    expect(report.models).toEqual([]);
    expect(report.trainingSkipped).toEqual({ code: 'ASY-5004', reason: '1 usable examples' });
    expect(report.scoredBy).toBeNull();
    expect(calls).not.toContain('scoreShard');
    expect(report.datasets).toHaveLength(1);
  });

  it('goes on without a head when the data cannot teach one', async () => {
    const { ApplicationFailure } = await import('@temporalio/common');
    const reason = 'every example has label 1: there is nothing to tell apart';
    const fitHead = async () => {
      throw ApplicationFailure.nonRetryable(`ASY-5008 ${reason}`, 'ASY-5008');
    };
    const { activities, calls } = stubActivities({}, { fitHead });
    const report: RunReport = await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('one-class');
      return runs.result('one-class');
    });
    expect(report.trainingSkipped).toEqual({ code: 'ASY-5008', reason });
    expect(calls).not.toContain('promoteHead');
    expect(report.datasets).toHaveLength(1);
  });

  it.each([
    ['a head', 'helpful', { features: ref('features') }],
    ['a remote model, which reads the items', 'remote/judge', { items: ref('items') }],
  ])('scores with %s that score.model names, though nothing was trained', async (_, model, source) => {
    const asked: unknown[] = [];
    const curated: unknown[] = [];
    const { activities, calls } = stubActivities(
      { score: { model }, train: { enabled: false } },
      {
        scoreShard: async (input) => {
          asked.push(input);
          return { rows: 20 };
        },
        planDataset: async (input) => {
          curated.push([input.model, input.scores]);
          return { version: 'd1' };
        },
      },
    );
    const drop = `chosen-${model.replace('/', '-')}`;
    const { report, text } = await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start(drop);
      return { report: await runs.result(drop), text: await details(drop) };
    });
    const scorer = { name: model, version: 'v7' };
    expect(report).toMatchObject({ scoredBy: scorer, models: [] });
    expect(asked).toHaveLength(2);
    expect(asked).toContainEqual({ run: drop, shard: 1, model: scorer, ...source });
    expect(curated).toEqual([[scorer, ref('scores')]]);
    expect(text).toContain(`Scores are of ${model} v7`);
    const order = ['resolveModel', 'encodeShard', 'scoreShard', 'commitScores', 'planDataset'];
    expect(calls.filter((call, i) => order.includes(call) && calls.indexOf(call) === i)).toEqual(order);
  });

  it('settles the version once, whatever is promoted while people look again', async () => {
    let version = 0;
    const { activities, calls } = stubActivities(
      { approval: 'required', score: { model: 'helpful' } },
      {
        loadBatch: async () => ({ items: [], saved: null }),
        planBatches: async () => ({ batches: 0, items: 0 }),
        resolveModel: async ({ model }) => ({ name: model, version: `v${++version}`, reads: 'features' }),
      },
    );
    const report = await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('settled');
      await until('settled', 'approval');
      await runs.rework('settled', { by: 'reviewer', note: 'look again' });
      await until('settled', 'approval');
      await runs.approve('settled', { by: 'reviewer', note: '' });
      return runs.result('settled');
    });
    expect(report.scoredBy).toEqual({ name: 'helpful', version: 'v1' });
    expect(report.models).toMatchObject([{ name: 'settled' }]);
    expect(calls.filter((call) => call === 'aggregate')).toHaveLength(2);
    expect(calls.filter((call) => call === 'resolveModel')).toHaveLength(1);
  });

  it('names sensitive items that nobody is asked about, and tells later rounds what was said in earlier ones', async () => {
    const sensitive = { domains: ['minors'], tags: ['child-safety'], skills: [] };
    const planned: unknown[] = [];
    const { activities } = stubActivities(
      { approval: 'required', annotate: { tasks: ['pairwise'], sensitive } },
      {
        planBatches: async (input) => {
          planned.push(input.sensitive);
          return { batches: 1, items: 1, escalated: { items: 2, first: ['it_a', 'it_b'] } };
        },
        loadBatch: async () => ({ items: [], saved: 3 }),
        commitVotes: async () => ({ annotations: ref('annotations'), votes: 3 }),
      },
    );
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('guarded');
      await until('guarded', 'approval');
      expect(await details('guarded')).toContain('Escalated');
      await runs.rework('guarded', { by: 'reviewer', note: '', itemIds: ['it_a'] });
      await until('guarded', 'approval');
      await runs.approve('guarded', { by: 'reviewer', note: '' });
      const { escalated } = await runs.result('guarded');
      expect(escalated).toEqual([1, 2].map((round) => ({ round, items: 2, first: ['it_a', 'it_b'] })));
    });
    // The drop's annotations first, then those of the first round too.
    expect(planned).toMatchObject([1, 2].map((tables) => ({ ...sensitive, told: { length: tables } })));
  });

  it('shows what the promotion gate said', async () => {
    const reason = 'worse beyond noise: a 0.700, serving b 0.800';
    const { activities } = stubActivities({}, { promoteHead: async () => ({ promoted: false, reason }) });
    await withWorkers(env, activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('gated');
      await runs.result('gated');
      const { details } = await runs.state('gated');
      expect(details).toContain('| demo v1 | 0.700 | 0.60 to 0.80 | 0.550 |'.replace('demo', 'gated'));
      expect(details).toContain(`Not promoted: ${reason}`);
    });
  });

  it('fails with the catalogue code of a fault that cannot change, and may then be started again', async () => {
    const { ApplicationFailure } = await import('@temporalio/common');
    const failing = stubActivities(
      {},
      {
        planDrop: async () => {
          throw ApplicationFailure.nonRetryable('ASY-1001 no drop named broken', 'ASY-1001');
        },
      },
    );
    await withWorkers(env, failing.activities, async () => {
      const runs = createRuns(env.client, { timing });
      await runs.start('broken');
      await expect(runs.result('broken')).rejects.toMatchObject({ code: 'ASY-1001' });
      await expect(runs.result('broken')).rejects.toBeInstanceOf(AssayError);
      expect(await details('broken')).toContain('no drop named broken');
    });
    const mended = stubActivities();
    await withWorkers(env, mended.activities, async () => {
      const runs = createRuns(env.client, { timing });
      expect((await runs.start('broken')).started).toBe(true);
      expect((await runs.result('broken')).status).toBe('completed');
    });
  });
});
