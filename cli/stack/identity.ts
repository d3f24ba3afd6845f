/** Telling processes apart although numbers are reused: a pid together with when it started. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A pid with the token that shows it is still the same process. */
export interface Identity {
  readonly pid: number;
  readonly token: string;
}

/**
 * What distinguishes a process from a later one with the same pid, or null when there is none (a zombie counts as none).
 * Linux: boot id and start time in clock ticks (field 22 of /proc/<pid>/stat); elsewhere: the start time `ps` prints.
 */
export const tokenOf = (pid: number): string | null => (process.platform === 'linux' ? linuxToken(pid) : psToken(pid));

/** The identity of a running process, or null. */
export const identify = (pid: number): Identity | null => {
  const token = tokenOf(pid);
  return token === null ? null : { pid, token };
};

export const isRunning = ({ pid, token }: Identity): boolean => tokenOf(pid) === token;

/** Sends a signal if the process is still the one meant; false when it is gone. */
export const signal = (identity: Identity, name: NodeJS.Signals): boolean => {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, name);
  } catch {
    return false;
  }
};

/** Waits until none of the processes runs; false when the time (ms) is over first. */
export const waitGone = async (identities: readonly Identity[], ms: number, poll = 25): Promise<boolean> => {
  const deadline = performance.now() + ms;
  for (;;) {
    if (!identities.some(isRunning)) return true;
    if (performance.now() > deadline) return false;
    await new Promise((done) => setTimeout(done, poll));
  }
};

const linuxToken = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command, field 2, may hold spaces and brackets: fields are counted from its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${bootId()}:${fields[19]}`;
  } catch {
    return null;
  }
};

let boot: string | undefined;
const bootId = (): string => {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  return boot;
};

const psToken = (pid: number): string | null => {
  try {
    const [state = '', ...started] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split(/\s+/);
    return state === '' || state.startsWith('Z') ? null : started.join(' ');
  } catch {
    return null;
  }
};
