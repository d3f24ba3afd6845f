/** One supervised process: started, asked whether it is ready, restarted with back-off when it ends or hangs, stopped on request. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import { identify } from './identity.ts';
import { pause } from './pause.ts';
import type { Patience, ProcessSpec } from './process-spec.ts';
import type { ProcessState } from './state.ts';

const LOG_LIMIT = 32 * 1024 * 1024;

export interface Child {
  readonly spec: ProcessSpec;
  readonly state: () => ProcessState;
  /** Resolves when it was ready for the first time; rejects with the reason when it never became so, or was stopped before. */
  readonly ready: Promise<void>;
  /** SIGTERM, then SIGKILL; resolves when the process has gone and will not come back. */
  readonly stop: () => Promise<void>;
}

export interface ChildOptions {
  readonly patience: Patience;
  /** File that the process's output is added to. */
  readonly log: string;
  /** Called whenever `state()` has changed. */
  readonly changed: () => void;
}

/** Starts to supervise a process. Never throws: what goes wrong rejects `ready`, or leads to a restart. */
export const superviseChild = (spec: ProcessSpec, { patience, log, changed }: ChildOptions): Child => {
  let status: ProcessState['status'] = 'starting';
  let restarts = 0;
  let current: ChildProcess | null = null;
  let token = '';
  const stopping = new AbortController();

  const turn = (next: ProcessState['status']) => {
    status = next;
    changed();
  };

  /** Runs the process once; resolves with why it ended. `onReady` is told when it serves. */
  const runOnce = async (onReady: () => void): Promise<string> => {
    await spec.prepare?.();
    if (stopping.signal.aborted) return 'stopped';
    const child = start(spec, log);
    const ended = endOf(child);
    current = child;
    token = (child.pid === undefined ? null : identify(child.pid))?.token ?? '';
    turn('starting');
    const watch = new AbortController();
    let fault: string | undefined;
    void serve(spec, patience, watch.signal, () => {
      turn('ready');
      onReady();
    }).catch((error: unknown) => {
      // Its end, which follows, is our doing: this is the reason to tell.
      fault = messageOf(error);
      child.kill('SIGKILL');
    });
    const end = await ended;
    watch.abort();
    const reason = fault ?? end;
    current = null;
    return reason;
  };

  const supervise = async (): Promise<void> => {
    let served = false;
    let wait = patience.backoff;
    let tries = 0;
    while (!stopping.signal.aborted) {
      let readySince = Number.POSITIVE_INFINITY;
      let reason: string;
      try {
        reason = await runOnce(() => {
          served = true;
          readySince = performance.now();
          resolveReady();
        });
      } catch (error) {
        reason = messageOf(error);
      }
      if (stopping.signal.aborted) break;
      if (!served && ++tries >= patience.firstStarts) {
        turn('stopped');
        rejectReady(new Error(reason));
        return;
      }
      if (performance.now() - readySince > patience.healthyAfter) wait = patience.backoff;
      restarts++;
      turn('restarting');
      await pause(wait, stopping.signal);
      wait = Math.min(wait * 2, patience.backoffMax);
    }
    turn('stopped');
    rejectReady(new Error('stopped before it was ready'));
  };

  let resolveReady!: () => void;
  let rejectReady!: (reason: Error) => void;
  const ready = new Promise<void>((resolve, reject) => {
    resolveReady = resolve;
    rejectReady = reject;
  });
  ready.catch(() => undefined); // whoever awaits it sees the fault; nobody awaiting is no fault
  const done = supervise();

  return {
    spec,
    ready,
    state: () => ({
      name: spec.name,
      pid: current?.pid ?? 0,
      token: current === null ? '' : token,
      port: spec.port,
      status,
      restarts,
    }),
    stop: async () => {
      stopping.abort();
      const child = current;
      if (child !== null) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), patience.stop);
        await done;
        clearTimeout(timer);
      }
      await done;
    },
  };
};

const start = (spec: ProcessSpec, log: string): ChildProcess => {
  rotate(log);
  const file = openSync(log, 'a');
  try {
    return spawn(spec.command, spec.args, { env: spec.env, stdio: ['ignore', file, file] });
  } finally {
    closeSync(file);
  }
};

const rotate = (log: string): void => {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT) renameSync(log, `${log}.1`);
};

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((done) => {
    child.once('error', (error) => {
      if (child.pid === undefined) done(error.message);
    });
    child.once('exit', (code, signal) =>
      done(signal === null ? `it ended with exit code ${code}` : `it ended by ${signal}`),
    );
  });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Waits for readiness, then watches over it until aborted; rejects with what is wrong. */
const serve = async (
  spec: ProcessSpec,
  patience: Patience,
  signal: AbortSignal,
  onReady: () => void,
): Promise<void> => {
  const deadline = performance.now() + patience.start;
  while (!(await spec.ready())) {
    if (signal.aborted) return;
    if (performance.now() > deadline) throw new Error(`it was not ready after ${Math.round(patience.start / 1000)} s`);
    await pause(patience.poll, signal);
  }
  if (signal.aborted) return;
  await spec.onReady?.();
  if (signal.aborted) return;
  onReady();
  let misses = 0;
  while (spec.alive !== undefined) {
    await pause(patience.aliveEvery, signal);
    if (signal.aborted) return;
    misses = (await spec.alive()) ? 0 : misses + 1;
    if (misses >= patience.aliveMisses) throw new Error('it no longer answered');
  }
};
