import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isRunning, signal, tokenOf } from '../../../cli/stack/identity.ts';
import { fileExists } from '../../../cli/stack/probes.ts';
import type { Patience, ProcessSpec } from '../../../cli/stack/process-spec.ts';
import type { ProcessState } from '../../../cli/stack/state.ts';
import { type Supervision, supervise } from '../../../cli/stack/supervise.ts';
import { scratch } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';

const QUICK: Patience = {
  start: 10_000,
  poll: 10,
  stop: 300,
  backoff: 10,
  backoffMax: 40,
  healthyAfter: 60_000,
  aliveEvery: 10,
  aliveMisses: 3,
  firstStarts: 2,
};

let running: Supervision | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** A Node one-liner as a process that is ready when it has written its file. */
const spec = (home: string, name: string, code: string, extra: Partial<ProcessSpec> = {}): ProcessSpec => {
  const file = join(home, name);
  return {
    name,
    command: process.execPath,
    args: ['-e', code],
    env: { FILE: file },
    port: null,
    prepare: async () => rmSync(file, { force: true }),
    ready: () => fileExists(file),
    ...extra,
  };
};
const WORKS = "require('fs').writeFileSync(process.env.FILE, String(process.pid)); setInterval(() => {}, 1e6)";
const DEAF = `process.on('SIGTERM', () => {}); ${WORKS}`;

const run = (
  home: string,
  specs: ProcessSpec[],
  patience: Partial<Patience> = {},
  changed?: (p: ProcessState[]) => void,
) => {
  running = supervise(specs, {
    log: (name) => join(home, `${name}.log`),
    patience: { ...QUICK, ...patience },
    changed,
  });
  return running;
};
const only = (supervision: Supervision, name: string) => {
  const state = supervision.processes().find((process) => process.name === name);
  if (state === undefined) throw new Error(`no process ${name}`);
  return state;
};

describe('supervise', () => {
  it('starts each process when what it needs is ready, and no sooner', async () => {
    const home = scratch();
    const order: string[] = [];
    const noting = (name: string, after: string[] = []) =>
      spec(home, name, WORKS, {
        after,
        onReady: async () => void order.push(name),
        prepare: async () => void order.push(`start ${name}`),
      });
    const supervision = run(home, [noting('a'), noting('b', ['a']), noting('c', ['b'])]);
    await supervision.ready;
    expect(order).toEqual(['start a', 'a', 'start b', 'b', 'start c', 'c']);
    expect(supervision.processes().map(({ status, restarts }) => [status, restarts])).toEqual(
      Array(3).fill(['ready', 0]),
    );
  });

  it('brings back what was killed, again and again, under a new pid', async () => {
    const home = scratch();
    const supervision = run(home, [spec(home, 'a', WORKS)]);
    await supervision.ready;
    for (let restarts = 1; restarts <= 3; restarts++) {
      const before = only(supervision, 'a');
      expect(signal(before, 'SIGKILL')).toBe(true);
      const after = await until('a restart', () => {
        const now = only(supervision, 'a');
        return now.restarts === restarts && now.status === 'ready' ? now : null;
      });
      expect(after.pid).not.toBe(before.pid);
    }
  });

  it('does the work of readiness after each start', async () => {
    const home = scratch();
    let times = 0;
    const supervision = run(home, [spec(home, 'a', WORKS, { onReady: async () => void times++ })]);
    await supervision.ready;
    signal(only(supervision, 'a'), 'SIGKILL');
    await until('a second time', () => times === 2);
  });

  it('restarts what no longer answers', async () => {
    const home = scratch();
    let deaf = false;
    const supervision = run(home, [spec(home, 'a', WORKS, { alive: async () => !deaf })]);
    await supervision.ready;
    const before = only(supervision, 'a');
    deaf = true;
    await until('its end', () => !isRunning(before));
    deaf = false;
    await until('a restart', () => only(supervision, 'a').status === 'ready');
  });

  it('gives up a process that ends before it was ever ready, naming it, its end and its log', async () => {
    const home = scratch();
    const supervision = run(home, [
      spec(home, 'a', "console.error('no such thing'); process.exit(7)"),
      spec(home, 'b', WORKS, { after: ['a'] }),
    ]);
    await expect(supervision.ready).rejects.toMatchObject({
      code: 'ASY-9003',
      message: `a did not start: it ended with exit code 7; log: ${join(home, 'a.log')}`,
    });
    expect(readFileSync(join(home, 'a.log'), 'utf8').match(/no such thing/g)).toHaveLength(QUICK.firstStarts);
    expect(only(supervision, 'b').status).toBe('waiting');
  });

  it('gives up a process that never becomes ready', async () => {
    const home = scratch();
    const supervision = run(home, [spec(home, 'a', WORKS, { ready: async () => false })], {
      start: 100,
      firstStarts: 1,
    });
    await expect(supervision.ready).rejects.toMatchObject({
      code: 'ASY-9003',
      message: expect.stringContaining('not ready after') as string,
    });
    expect(only(supervision, 'a')).toMatchObject({ status: 'stopped', pid: 0 });
  });

  it('says so when the program is not there', async () => {
    const home = scratch();
    const supervision = run(home, [spec(home, 'a', '', { command: join(home, 'nothing') })]);
    await expect(supervision.ready).rejects.toMatchObject({ message: expect.stringContaining('ENOENT') as string });
  });

  it('tries again when the work of readiness fails', async () => {
    const home = scratch();
    let times = 0;
    const onReady = async () => {
      if (++times === 1) throw new Error('not yet');
    };
    const supervision = run(home, [spec(home, 'a', WORKS, { onReady })]);
    await supervision.ready;
    expect(only(supervision, 'a').restarts).toBe(1);
  });

  it('stops in reverse order, and kills what does not listen', async () => {
    const home = scratch();
    const ends: string[] = [];
    let before: ProcessState[] = [];
    const supervision = run(home, [spec(home, 'a', WORKS), spec(home, 'b', DEAF, { after: ['a'] })], {}, (now) => {
      now.forEach((state, i) => {
        if (state.status === 'stopped' && before[i]?.status !== 'stopped') ends.push(state.name);
      });
      before = now;
    });
    await supervision.ready;
    const pids = supervision.processes().map(({ pid }) => pid);
    await supervision.stop();
    expect(ends).toEqual(['b', 'a']);
    expect(pids.map(tokenOf)).toEqual([null, null]);
  });

  it('can be stopped while it starts, and starts nothing afterwards', async () => {
    const home = scratch();
    const supervision = run(home, [
      spec(home, 'a', WORKS, { ready: async () => false }),
      spec(home, 'b', WORKS, { after: ['a'] }),
    ]);
    await until('a pid', () => only(supervision, 'a').pid);
    const { pid } = only(supervision, 'a');
    await supervision.stop();
    await expect(supervision.ready).rejects.toMatchObject({ code: 'ASY-9003' });
    expect(tokenOf(pid)).toBeNull();
    expect(existsSync(join(home, 'b'))).toBe(false);
  });
});
