/** Governance on the real servers: purposes and waivers of exports, retention with holds, and a worker killed in the middle of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../schemas/keys.ts';
import { createSchedules } from '../../server/schedules.ts';
import { scratch } from '../support/scratch.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

const folder = scratch();
let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ ASSAY_HEARTBEAT_SECONDS: '3' });
});
afterAll(() => stack?.stop());

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const pairs = Array.from({ length: 40 }, (_, i) =>
  JSON.stringify({
    id: `row-${i}`,
    prompt: `Why ${i}?`,
    chosen: `Because ${i} follows ${i - 1}.`,
    rejected: `No ${i}.`,
  }),
);
const rows = file('pairs.jsonl', `${[...pairs, '{"broken'].join('\n')}\n`);
const push = (name: string, ...args: string[]) =>
  stack.assay(
    'drop',
    'push',
    rows,
    '--name',
    name,
    '--format',
    'trl-preference',
    '--license',
    'MIT',
    ...args,
    '--wait',
  );
const SALE = file('sale.yaml', 'export: {purpose: [commercial], formats: [parquet]}\ntrain: {enabled: false}\n');
const audited = async (): Promise<{ action: string; target: Record<string, string> }[]> =>
  ((await stack.assay('audit', 'ls')).json as { entries: { action: string; target: Record<string, string> }[] })
    .entries;
const versionsUnder = async (prefix: string) =>
  (await Array.fromAsync(stack.services.objects.versions(prefix))).map(({ key }) => key);

describe('purposes of an export', () => {
  it('are refused beyond those of the drop, before anything is published', async () => {
    const { code, stderr } = await push('support', '--purpose', 'research', '--pipeline', SALE);
    expect([code, stderr]).toEqual([1, expect.stringContaining('ASY-6552')]);
    expect(stderr).toContain('purpose commercial is not among those of 40 rows of support');
    expect((await stack.assay('dataset', 'ls')).json).toEqual({ datasets: [] });
  });

  it('pass under a waiver, which the version names and the log of decisions has', async () => {
    const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const why = ['--rule', 'purpose', '--by', 'ann', '--note', 'contract of 3 May', '--until', day];
    expect((await stack.assay('dataset', 'waive', 'support', ...why)).json).toMatchObject({
      number: 1,
      rule: 'purpose',
    });
    const again = await push('support', '--purpose', 'research', '--pipeline', SALE);
    expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining('ASY-')]);
    const { version } = (again.json as { datasets: { version: string }[] }).datasets[0] ?? { version: '' };
    const manifest = await stack.services.objects.get(keys.datasetFile('support', version, 'manifest.json'));
    expect(JSON.parse(manifest.toString())).toMatchObject({
      waivers: [{ number: 1, rule: 'purpose', by: 'ann', note: 'contract of 3 May' }],
    });
    expect((await stack.assay('dataset', 'waivers', 'support')).json).toMatchObject({ waivers: [{ inForce: true }] });
    expect(await audited()).toContainEqual(
      expect.objectContaining({
        action: 'waive',
        target: expect.objectContaining({ dataset: 'support', waiver: '1', rule: 'purpose' }),
      }),
    );
  });
});

describe('retention', () => {
  const MANY = 1_500;
  const policy = (holds: string) => file('retention.yaml', `rules:\n  - {class: raw, days: 0}\n${holds}`);
  const run = (...args: string[]) => stack.assay('retention', 'run', ...args);

  it('says what would go and why the rest stays, and removes nothing', async () => {
    const plain = file('plain.yaml', 'train: {enabled: false}\napproval: required\n');
    for (const name of ['held', 'expired']) {
      const { objects } = stack.services;
      // An older version, which nobody reads any more.
      await objects.put(keys.dropFile(name, 'pairs.jsonl'), 'half an upload');
      const runs = await stack.services.runs();
      const args = ['--name', name, '--format', 'trl-preference', '--license', 'MIT', '--pipeline', plain];
      expect((await stack.assay('drop', 'push', rows, ...args)).code).toBe(0);
      // Reviewed and refused: nothing was published from it.
      for (;;) {
        const state = await runs.state(name).catch(() => null);
        if (state?.stage === 'approval') break;
      }
      await runs.reject(name, { by: 'ann', note: 'not needed' });
      await runs.result(name);
    }
    expect((await run()).stderr).toContain('ASY-6551');
    const put = await stack.assay(
      'retention',
      'put',
      policy('holds:\n  - {drops: [held], reason: case 7, by: counsel}\n'),
    );
    expect([put.code, put.stderr]).toEqual([0, '']);
    const { json } = await run();
    expect(json).toMatchObject({
      applied: false,
      going: 2,
      keys: [keys.dropFile('expired', 'pairs.jsonl'), keys.dropFile('expired', 'pipeline.yaml')],
    });
    expect(
      (json as { counts: { reason: string; objects: number }[] }).counts.map((c) => [c.reason, c.objects]),
    ).toEqual([
      ['expired', 2],
      ['held', 2],
      ['traced', 2],
    ]);
    expect(await versionsUnder(keys.dropPrefix('expired'))).toHaveLength(4);
  });

  it('removes every version of what has expired, and none of what is held, also when the worker is killed', async () => {
    const { objects } = stack.services;
    const prefix = `${keys.dropPrefix('expired')}more/`;
    await Promise.all(
      Array.from({ length: 16 }, async (_, k) => {
        for (let i = k; i < MANY; i += 16) await objects.put(`${prefix}${i}.txt`, `row ${i}`);
      }),
    );
    const held = await versionsUnder(keys.dropPrefix('held'));
    const applied = run('--apply');
    // Killed while some are gone and some are not.
    for (;;) {
      const left = (await Array.fromAsync(objects.list(prefix))).length;
      if (left < MANY) {
        expect(left).toBeGreaterThan(0);
        break;
      }
    }
    await stack.kill('worker');
    const { code, json, stderr } = await applied;
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('ASY-')]);
    expect(json).toMatchObject({ applied: true, removed: MANY + 2, changed: 0, holds: [{ reason: 'case 7' }] });
    expect(await versionsUnder(keys.dropPrefix('expired'))).toEqual([keys.dropManifest('expired')]);
    expect(await versionsUnder(keys.dropPrefix('held'))).toEqual(held);
    const record = await objects.get(keys.retentionRecord(1));
    expect(JSON.parse(record.toString())).toMatchObject({ removed: MANY + 2, policy: 1 });
    expect((await audited()).map(({ action }) => action).slice(-2)).toEqual(['retention-put', 'retain']);
  });

  it('runs by itself as often as the policy says', async () => {
    const put = await stack.assay('retention', 'put', policy('when: {every: 1d}\n'));
    expect(put.json).toMatchObject({ policy: 2, when: { every: '1d' } });
    const client = await stack.services.client();
    const { workflowId, runId } = await createSchedules(client).trigger('retention');
    await client.workflow.getHandle(workflowId, runId).result();
    // The hold went with the policy that had it.
    expect(await versionsUnder(keys.dropPrefix('held'))).toEqual([keys.dropManifest('held')]);
  });
});
