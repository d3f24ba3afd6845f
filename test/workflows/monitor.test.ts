import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchedules } from '../../server/schedules.ts';
import { monitorId } from '../../workflows/ids.ts';
import type { MonitorInput, MonitorResult } from '../../workflows/monitor.ts';
import { startTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { withWorkers } from './harness.ts';
import { type Activities, stubActivities } from './stubs.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
});
afterAll(() => env?.teardown());

const links = { api: 'http://assay.test' };

/** One look of a monitor with these activities: its result, what was called, and what a reviewer sees. */
const look = async (name: string, overrides: Partial<Activities> = {}) => {
  const { activities, calls } = stubActivities({}, overrides);
  const { result, details, stage } = await withWorkers(env, activities, async () => {
    const handle = await env.client.workflow.start('monitor', {
      workflowId: monitorId(name),
      taskQueue: 'pipeline',
      args: [{ monitor: name, links, timing: { retryMs: 1 } } satisfies MonitorInput],
    });
    return {
      result: (await handle.result()) as MonitorResult,
      details: await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata'),
      stage: (await handle.describe()).searchAttributes['AssayStage'],
    };
  });
  return { result, calls, stage, details: details.currentDetails ?? '' };
};

const green: Activities['takeReading'] = async () => ({
  number: 4,
  at: '2026-01-02T03:04:05.000Z',
  reading: { state: 'green', reason: 'PSI 0.02', figures: [] },
  alert: null,
  toSend: false,
});

describe('monitor', () => {
  it('a red look is a result: its figures can be reviewed, its alert is posted and noted once', async () => {
    const noted: unknown[] = [];
    const { result, calls, details, stage } = await look('prompts', {
      noteDelivery: async (input) => void noted.push(input),
    });
    expect(result).toMatchObject({ number: 3, reading: { state: 'red' }, alert: { n: 3 }, delivery: 'delivered' });
    expect(calls).toEqual(['takeReading', 'sendAlert', 'noteDelivery']);
    expect(noted).toEqual([{ monitor: 'prompts', alert: 3, reason: null }]);
    expect(stage).toEqual(['red']);
    expect(details).toContain('**red**: PSI 0.31 is above 0.2');
    expect(details).toContain('| psi | 0.3123 | 0.25 to 0.38 | 400 | 0.2 |');
    expect(details).toContain('**Alert prompts/3** since 2026-01-02T03:04:05.000Z; delivered');
    expect(details).toContain('[its page](http://assay.test/console/manage/monitors/prompts)');
  });

  it('a green look alerts nobody', async () => {
    const { result, calls, stage } = await look('calm', { takeReading: green });
    expect(result).toMatchObject({ reading: { state: 'green' }, alert: null, delivery: null });
    expect(calls).toEqual(['takeReading']);
    expect(stage).toEqual(['green']);
  });

  it('one look is one key, however often it is taken again', async () => {
    const looks: string[] = [];
    await look('flaky', {
      takeReading: async (input) => {
        looks.push(input.look);
        if (looks.length < 3) throw new Error('the store is away');
        return green(input);
      },
    });
    expect(looks).toHaveLength(3);
    expect(new Set(looks).size).toBe(1);
  });

  it('a receiver that is away is asked again', async () => {
    let asked = 0;
    const { result, calls } = await look('again', {
      sendAlert: async () => {
        if (++asked < 3) throw ApplicationFailure.create({ type: 'ASY-6507', message: 'ASY-6507 status 500' });
      },
    });
    expect(calls.filter((call) => call === 'sendAlert')).toHaveLength(3);
    expect(result.delivery).toBe('delivered');
  });

  it.each([
    ['away for long', false, 10, 'ASY-6507 hooks.test took no alert: status 500'],
    ['not allowed', true, 1, 'ASY-6506 nothing is posted to hooks.test'],
  ])('an alert to a receiver that is %s is noted as undelivered', async (name, nonRetryable, attempts, message) => {
    const noted: (string | null)[] = [];
    const { result, calls, details } = await look(name.replaceAll(' ', '-'), {
      sendAlert: () => Promise.reject(ApplicationFailure.create({ type: message.slice(0, 8), message, nonRetryable })),
      noteDelivery: async ({ reason }) => void noted.push(reason),
    });
    expect(calls.filter((call) => call === 'sendAlert')).toHaveLength(attempts);
    expect(noted).toEqual([message]);
    expect(result.delivery).toBe(`not delivered: ${message}`);
    expect(details).toContain('not delivered: ASY-650');
  });
});

describe('its Schedule', () => {
  const schedules = () => createSchedules(env.client);
  const planned = {
    id: 'monitor/planned',
    workflow: 'monitor',
    workflowId: 'monitor/planned',
    args: [{ monitor: 'planned' }],
    when: { every: '6h' },
    note: 'look',
  } as const;

  it('is created, then made as told; it fires when asked, and not twice at a time', async () => {
    expect(await schedules().put(planned)).toBe('created');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { activities } = stubActivities({}, { takeReading: async (input) => held.then(() => green(input)) });
    await withWorkers(env, activities, async () => {
      const first = await schedules().trigger('monitor/planned');
      expect(first.workflowId).toMatch(/^monitor\/planned-\d{4}-/);
      expect(await schedules().trigger('monitor/planned')).toEqual(first);
      release();
      const handle = env.client.workflow.getHandle(first.workflowId, first.runId);
      expect(await handle.result()).toMatchObject({ reading: { state: 'green' } });
    });
    await env.client.schedule.getHandle('monitor/planned').pause('by hand');
    expect(await schedules().put({ ...planned, when: { cron: '0 3 1-31/1 jan-DEC 0,1-7' } })).toBe('updated');
    const listed = await until('the Schedule is listed as changed', async () =>
      (await schedules().list('monitor/')).find(
        ({ id, next }) => id === planned.id && next?.endsWith('T03:00:00.000Z'),
      ),
    );
    // A pause that somebody set stays.
    expect(listed.paused).toBe(true);
    expect(await schedules().remove(planned.id)).toBe(true);
    expect(await schedules().remove(planned.id)).toBe(false);
  });

  it.each([
    [
      'a cron that Temporal refuses',
      () => schedules().put({ ...planned, id: 'x', when: { cron: '0 25 * * *' } }),
      6502,
    ],
    ['one that is not there', () => schedules().trigger('monitor/none'), 6503],
  ])('%s is refused', async (_, ask, code) => {
    await expect(ask()).rejects.toMatchObject({ code: `ASY-${code}` });
  });
});
