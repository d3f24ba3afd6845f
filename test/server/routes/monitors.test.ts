import { describe, expect, it } from 'vitest';
import { createMonitorActivities } from '../../../activities/monitor.ts';
import { createMonitorCatalog, putMonitor } from '../../../activities/monitor-catalog.ts';
import { Monitor } from '../../../schemas/monitor.ts';
import { createTestApp } from '../../support/app.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';

const setUp = async () => {
  const objects = createMemoryObjects();
  const activities = createMonitorActivities({
    objects,
    read: async () => ({ state: 'red', reason: 'PSI 0.4', figures: [] }),
    alerts: { post: async () => undefined },
    origin: '',
  });
  for (const name of ['labels', 'scores']) {
    const watch = { kind: 'label-drift' };
    await putMonitor(objects, Monitor.parse({ name, when: { every: '1d' }, webhook: 'https://h.test/secret', watch }));
  }
  for (const look of ['1', '2', '3']) await activities.takeReading({ monitor: 'labels', look });
  const { ask, as, audited } = createTestApp({ objects, deps: { monitors: createMonitorCatalog(objects) } });
  const get = async (path: string) => (await ask(path, { headers: await as('reviewer') })).json() as Promise<unknown>;
  const ack = async (name: string, body: object) => {
    const headers = await as('curator', { person: 'sub_curator' });
    return ask(`/api/monitors/${name}/ack`, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  return { get, ack, audited };
};

describe('monitors over HTTP', () => {
  it('are listed as they stand, without where their webhooks lead', async () => {
    const { get } = await setUp();
    const listed = await get('/api/monitors');
    expect(listed).toMatchObject({
      monitors: [
        { name: 'labels', webhookHost: 'h.test', newest: { number: 3, reading: { state: 'red' } }, alert: { n: 1 } },
        { name: 'scores', newest: null, alert: null },
      ],
    });
    expect(JSON.stringify(listed)).not.toContain('secret');
  });

  it.each([
    ['', [3, 2, 1], null],
    ['?limit=2', [3, 2], 2],
    ['?limit=2&before=2', [1], null],
    ['?limit=nonsense&before=-1', [3, 2, 1], null],
  ])('show their readings by pages: %s', async (query, numbers, before) => {
    const { get } = await setUp();
    const page = (await get(`/api/monitors/labels${query}`)) as { records: { number: number }[]; before: unknown };
    expect([page.records.map(({ number }) => number), page.before]).toEqual([numbers, before]);
  });

  it('are not found under names that there are none of', async () => {
    const { get } = await setUp();
    expect(await get('/api/monitors/none')).toMatchObject({ code: 'ASY-6504' });
  });

  it('alert until somebody takes note, which the audit log has without what they wrote', async () => {
    const { get, ack, audited } = await setUp();
    const alert = { monitor: 'labels', n: 1, reason: 'PSI 0.4', acknowledged: null, delivery: null };
    expect(await get('/api/alerts')).toMatchObject({ alerts: [alert] });
    expect((await ack('labels', { note: '' })).status).toBe(400);
    expect((await ack('labels', { note: 'a new vendor', by: 'somebody else' })).status).toBe(400);
    const taken = await ack('labels', { note: 'a new vendor' });
    expect(await taken.json()).toMatchObject({ alert: 1, acknowledged: { by: 'sub_curator', note: 'a new vendor' } });
    expect(await get('/api/alerts')).toMatchObject({ alerts: [{ acknowledged: { by: 'sub_curator' } }] });
    expect((await ack('labels', { note: 'again' })).status).toBe(409);
    expect((await ack('scores', { note: 'why' })).status).toBe(409);
    expect(await audited()).toEqual([
      { by: 'sub_curator', action: 'acknowledge', target: { monitor: 'labels', alert: '1' } },
    ]);
  });
});
