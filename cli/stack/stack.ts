/** The local stack as its users see it: start, find, stop. Commands, the demo and end-to-end tests use these three. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AssayError } from '../../schemas/errors.ts';
import { findTool } from '../../scripts/tools/find.ts';
import { type Env, homeOf, root, stackFiles, toolsOf } from '../paths.ts';
import { clientEnv } from './client-env.ts';
import { isRunning, signal, waitGone } from './identity.ts';
import { withLock } from './lock.ts';
import { reap } from './orphans.ts';
import { choosePorts, type PortChoice, portsOf } from './ports.ts';
import type { Patience } from './process-spec.ts';
import { ensureSecrets, readSecrets } from './secrets.ts';
import { type ProcessState, readState, removeState, type StackState } from './state.ts';
import type { Plan } from './supervisor.ts';

/** A local stack that runs. */
export interface Stack {
  readonly home: string;
  readonly status: StackState['status'];
  readonly urls: { readonly api: string; readonly s3: string; readonly temporalUi: string };
  readonly temporalAddress: string;
  /** What a client's environment must hold to reach it. */
  readonly env: Readonly<Record<string, string>>;
  readonly processes: readonly ProcessState[];
  readonly supervisor: { readonly pid: number; readonly token: string };
  readonly logs: string;
}

export interface StartOptions {
  /** Folder of state, data and logs; `ASSAY_HOME` or `.assay` in the checkout when absent. */
  readonly home?: string;
  readonly env?: Env;
  /** `'free'` for four free ports; else those named are used or ASY-9002 is thrown. Absent: `ASSAY_*_PORT`. */
  readonly ports?: PortChoice;
  /** Command that runs the CLI; tests give a stand-in for `serve` and `worker`. */
  readonly assay?: readonly string[];
  readonly patience?: Partial<Patience>;
  /** Told the processes whenever one changes while starting. */
  readonly onProgress?: (processes: readonly ProcessState[]) => void;
  /** Gives up starting, and stops what was started. */
  readonly signal?: AbortSignal;
}

/**
 * Starts the stack of a home and returns when all of it serves; returns the running one when there is one. What a killed
 * supervisor left running is stopped first. Throws ASY-9001 (a server is not installed), ASY-9002 (port) and ASY-9003 (a process does not start).
 */
export const startStack = async (options: StartOptions = {}): Promise<Stack> => {
  const env = options.env ?? process.env;
  const home = resolve(options.home ?? homeOf(env));
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return withLock(stackFiles(home).lock, async () => {
    const before = readState(home);
    if (before !== null && isRunning(before)) {
      if (before.status !== 'stopping') return toStack(await untilRunning(home, before.pid, options));
      await waitGone([before], 60_000);
    }
    if (before !== null) await reap(before);
    ensureSecrets(home, env);
    const plan: Plan = {
      home,
      ports: await choosePorts(options.ports ?? portsOf(env), before?.ports ?? null),
      tools: {
        temporal: (await findTool('temporal', { env, toolsDir: toolsOf(env) })).path,
        versitygw: (await findTool('versitygw', { env, toolsDir: toolsOf(env) })).path,
      },
      assay: [
        ...(options.assay ?? [process.execPath, '--disable-warning=ExperimentalWarning', join(root, 'cli/assay.ts')]),
      ],
      ...(options.patience === undefined ? {} : { patience: { ...options.patience } }),
    };
    removeState(home);
    return toStack(await untilRunning(home, launch(plan, env), options));
  });
};

/** The stack of a home if its supervisor runs, else null. It may still be starting: see `status`. */
export const findStack = async (home: string = homeOf(process.env)): Promise<Stack | null> => {
  const state = readState(resolve(home));
  return state !== null && isRunning(state) && state.status !== 'failed' ? toStack(state) : null;
};

/** Stops the stack of a home, and what a killed supervisor left behind; true when there was something to stop. */
export const stopStack = async (home: string = homeOf(process.env)): Promise<boolean> => {
  const state = readState(resolve(home));
  if (state === null) return false;
  const ran = signal(state, 'SIGTERM');
  if (ran && !(await waitGone([state], 60_000))) signal(state, 'SIGKILL');
  // Read anew: the supervisor may have restarted a process since.
  const left = await reap(readState(resolve(home)) ?? state);
  removeState(resolve(home));
  return ran || left > 0;
};

const launch = (plan: Plan, env: Env): number => {
  const { logs, log } = stackFiles(plan.home);
  mkdirSync(logs, { recursive: true });
  const file = openSync(log('supervisor'), 'a');
  try {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'supervisor.ts'), JSON.stringify(plan)],
      { detached: true, stdio: ['ignore', file, file], env: { ...env }, cwd: plan.home },
    );
    child.on('error', () => undefined);
    child.unref();
    return child.pid ?? 0;
  } finally {
    closeSync(file);
  }
};

const untilRunning = async (home: string, pid: number, options: StartOptions): Promise<StackState> => {
  let shown = '';
  for (;;) {
    const state = readState(home);
    if (options.signal?.aborted === true) {
      await stopStack(home);
      throw new AssayError('ASY-9003', { name: 'stack', reason: 'starting was interrupted' });
    }
    if (state !== null && state.pid === pid) {
      const text = JSON.stringify(state.processes);
      if (text !== shown) options.onProgress?.(state.processes);
      shown = text;
      if (state.status === 'running') return state;
      if (state.status === 'failed') {
        await waitGone([state], 10_000);
        removeState(home);
        throw new AssayError('ASY-9003', state.error ?? { name: 'stack', reason: `see ${state.logs}` });
      }
    }
    if (!alive(pid)) {
      const last = readState(home);
      if (last?.pid === pid && last.status === 'failed') continue;
      throw new AssayError('ASY-9003', { name: 'supervisor', reason: `it ended at once; ${lastLines(home)}` });
    }
    await new Promise((done) => setTimeout(done, 40));
  }
};

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const lastLines = (home: string): string => {
  const log = stackFiles(home).log('supervisor');
  const text = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join(' | ');
  return `log ${log}: ${text}`;
};

const toStack = (state: StackState): Stack => {
  const secrets = readSecrets(state.home);
  if (secrets === null) throw new AssayError('ASY-9004');
  return {
    home: state.home,
    status: state.status,
    urls: state.urls,
    temporalAddress: `127.0.0.1:${state.ports.temporal}`,
    env: clientEnv(state.home, state.ports, secrets),
    processes: state.processes,
    supervisor: { pid: state.pid, token: state.token },
    logs: state.logs,
  };
};
