/**
 * kill -9: of the worker at five points of a run, of the S3 server, of the Temporal server. Each disturbed run must end with the
 * dataset id and the export bytes of the undisturbed one. Every run has a stack of its own, because a drop's name is part of its data.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../cli/paths.ts';
import { runId } from '../../workflows/ids.ts';
import { digests, startTestStack, type TestStack } from '../support/stack.ts';

const scratch = mkdtempSync(join(tmpdir(), 'assay-kill-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Enough rows that every stage lasts long enough to be met, in several shards. */
const ROWS = 12_000;
const words = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'heath', 'islet', 'jetty'];
const text = (i: number, n: number): string =>
  Array.from({ length: n }, (_, k) => words[(i * 7 + k * 3 + (i % (k + 2))) % words.length]).join(' ');
const drop = join(scratch, 'rows.jsonl');
writeFileSync(
  drop,
  Array.from({ length: ROWS }, (_, i) =>
    JSON.stringify({
      prompt: `Say something of ${text(i, 4)} number ${i}.`,
      chosen: `${text(i, 12)}, because ${text(i + 1, 6)} (${i}).`,
      rejected: `${text(i + 2, 14)} (${i}).`,
    }),
  ).join('\n'),
);

/** Runs the drop on a fresh stack while `disturb` does its worst; the dataset's version and every byte it wrote. */
const outcome = async (
  disturb: (stack: TestStack, stage: () => Promise<string>, ended: () => boolean) => Promise<void>,
): Promise<{ version: string; files: Record<string, string> }> => {
  const stack = await startTestStack({ ASSAY_HEARTBEAT_SECONDS: '3' });
  try {
    const pushed = await stack.assay('drop', 'push', drop, '--name', 'killed', '--format', 'trl-preference');
    expect(pushed.stderr).not.toContain('ASY-');
    const runs = await stack.services.runs();
    const client = await stack.services.client();
    let ended = false;
    const result = runs.result('killed').finally(() => {
      ended = true;
    });
    // From the server, not the worker: it answers while the worker is dead.
    const stage = async (): Promise<string> =>
      client.workflow
        .getHandle(runId('killed'))
        .describe()
        .then(
          ({ searchAttributes }) => String(searchAttributes['AssayStage']?.[0] ?? ''),
          () => '',
        );
    await disturb(stack, stage, () => ended);
    const report = await waitThrough(result, () => runs.result('killed'));
    expect(report).toMatchObject({ status: 'completed', counts: { rowsIn: ROWS, quarantined: 0 } });
    const [dataset] = report.datasets;
    return {
      version: dataset?.version ?? '',
      files: await digests(stack.services, `datasets/killed/${dataset?.version}/`),
    };
  } finally {
    await stack.stop();
  }
};

/** A long poll that died with its server is asked again. */
const waitThrough = async <T>(first: Promise<T>, again: () => Promise<T>): Promise<T> => {
  for (let result = first; ; result = again()) {
    try {
      return await result;
    } catch (error) {
      if (!/UNAVAILABLE|ASY-3005|CANCELLED|ECONN/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

/** Waits for one of the stages; false when the run ended before. */
const reach = async (stage: () => Promise<string>, wanted: string, ended: () => boolean): Promise<boolean> => {
  while (!ended()) {
    if ((await stage()) === wanted) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
};

describe('a run that is disturbed', () => {
  let calm: Promise<{ version: string; files: Record<string, string> }> | undefined;
  const undisturbed = () => (calm ??= outcome(async () => undefined));

  it('ends the same when its worker is killed at five points', async () => {
    const points = ['ingest', 'aggregate', 'encode', 'score', 'curate'];
    const killed: string[] = [];
    const disturbed = await outcome(async (stack, stage, ended) => {
      for (const point of points) {
        if (!(await reach(stage, point, ended))) break;
        await stack.kill('worker');
        killed.push(point);
        // The next point is met only with the worker back.
        const ready = async () =>
          (await stack.current()).processes.find((p) => p.name === 'worker')?.status === 'ready';
        while (!(await ready())) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    expect(killed).toEqual(points);
    expect(disturbed).toEqual(await undisturbed());
  });

  it('ends the same when the S3 server is killed', async () => {
    const disturbed = await outcome(async (stack, stage, ended) => {
      expect(await reach(stage, 'encode', ended)).toBe(true);
      await stack.kill('s3');
    });
    expect(disturbed).toEqual(await undisturbed());
  });

  it('ends the same when the Temporal server is killed', async () => {
    const disturbed = await outcome(async (stack, stage, ended) => {
      expect(await reach(stage, 'encode', ended)).toBe(true);
      await stack.kill('temporal');
    });
    expect(disturbed).toEqual(await undisturbed());
  });

  it('ends the same with three workers', async () => {
    let identities = new Set<string>();
    const shared = await outcome(async (stack, _, ended) => {
      const { env } = await stack.current();
      const others = [1, 2].map(() =>
        spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'cli/assay.ts'), 'worker'], {
          env: { ...stack.env, ...env },
          stdio: 'ignore',
        }),
      );
      try {
        while (!ended()) await new Promise((resolve) => setTimeout(resolve, 50));
        identities = await workersOf(stack);
      } finally {
        for (const other of others) other.kill('SIGKILL');
      }
    });
    expect(identities.size).toBe(3);
    expect(shared).toEqual(await undisturbed());
  });
});

/** Identities of the workers that took a part in any activity of the run. */
const workersOf = async (stack: TestStack): Promise<Set<string>> => {
  const client = await stack.services.client();
  const identities = new Set<string>();
  for await (const { workflowId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    for (const { activityTaskStartedEventAttributes: started } of events ?? [])
      if (started?.identity) identities.add(started.identity);
  }
  return identities;
};
