/** Runs a set of processes in the order their needs give, keeps them running, and stops them in reverse. */
import { AssayError } from '../../schemas/errors.ts';
import { type Child, superviseChild } from './child.ts';
import { PATIENCE, type Patience, type ProcessSpec } from './process-spec.ts';
import type { ProcessState } from './state.ts';

export interface Supervision {
  /** Resolves when all are ready; rejects with ASY-9003 naming the first that failed. */
  readonly ready: Promise<void>;
  readonly processes: () => ProcessState[];
  readonly stop: () => Promise<void>;
}

export interface SuperviseOptions {
  /** The log file of a process. */
  readonly log: (name: string) => string;
  /** Told the state of all processes after each change. */
  readonly changed?: (processes: ProcessState[]) => void;
  readonly patience?: Partial<Patience>;
}

/** Starts the processes: each as soon as those named in its `after` are ready. */
export const supervise = (specs: readonly ProcessSpec[], options: SuperviseOptions): Supervision => {
  const patience = { ...PATIENCE, ...options.patience };
  const children = new Map<string, Child>();
  let stopping = false;

  const processes = (): ProcessState[] =>
    specs.map(
      (spec) =>
        children.get(spec.name)?.state() ?? {
          name: spec.name,
          pid: 0,
          token: '',
          port: spec.port,
          status: 'waiting',
          restarts: 0,
        },
    );

  const ready = new Map<string, Promise<void>>();
  const bringUp = async (spec: ProcessSpec): Promise<void> => {
    await Promise.all((spec.after ?? []).map(async (name) => ready.get(name)));
    if (stopping) throw failed(spec.name, 'the stack was stopped meanwhile');
    const child = superviseChild(spec, {
      patience,
      log: options.log(spec.name),
      changed: () => options.changed?.(processes()),
    });
    children.set(spec.name, child);
    try {
      await child.ready;
    } catch (error) {
      throw failed(spec.name, `${(error as Error).message}; log: ${options.log(spec.name)}`, error);
    }
  };
  for (const spec of specs) {
    // Specs come in an order in which what is needed stands before who needs it.
    const up = bringUp(spec);
    up.catch(() => undefined);
    ready.set(spec.name, up);
  }

  return {
    ready: Promise.all(ready.values()).then(() => undefined),
    processes,
    stop: async () => {
      stopping = true;
      for (const spec of specs.toReversed()) await children.get(spec.name)?.stop();
    },
  };
};

const failed = (name: string, reason: string, cause?: unknown): AssayError =>
  new AssayError('ASY-9003', { name, reason }, { cause });
