import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { haltersOf, refuseHalted } from '../../activities/dataset/halt.ts';
import { alertAfter, createMonitorActivities } from '../../activities/monitor.ts';
import { acknowledge, listMonitors, putMonitor, removeMonitor, showMonitor } from '../../activities/monitor-catalog.ts';
import type { ObjectStore } from '../../activities/ports.ts';
import { keys } from '../../schemas/keys.ts';
import { type Alert, Monitor, type Reading } from '../../schemas/monitor.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';

type State = Reading['state'];
const SECRET = 'https://hooks.test/services/secret';
const monitor = Monitor.parse({
  name: 'labels',
  when: { every: '1d' },
  webhook: SECRET,
  watch: { kind: 'label-drift' },
});
const reading = (state: State): Reading => ({
  state,
  reason: `it is ${state}`,
  figures: [{ name: 'psi', value: 0.3, ci: [0.2, 0.4], n: 90, limit: 0.2 }],
});

const setUp = async () => {
  const objects = createMemoryObjects();
  await putMonitor(objects, monitor);
  const posted: { webhook: string; id: string; alert: object }[] = [];
  let said: State = 'green';
  let taken = 0;
  const activities = createMonitorActivities({
    objects,
    read: async () => {
      taken++;
      return reading(said);
    },
    alerts: { post: async (webhook, id, alert) => void posted.push({ webhook, id, alert }) },
    origin: 'https://assay.test',
    now: () => Date.UTC(2026, 0, 1, 0, 0, taken),
  });
  let runs = 0;
  const look = (state: State, run = `of itself ${++runs}`) => {
    said = state;
    return activities.takeReading({ monitor: 'labels', look: run });
  };
  const stored = () => [...objects.entries.keys()].filter((key) => key.startsWith(keys.readings('labels')));
  return { objects, activities, posted, look, stored, read: () => taken };
};
const ack = { by: 'curator', at: '2026-01-02T00:00:00.000Z', note: 'a new vendor' };

describe('a look', () => {
  it('is written down once, however often it is taken again', async () => {
    const { look, stored, read } = await setUp();
    const first = await look('red', 'run-1');
    expect(await look('green', 'run-1')).toEqual(first);
    expect(first).toMatchObject({ number: 1, reading: { state: 'red' }, alert: { n: 1 }, toSend: true });
    expect([stored().length, read()]).toEqual([1, 1]);
    expect(await look('green', 'run-2')).toMatchObject({ number: 2, alert: null, toSend: false });
  });

  it('of two attempts at the same time leaves one record', async () => {
    const { look, stored } = await setUp();
    const both = await Promise.all([look('red', 'run-1'), look('red', 'run-1')]);
    expect(both[0]).toEqual(both[1]);
    expect(stored()).toHaveLength(1);
  });

  it('keeps what a workflow’s history bears of a reading', async () => {
    const objects = createMemoryObjects();
    await putMonitor(objects, monitor);
    const figures = Array.from({ length: 500 }, (_, i) => ({ ...reading('red').figures[0], name: `f${i}` }));
    const long = { state: 'red', reason: 'x'.repeat(5000), figures } as Reading;
    const alerts = { post: async () => undefined };
    const activities = createMonitorActivities({ objects, read: async () => long, alerts, origin: '' });
    const found = await activities.takeReading({ monitor: 'labels', look: 'run' });
    expect([found.reading.figures.length, found.reading.reason.length]).toEqual([60, 1000]);
  });

  it('of a monitor that was removed is refused', async () => {
    const { objects, look } = await setUp();
    await removeMonitor(objects, 'labels');
    await expect(look('green')).rejects.toMatchObject({ code: 'ASY-6504' });
  });
});

describe('an alert', () => {
  it('stands from the first red reading to a green one, whatever is in between, and is raised once', async () => {
    const { look } = await setUp();
    const seen: (number | null)[] = [];
    for (const state of ['green', 'red', 'red', 'no-data', 'red', 'green', 'no-data', 'red'] as const)
      seen.push((await look(state)).alert?.n ?? null);
    expect(seen).toEqual([null, 2, 2, 2, 2, null, null, 8]);
  });

  it('that somebody took note of stands on without being posted, and a new one comes after a green reading', async () => {
    const { objects, look } = await setUp();
    await look('red');
    expect(await acknowledge(objects, 'labels', ack)).toEqual({ alert: 1, acknowledged: ack });
    expect(await look('red')).toMatchObject({ alert: { n: 1, acknowledged: ack }, toSend: false });
    await look('green');
    expect(await look('red')).toMatchObject({ alert: { n: 4, acknowledged: null }, toSend: true });
  });

  it('is posted until somebody has noted what came of it', async () => {
    const { activities, look, posted } = await setUp();
    await look('red');
    // The worker died before it posted: the next look does, and says what raised the alert.
    expect(await look('no-data')).toMatchObject({ alert: { n: 1 }, toSend: true });
    await activities.sendAlert({ monitor: 'labels', alert: 1 });
    expect(posted).toEqual([
      {
        webhook: SECRET,
        id: 'labels/1',
        alert: {
          alert: 'labels/1',
          monitor: 'labels',
          since: '2026-01-01T00:00:00.000Z',
          ...reading('red'),
          page: 'https://assay.test/console/manage/monitors/labels',
        },
      },
    ]);
    await activities.noteDelivery({ monitor: 'labels', alert: 1, reason: 'status 500' });
    await activities.noteDelivery({ monitor: 'labels', alert: 1, reason: null });
    expect(await look('red')).toMatchObject({ toSend: false });
  });

  it('is not to be acknowledged twice, nor where none stands', async () => {
    const { objects, look } = await setUp();
    await expect(acknowledge(objects, 'nobody', ack)).rejects.toMatchObject({ code: 'ASY-6504' });
    await look('green');
    await expect(acknowledge(objects, 'labels', ack)).rejects.toMatchObject({ code: 'ASY-6505' });
    await look('red');
    await acknowledge(objects, 'labels', ack);
    const second = acknowledge(objects, 'labels', { ...ack, by: 'another' });
    await expect(second).rejects.toMatchObject({ code: 'ASY-6505', message: expect.stringContaining('curator') });
  });

  it('holds by its rule for any series of readings: red without one raises it, green ends it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<State>('green', 'red', 'no-data'), { maxLength: 30 }), (states) => {
        let alert: Alert | null = null;
        for (const [i, state] of states.entries()) {
          const before: Alert | null = alert;
          alert = alertAfter(before, state, { number: i + 1, at: '' });
          if (state === 'green') expect(alert).toBeNull();
          if (state === 'no-data') expect(alert).toBe(before);
          if (state === 'red') expect(alert?.n).toBe(before?.n ?? i + 1);
        }
      }),
    );
  });
});

describe('what is shown of monitors', () => {
  it('is their newest reading and alert, and never where the webhook leads', async () => {
    const { objects, activities, look } = await setUp();
    await look('green');
    await look('red');
    await activities.noteDelivery({ monitor: 'labels', alert: 2, reason: null });
    const [state] = await listMonitors(objects);
    expect(state).toMatchObject({
      name: 'labels',
      webhookHost: 'hooks.test',
      newest: { number: 2, reading: { state: 'red' } },
      alert: { n: 2, acknowledged: null, delivery: { delivered: true, reason: null } },
    });
    const pages = [await showMonitor(objects, 'labels', { limit: 1 })];
    pages.push(await showMonitor(objects, 'labels', { limit: 1, before: pages[0]?.before ?? 0 }));
    expect(pages.map(({ records, before }) => [records.map(({ number }) => number), before])).toEqual([
      [[2], 2],
      [[1], null],
    ]);
    expect(JSON.stringify([state, pages])).not.toContain('secret');
  });
});

describe('the halt switch', () => {
  const refused = (objects: ObjectStore) => refuseHalted(objects, ['labels']);

  it('lets nothing through before the monitor has looked, nor where there is none', async () => {
    const { objects } = await setUp();
    await expect(refused(objects)).rejects.toMatchObject({
      code: 'ASY-6510',
      message: expect.stringContaining('looked'),
    });
    await expect(refuseHalted(objects, ['none'])).rejects.toMatchObject({ code: 'ASY-6510' });
    await refuseHalted(objects);
  });

  it('holds while the alert stands unacknowledged, also where a later look computed nothing', async () => {
    const { objects, look } = await setUp();
    await look('green');
    await refused(objects);
    for (const state of ['red', 'no-data'] as const) {
      await look(state);
      await expect(refused(objects)).rejects.toMatchObject({
        code: 'ASY-6509',
        message: 'monitor labels halts the export, its alert labels/2 stands: it is red',
      });
    }
    await acknowledge(objects, 'labels', ack);
    await refused(objects);
    await look('green');
    await look('red');
    await expect(refused(objects)).rejects.toMatchObject({ code: 'ASY-6509' });
    await look('green');
    await refused(objects);
  });

  it('is read from a published manifest’s config, which may be older than the switch', () => {
    const { export: exports } = PipelineConfig.parse({ export: { haltOn: ['labels'] } });
    expect(haltersOf({ curate: {}, export: exports })).toEqual(['labels']);
    expect(haltersOf({ curate: {}, export: { formats: 'auto', later: 1 } })).toEqual([]);
    expect(PipelineConfig.parse({}).export).not.toHaveProperty('haltOn');
  });
});
