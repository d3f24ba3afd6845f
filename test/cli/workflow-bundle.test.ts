import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { workflowBundle } from '../../cli/workflow-bundle.ts';

const scratch = mkdtempSync(join(tmpdir(), 'assay-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A bundler that says how often it was asked. */
const counting = () => {
  const calls = { n: 0 };
  return { calls, make: async () => `code ${++calls.n}` };
};

describe('workflowBundle', () => {
  it('bundles once for the same sources', async () => {
    const dir = join(scratch, 'once');
    const { calls, make } = counting();
    expect(await workflowBundle(dir, 'a'.repeat(64), make)).toEqual({ code: 'code 1' });
    expect(await workflowBundle(dir, 'a'.repeat(64), make)).toEqual({ code: 'code 1' });
    expect(calls.n).toBe(1);
  });

  it('bundles anew for other sources, and keeps nothing of the old ones', async () => {
    const dir = join(scratch, 'anew');
    const { make } = counting();
    await workflowBundle(dir, 'a'.repeat(64), make);
    expect(await workflowBundle(dir, 'b'.repeat(64), make)).toEqual({ code: 'code 2' });
    expect(readdirSync(dir)).toEqual([`${'b'.repeat(16)}.js`]);
  });

  it('leaves one whole file where workers start side by side', async () => {
    const dir = join(scratch, 'both');
    const { make } = counting();
    await Promise.all([workflowBundle(dir, 'c'.repeat(64), make), workflowBundle(dir, 'c'.repeat(64), make)]);
    expect(readdirSync(dir)).toEqual([`${'c'.repeat(16)}.js`]);
  });

  it('has the code where nothing can be written', async () => {
    const parent = join(scratch, 'read-only');
    mkdirSync(parent);
    chmodSync(parent, 0o500);
    const { make } = counting();
    // The superuser may write anywhere; the code is there either way.
    expect(await workflowBundle(join(parent, 'workflows'), 'd'.repeat(64), make)).toEqual({ code: 'code 1' });
  });

  it('holds what workers run: every workflow by its name', { timeout: 60_000 }, async () => {
    const { code } = await workflowBundle(join(scratch, 'real'));
    for (const name of ['runPipeline', 'ingestDrop', 'annotationBatch', 'eraseSubject']) expect(code).toContain(name);
  });
});
