/** Runs predicates in threads that are ended when they take too long: QuickJS asks whether to go on in its own loops only, not in every built-in. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PredicateResult, PredicateRunner } from '../../evalgen/predicate.ts';
import type { Job, Told } from './messages.ts';

/** Longest wait for the thread, and for a verdict of it; far more than the engine's own limit takes on a slow machine. */
const START_MS = 30_000;
const VERDICT_MS = 10_000;
/** Threads at a time. */
const MOST = 2;

export interface PredicateOptions {
  /** Milliseconds that one input may take before the thread is ended. */
  readonly verdictMs?: number;
}

const inThread = (job: Job, verdictMs: number): Promise<PredicateResult> =>
  new Promise((resolve, reject) => {
    const file = new URL(`./thread${extname(import.meta.filename)}`, import.meta.url);
    const thread = new Worker(file, {
      workerData: job,
      env: {},
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
    });
    const passes: boolean[] = [];
    let timer: NodeJS.Timeout | undefined;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      void thread.terminate();
      settle();
    };
    const end = (result: PredicateResult): void => finish(() => resolve(result));
    const wait = (milliseconds: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => end({ fault: 'took too long', input: passes.length }), milliseconds);
    };
    wait(START_MS);
    thread.on('error', (error) =>
      finish(() =>
        (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? resolve({ fault: 'out of memory', input: passes.length })
          : reject(error),
      ),
    );
    thread.on('message', (told: Told) => {
      if ('ready' in told) return wait(verdictMs);
      if (typeof told.verdict === 'string') return end({ fault: told.verdict, input: passes.length });
      passes.push(told.verdict);
      if (passes.length === job.inputs.length) return end({ passes });
      wait(verdictMs);
    });
  });

/** The sandbox: QuickJS in WebAssembly, in a thread, with nothing of the host's inside. */
export const createPredicateRunner = ({ verdictMs = VERDICT_MS }: PredicateOptions = {}): PredicateRunner => {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(code, inputs) {
      if (inputs.length === 0) return { passes: [] };
      if (running < MOST) running++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await inThread({ code, inputs }, verdictMs);
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running--;
      }
    },
  };
};
