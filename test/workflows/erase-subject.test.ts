import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createErasures } from '../../server/erasures.ts';
import { startTemporal } from '../support/temporal.ts';
import { withWorkers } from './harness.ts';
import { stubActivities } from './stubs.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
});
afterAll(() => env?.teardown());

const asked = { approval: 'required', annotate: { tasks: ['pairwise'] } };

describe('eraseSubject', () => {
  it('does each drop again as far as it had come: nobody is asked, nobody approves', async () => {
    const { activities, calls, reports } = stubActivities(asked);
    const report = await withWorkers(env, activities, () =>
      createErasures(env.client).erase({ id: 'whole', subject: 'sub_1' }),
    );
    expect(report).toMatchObject({ id: 'whole', proof: 'erasures/whole.json' });
    expect(
      calls.filter((call) => /Erasure|Heads|rewrite|Erased|planDrop|aggregate|publish|planBatches/.test(call)),
    ).toEqual([
      'planErasure',
      'withdrawHeads',
      'rewriteDrop',
      'planDrop',
      'aggregate',
      'publishDataset',
      'rewriteDrop',
      'planDrop',
      'rewriteDrop',
      'sweepErased',
      'proveErasure',
    ]);
    // The run's own votes are those that are left.
    expect(reports.map(({ drop, collected }) => [drop, collected.votes])).toEqual([['plain', 20]]);
  });

  it('removes what has to go also where a run cannot be done again, and says why', async () => {
    const failed: unknown[] = [];
    const fault = ApplicationFailure.nonRetryable('ASY-6002 format trl-kto needs labels', 'ASY-6002');
    const { activities, calls } = stubActivities(asked, {
      planErasure: async () => ({ drops: [{ drop: 'poor', again: 'run' }], reached: {} }),
      planDataset: () => Promise.reject(fault),
      proveErasure: async (input) => {
        failed.push(...input.failed);
        return { id: input.id, reached: {}, datasets: [], models: [], proof: '' };
      },
    });
    await withWorkers(env, activities, () => createErasures(env.client).erase({ id: 'poor', subject: 'sub_1' }));
    expect(failed).toEqual([{ drop: 'poor', reason: 'ASY-6002 format trl-kto needs labels' }]);
    expect(calls).toContain('sweepErased');
  });

  it('a refusal is the catalogue’s, and the same erasure can be asked for again', async () => {
    let known = false;
    const { activities } = stubActivities(asked, {
      planErasure: () =>
        known
          ? Promise.resolve({ drops: [], reached: {} })
          : Promise.reject(ApplicationFailure.nonRetryable('ASY-6401 no row', 'ASY-6401')),
    });
    await withWorkers(env, activities, async () => {
      const erasures = createErasures(env.client);
      await expect(erasures.erase({ id: 'twice', subject: 'sub_1' })).rejects.toMatchObject({ code: 'ASY-6401' });
      known = true;
      expect(await erasures.erase({ id: 'twice', subject: 'sub_1' })).toMatchObject({ id: 'twice' });
    });
  });
});
