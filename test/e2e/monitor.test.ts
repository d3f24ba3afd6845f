/** A monitor on the real stack: its Schedule reads a planted shift, one signed alert goes out, the export waits for a person. */
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { newestReading } from '../../activities/monitor-catalog.ts';
import { consoleDir } from '../../cli/console-files.ts';
import { keys } from '../../schemas/keys.ts';
import { createMonitorSchedules } from '../../server/monitor-schedules.ts';
import { buildConsole, launchBrowser, seriousFaults } from '../support/browser.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const KEY = 'a-key-of-alerts-for-tests-only';
const scratch = mkdtempSync(join(tmpdir(), 'assay-monitor-'));

interface Got {
  readonly signature: string;
  readonly alert: string;
  readonly body: string;
  readonly status: number;
}
const got: Got[] = [];
/** What the receiver answers next; 200 where nothing is planned. `null` says nothing and waits. */
const planned: (number | null)[] = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => {
    body += String(part);
  });
  request.on('end', () => {
    const status = planned.length === 0 ? 200 : (planned.shift() ?? null);
    const { 'assay-signature': signature, 'assay-alert': alert } = request.headers;
    got.push({ signature: String(signature), alert: String(alert), body, status: status ?? 0 });
    if (status !== null) response.writeHead(status).end();
  });
});

let stack: TestStack;
let browser: Browser;
let host = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const env = { ASSAY_ALERT_HOSTS: host, ASSAY_ALERT_KEY: KEY, ASSAY_HEARTBEAT_SECONDS: '3' };
  [stack, browser] = await Promise.all([startTestStack(env), launchBrowser(), buildConsole(consoleDir)]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  receiver.closeAllConnections();
  receiver.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** 120 rated answers of a drop, most of them `usual`. */
const push = async (name: string, usual: number, pipeline: object = {}, ...more: string[]) => {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  const rows = Array.from({ length: 120 }, (_, i) => ({
    id: `${name}-${i}`,
    prompt: `What do the signs of ${name} say of number ${i}?`,
    response: `They say that ${i} paths of ${name} cross there, near mill ${i * 5}.`,
    rating: i % 6 === 0 ? 3 : usual,
  }));
  writeFileSync(join(folder, 'ratings.jsonl'), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  writeFileSync(join(folder, 'pipeline.yaml'), stringify({ train: { enabled: false }, ...pipeline }));
  const columns = { id: 'id', prompt: 'prompt', response: 'response', rating: 'rating' };
  const manifest = { name, modality: 'text', format: 'jsonl', columns, license: 'CC0-1.0', files: ['ratings.jsonl'] };
  writeFileSync(join(folder, 'drop.json'), JSON.stringify({ ...manifest, purpose: ['research'] }));
  return stack.assay('drop', 'push', folder, '--name', name, '--wait', ...more);
};

/** A monitor of labels: `after` against the drop `before`. */
const put = async (name: string, current: string[], webhook = `http://${host}/hook`) => {
  const file = join(scratch, `${name}.yaml`);
  const watch = { kind: 'label-drift', reference: { drops: ['before'] }, current: { drops: current } };
  writeFileSync(file, stringify([{ name, when: { every: '1d' }, webhook, watch }]));
  return stack.assay('monitor', 'put', file);
};

type Ran = { look: { number: number; reading: { state: string; reason: string }; alert: { n: number } | null } };
const ran = async (name: string): Promise<Ran['look']> => {
  const { code, json, stderr } = await stack.assay('monitor', 'run', name, '--wait');
  expect([code, stderr]).toEqual([0, '']);
  return (json as Ran).look;
};

it('is green, then red by a planted shift; its alert is taken once, signed, though the first answer was 500', async () => {
  expect((await push('before', 5)).json).toMatchObject({ status: 'completed', items: 120 });
  expect((await push('calm', 5)).json).toMatchObject({ status: 'completed' });
  expect((await put('labels', ['calm'])).json).toMatchObject({ monitors: [{ name: 'labels', done: 'created' }] });
  expect(await ran('labels')).toMatchObject({ number: 1, reading: { state: 'green' }, alert: null, delivery: null });

  expect((await push('after', 1)).json).toMatchObject({ status: 'completed' });
  expect((await put('labels', ['after'])).json).toMatchObject({ monitors: [{ name: 'labels', done: 'updated' }] });
  planned.push(500);
  expect(await ran('labels')).toMatchObject({
    number: 2,
    reading: { state: 'red' },
    alert: { n: 2 },
    delivery: 'delivered',
  });
  expect(got.map(({ status, alert }) => [status, alert])).toEqual([
    [500, 'labels/2'],
    [200, 'labels/2'],
  ]);
  for (const { signature, body } of got) {
    const [, seconds, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    expect(v1).toBe(createHmac('sha256', KEY).update(`${seconds}.${body}`).digest('hex'));
    expect(JSON.parse(body)).toMatchObject({ alert: 'labels/2', monitor: 'labels', state: 'red' });
  }
  // Red again: the alert stands, and nobody is told twice.
  expect(await ran('labels')).toMatchObject({ number: 3, alert: { n: 2 }, delivery: null });
  expect(got).toHaveLength(2);
});

it('halts the export before anything is written, until somebody takes note', async () => {
  const halted = await push('halted', 5, { export: { haltOn: ['labels'], formats: ['trl-sft'] } });
  expect(halted.code).toBe(1);
  expect(halted.stderr).toContain('ASY-6509');
  expect(halted.stderr).toContain('its alert labels/2 stands');
  const exported = async () =>
    (await Array.fromAsync(stack.services.objects.list(keys.datasetVersions('halted')))).filter(({ key }) =>
      /\/exports\/|manifest\.json$/.test(key),
    );
  expect(await exported()).toEqual([]);
  const early = await stack.assay('run', 'resume', 'halted', '--wait');
  expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('ASY-6509')]);

  const ack = await stack.assay('monitor', 'ack', 'labels', '--by', 'curator', '--note', 'a stricter guideline');
  expect(ack.json).toMatchObject({ monitor: 'labels', alert: 2, acknowledged: { by: 'curator' } });
  const resumed = await stack.assay('run', 'resume', 'halted', '--wait');
  expect(resumed.json).toMatchObject({ status: 'completed', datasets: [{ name: 'halted', rows: expect.any(Number) }] });
  expect((await exported()).length).toBeGreaterThan(1);
  const { entries } = (await stack.assay('audit', 'ls')).json as { entries: { action: string; target: object }[] };
  expect(entries.filter(({ action }) => action === 'acknowledge')).toMatchObject([
    { target: { monitor: 'labels', alert: '2' } },
  ]);
});

it('waits for a monitor that nobody made', async () => {
  const { code, stderr } = await push('early', 5, { export: { haltOn: ['nobody'] } });
  expect([code, stderr]).toEqual([1, expect.stringContaining('ASY-6510')]);
});

it('has one record and one alert though the worker is killed between them', async () => {
  await put('killed', ['after']);
  got.length = 0;
  // The receiver holds the post until the worker that sent it is gone.
  planned.push(null);
  const schedules = createMonitorSchedules(await stack.services.client());
  const started = await schedules.look('killed');
  await until('the alert is posted', () => got.length === 1, 60_000);
  expect((await newestReading(stack.services.objects, 'killed')).newest).toMatchObject({ number: 1, alert: { n: 1 } });
  await stack.kill('worker');
  expect(await schedules.result(started)).toMatchObject({ number: 1, alert: { n: 1 }, delivery: 'delivered' });
  expect(got.map(({ alert }) => alert)).toEqual(['killed/1', 'killed/1']);
  const readings = await Array.fromAsync(stack.services.objects.list(keys.readings('killed')));
  expect(readings.map(({ key }) => key)).toEqual([keys.reading('killed', 1)]);
});

it('is listed, shown and removed; what it found stays', async () => {
  const listed = await stack.assay('monitor', 'ls');
  expect(listed.json).toMatchObject({
    monitors: [
      { name: 'killed', alert: { n: 1, acknowledged: null, delivery: { delivered: true } } },
      { name: 'labels', webhookHost: host, newest: { number: 3 }, alert: { n: 2, acknowledged: { by: 'curator' } } },
    ],
  });
  expect((await stack.assay('monitor', 'rm', 'labels')).json).toEqual({ monitor: 'labels', removed: true });
  expect((await stack.assay('monitor', 'run', 'labels')).stderr).toContain('ASY-6504');
  expect((await stack.assay('monitor', 'rm', 'labels')).stderr).toContain('ASY-6504');
  expect((await newestReading(stack.services.objects, 'labels')).newest).toMatchObject({ number: 3 });
});

it('is seen in the console, where a curator takes note of its alert', async () => {
  const { json } = await stack.assay('link', '--role', 'curator', '--name', 'Ada');
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto((json as { url: string }).url);
  await page.getByRole('button', { name: /^Sign in/ }).click();
  await page.waitForURL(/\/console\/manage/);
  await page.getByTitle('Alerts that nobody took note of').getByText('1', { exact: true }).waitFor();
  await page.getByRole('link', { name: /^Monitors/ }).click();
  await page.getByText('1 alert that nobody took note of.').waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'killed' }).click();
  await page.getByRole('heading', { level: 1, name: 'killed' }).waitFor();
  await page
    .getByText(/PSI .*, limit/)
    .first()
    .waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  const alert = page.getByRole('region', { name: 'Alert' });
  expect(await alert.innerText()).toContain('Alert killed/1');
  await alert.getByLabel('What was found').fill('<b>a stricter guideline</b>');
  await alert.getByRole('button', { name: 'Take note' }).click();
  await alert.getByText('took note').waitFor();
  expect(await alert.innerText()).toContain('<b>a stricter guideline</b>');
  await page.getByTitle('Alerts that nobody took note of').waitFor({ state: 'detached' });
  await context.close();
  const shown = await stack.assay('monitor', 'show', 'killed');
  expect(shown.json).toMatchObject({
    monitor: { alert: { n: 1, acknowledged: { note: '<b>a stricter guideline</b>' } } },
  });
});
