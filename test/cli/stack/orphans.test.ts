import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { identify, tokenOf } from '../../../cli/stack/identity.ts';
import { reap } from '../../../cli/stack/orphans.ts';
import type { ProcessState, StackState } from '../../../cli/stack/state.ts';

const SLEEP = 'setInterval(() => {}, 1e6)';
/** A stand-in supervisor with two children, of which it prints the pids. */
const FAMILY = `const { spawn } = require('child_process');
const pids = [1, 2].map(() => spawn(process.execPath, ['-e', ${JSON.stringify(SLEEP)}], { stdio: 'ignore' }).pid);
console.log(pids.join(' ')); ${SLEEP}`;

const family = async (): Promise<{ leader: ChildProcess; pids: number[] }> => {
  const leader = spawn(process.execPath, ['-e', FAMILY], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const [text] = (await once(leader.stdout ?? leader, 'data')) as [Buffer];
  return { leader, pids: text.toString().trim().split(' ').map(Number) };
};

const stateOf = (pid: number, token: string, processes: Pick<ProcessState, 'pid' | 'token'>[]): StackState => ({
  version: 1,
  pid,
  token,
  status: 'running',
  error: null,
  home: '/nowhere',
  ports: { http: 1, s3: 2, temporal: 3, ui: 4 },
  urls: { api: '', s3: '', temporalUi: '' },
  logs: '',
  processes: processes.map((process, i) => ({ name: `p${i}`, port: null, status: 'ready', restarts: 0, ...process })),
});

describe('reap', () => {
  it('leaves the processes of a living supervisor alone', async () => {
    const { leader, pids } = await family();
    const recorded = pids.map((pid) => identify(pid) ?? { pid, token: '' });
    const self = identify(leader.pid ?? 0) ?? { pid: 0, token: '' };
    expect(await reap(stateOf(self.pid, self.token, recorded))).toBe(0);
    expect(pids.every((pid) => tokenOf(pid) !== null)).toBe(true);
    process.kill(-self.pid, 'SIGKILL');
  });

  it('stops those of a killed one, also a child that was never recorded', async () => {
    const { leader, pids } = await family();
    const recorded = pids.slice(0, 1).map((pid) => identify(pid) ?? { pid, token: '' });
    const self = identify(leader.pid ?? 0) ?? { pid: 0, token: '' };
    leader.kill('SIGKILL');
    await once(leader, 'exit');
    expect(pids.every((pid) => tokenOf(pid) !== null)).toBe(true);
    expect(await reap(stateOf(self.pid, self.token, recorded))).toBe(1);
    await expect.poll(() => pids.map(tokenOf)).toEqual([null, null]);
  });

  it('touches no process that only has a recorded pid', async () => {
    const innocent = spawn(process.execPath, ['-e', SLEEP], { stdio: 'ignore' });
    const state = stateOf(2 ** 22 + 1, 'gone', [{ pid: innocent.pid ?? 0, token: 'an earlier start' }]);
    expect(await reap(state)).toBe(0);
    expect(tokenOf(innocent.pid ?? 0)).not.toBeNull();
    innocent.kill('SIGKILL');
  });
});
