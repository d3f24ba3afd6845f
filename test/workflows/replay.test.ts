import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { describe, expect, it } from 'vitest';
import * as workflows from '../../workflows/index.ts';
import { hush, workflowBundle } from '../support/temporal.ts';

hush();

const root = fileURLToPath(new URL('../histories/', import.meta.url));
const recorded = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(join(root, name)).map((file) => ({ workflow: name, file: join(root, name, file) })),
  );

const replay = async (history: unknown): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history);

describe('recorded histories', () => {
  it('exist for every workflow', () => {
    expect([...new Set(recorded.map((r) => r.workflow))].sort()).toEqual(Object.keys(workflows).sort());
  });

  it.each(recorded)('$workflow replays $file', async ({ file }) => {
    await replay(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('an altered history fails: another activity where planDrop was scheduled', async () => {
    const file = recorded.find((r) => r.workflow === 'ingestDrop')?.file as string;
    const altered = readFileSync(file, 'utf8').replaceAll('planDrop', 'planAnother');
    await expect(replay(JSON.parse(altered))).rejects.toBeInstanceOf(DeterminismViolationError);
  });

  it.each([
    ['annotationBatch', 'checks-paused', 'setAside', 'loadBatch'],
    ['annotateItems', 'drained', 'planBatches', 'commitVotes'],
  ])('an altered %s %s fails: another activity where %s was scheduled', async (workflow, name, activity, other) => {
    const file = recorded.find((r) => r.workflow === workflow && r.file.includes(name))?.file as string;
    const altered = readFileSync(file, 'utf8').replaceAll(`"${activity}"`, `"${other}"`);
    expect(altered).toContain(`"${other}"`);
    await expect(replay(JSON.parse(altered))).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});
