import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { identify, isRunning, signal, tokenOf, waitGone } from '../../../cli/stack/identity.ts';

const sleeper = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });

describe('identity', () => {
  it('is the same each time for one process, and differs between two', () => {
    const other = sleeper();
    const [a, b] = [identify(process.pid), identify(other.pid ?? 0)];
    expect(a).toEqual(identify(process.pid));
    expect(b).not.toBeNull();
    other.kill('SIGKILL');
  });

  it('does not take a process with the same pid and another start for the one meant', () => {
    const self = { pid: process.pid, token: 'some other start' };
    expect(isRunning(self)).toBe(false);
    expect(signal(self, 'SIGKILL')).toBe(false); // this test would not live to fail
  });

  it('ends with the process', async () => {
    const child = sleeper();
    const identity = identify(child.pid ?? 0);
    if (identity === null) throw new Error('not started');
    expect(await waitGone([identity], 0)).toBe(false);
    expect(signal(identity, 'SIGKILL')).toBe(true);
    await once(child, 'exit');
    expect(tokenOf(identity.pid)).toBeNull();
    expect(await waitGone([identity], 1_000)).toBe(true);
    expect(signal(identity, 'SIGTERM')).toBe(false);
  });
});
