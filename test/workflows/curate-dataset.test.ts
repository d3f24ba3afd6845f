import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExamineInput } from '../../activities/contract.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { createRuns } from '../../server/runs.ts';
import { startTemporal } from '../support/temporal.ts';
import { withWorkers } from './harness.ts';
import { ref, stubActivities } from './stubs.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
});
afterAll(async () => env?.teardown());

const run = async (name: string, stubs: ReturnType<typeof stubActivities>) =>
  withWorkers(env, stubs.activities, async () => {
    const runs = createRuns(env.client);
    await runs.start(name);
    return runs.result(name);
  });

describe('examining items', () => {
  it('happens only where texts or media say what stays', async () => {
    const plain = stubActivities({ curate: { filters: [{ kind: 'pFlip', max: 0.5 }] } });
    await run('unexamined', plain);
    expect(plain.calls).not.toContain('planExamination');
    const filtered = stubActivities({ curate: { filters: [{ kind: 'refusals' }] } });
    await run('filtered', filtered);
    const asked = filtered.calls.filter((call) =>
      ['planExamination', 'examineShard', 'linkNear', 'mergeNear'].includes(call),
    );
    expect(asked).toEqual(['planExamination', 'examineShard', 'examineShard', 'examineShard']);
    const near = stubActivities({ curate: { dedup: 'near' } });
    await run('near', near);
    const order = near.calls.slice(near.calls.indexOf('planDataset'));
    expect(order.slice(0, 9)).toEqual([
      'planDataset',
      'planExamination',
      'examineShard',
      'examineShard',
      'examineShard',
      'linkNear',
      'linkNear',
      'mergeNear',
      'selectRows',
    ]);
  });

  it('goes over every unit once, however often its history starts afresh', async () => {
    const units: number[] = [];
    const stubs = stubActivities(
      {},
      {
        planExamination: async () => ({ units: 7, partitions: 1 }),
        examineShard: async ({ unit }) => {
          units.push(unit);
          return { rows: 1 };
        },
      },
    );
    await withWorkers(env, stubs.activities, async () => {
      const input: ExamineInput = { run: 'r', items: ref('items'), config: PipelineConfig.parse({}).curate };
      const handle = await env.client.workflow.start('examineItems', {
        workflowId: 'examine/pages',
        taskQueue: 'pipeline',
        args: [{ input, page: 3 }],
      });
      await handle.result();
    });
    expect(units.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(stubs.calls.filter((call) => call === 'mergeNear')).toHaveLength(1);
  });
});

describe('comparing by meaning', () => {
  it('comes after comparing by words, and before both are joined', async () => {
    const stubs = stubActivities({ curate: { dedup: 'near', near: { semantic: {} } } });
    await run('meaning', stubs);
    const order = stubs.calls.slice(stubs.calls.indexOf('planExamination') + 1, stubs.calls.indexOf('selectRows'));
    expect(order).toEqual([
      ...Array.from({ length: 3 }, () => 'examineShard'),
      ...Array.from({ length: 2 }, () => 'linkNear'),
      'fitClusters',
      ...Array.from({ length: 3 }, () => 'assignShard'),
      ...Array.from({ length: 2 }, () => 'linkMeanings'),
      'mergeNear',
    ]);
  });

  it.each([2, 7, 100])('puts every unit into clusters once, in pages of %i', async (page) => {
    const calls: string[] = [];
    const call = (name: string) => void calls.push(name);
    const stubs = stubActivities(
      {},
      {
        planExamination: async () => ({ units: 7, partitions: 1, clusters: 4 }),
        examineShard: async ({ unit }) => {
          call(`read ${unit}`);
          return { rows: 1 };
        },
        assignShard: async ({ unit }) => {
          call(`place ${unit}`);
          return { rows: 1 };
        },
      },
    );
    await withWorkers(env, stubs.activities, async () => {
      const input: ExamineInput = { run: 'r', items: ref('items'), config: PipelineConfig.parse({}).curate };
      const workflowId = `examine/meaning-pages-${page}`;
      const args = [{ input, page }];
      await env.client.workflow.execute('examineItems', { workflowId, taskQueue: 'pipeline', args });
    });
    const units = Array.from({ length: 7 }, (_, unit) => unit);
    expect(calls.toSorted()).toEqual([...units.map((unit) => `place ${unit}`), ...units.map((unit) => `read ${unit}`)]);
    for (const name of ['linkNear', 'fitClusters', 'linkMeanings', 'mergeNear'])
      expect(stubs.calls.filter((made) => made === name)).toHaveLength(1);
  });
});

describe('copies that contradict each other', () => {
  const stubs = (config: object, conflicts: readonly number[], expired = () => 0) => {
    const left = [...conflicts];
    const asked: unknown[] = [];
    const base = stubActivities({}).activities;
    const made = stubActivities(config, {
      selectRows: async (input) => ({
        ...(await base.selectRows(input)),
        conflicts: left.shift() ?? 0,
        expired: expired(),
      }),
      planBatches: async (input) => {
        const { conflicts: contradicting, expired: old } = input;
        asked.push({ ...(contradicting && { conflicts: contradicting }), ...(old && { expired: old }) });
        return { batches: 1, items: 2 };
      },
      loadBatch: async () => ({ items: [`it_${'a'.repeat(32)}`], saved: 2 }),
    });
    return { ...made, asked };
  };

  it('are asked about again before anything is published, once', async () => {
    const { calls, asked, ...rest } = stubs({ curate: { conflicts: 'annotate' } }, [2, 1]);
    const report = await run('settled', { calls, ...rest });
    expect(asked).toEqual([{ conflicts: { name: 'settled', version: 'd1' } }]);
    expect(calls.filter((call) => call === 'aggregate')).toHaveLength(2);
    expect(calls.filter((call) => call === 'selectRows')).toHaveLength(2);
    expect(calls.filter((call) => call === 'publishDataset')).toHaveLength(1);
    expect(report.datasets).toHaveLength(1);
  });

  it('and so are labels out of date, where a filter on age says so, and they alone', async () => {
    const age = (action: string) => ({ curate: { filters: [{ kind: 'age', days: 365, asOf: '2026-01-01', action }] } });
    const left = [7, 7];
    const { calls, asked, ...rest } = stubs(age('annotate'), [2, 2], () => left.shift() ?? 0);
    await run('renewed', { calls, ...rest });
    expect(asked).toEqual([{ expired: { name: 'renewed', version: 'd1' } }]);
    expect(calls.filter((call) => call === 'selectRows')).toHaveLength(2);
    expect(calls.filter((call) => call === 'publishDataset')).toHaveLength(1);
    const dropped = stubs(age('reject'), [0], () => 7);
    await run('dropped', dropped);
    expect(dropped.asked).toEqual([]);
  });

  it('are left out where nobody said otherwise', async () => {
    const { calls, asked, ...rest } = stubs({}, [2]);
    await run('left', { calls, ...rest });
    expect(asked).toEqual([]);
    expect(calls.filter((call) => call === 'publishDataset')).toHaveLength(1);
  });
});
