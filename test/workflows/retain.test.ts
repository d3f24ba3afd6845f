import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRetentionRuns } from '../../server/retention.ts';
import { createSchedules } from '../../server/schedules.ts';
import { retainId } from '../../workflows/ids.ts';
import { startTemporal } from '../support/temporal.ts';
import { withWorkers } from './harness.ts';
import { stubActivities } from './stubs.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
});
afterAll(() => env?.teardown());

describe('retain', () => {
  it('plans once, removes part by part and records under the run’s own id', async () => {
    const ids = new Set<string>();
    const parts: number[] = [];
    const { activities, calls } = stubActivities(
      {},
      {
        removeExpired: async ({ id, part }) => {
          ids.add(id);
          parts.push(part);
          return { removed: 1, changed: 0 };
        },
      },
    );
    const record = await withWorkers(env, activities, () => createRetentionRuns(env.client).run(1));
    expect(calls).toEqual(['planRetention', 'removeExpired', 'removeExpired', 'recordRetention']);
    expect(parts).toEqual([0, 1]);
    const handle = env.client.workflow.getHandle(retainId('1'));
    expect([...ids]).toEqual([(await handle.describe()).runId]);
    expect(record.id).toBe([...ids][0]);
  });

  it('refuses as the catalogue does where no policy was put', async () => {
    const { activities } = stubActivities(
      {},
      { planRetention: () => Promise.reject(ApplicationFailure.nonRetryable('ASY-6551 no policy', 'ASY-6551')) },
    );
    const run = withWorkers(env, activities, () => createRetentionRuns(env.client).run(2));
    await expect(run).rejects.toMatchObject({ code: 'ASY-6551' });
  });

  it('runs by a Schedule of its own, until no policy asks for one', async () => {
    const { activities, calls } = stubActivities();
    const [runs, schedules] = [createRetentionRuns(env.client), createSchedules(env.client)];
    await runs.schedule({ every: '1d' });
    await withWorkers(env, activities, async () => {
      const { workflowId, runId } = await schedules.trigger('retention');
      expect(workflowId).toMatch(/^retain\/scheduled-/);
      await env.client.workflow.getHandle(workflowId, runId).result();
    });
    expect(calls.at(-1)).toBe('recordRetention');
    await runs.schedule({ cron: '0 3 * * *' });
    await runs.schedule(null);
    await expect(schedules.trigger('retention')).rejects.toMatchObject({ code: 'ASY-6503' });
    await runs.schedule(null);
  });
});
