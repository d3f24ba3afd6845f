/** Updates wait here, not at the server: a run of a workflow takes ten at a time on a stock namespace (design §5). */
import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { AssayError } from '../../schemas/errors.ts';
import { asClientError } from '../runs.ts';

/** Updates one batch takes at a time. */
const IN_FLIGHT = 8;

/** Ids that workflows/ids.ts makes for batches: an Update meant for a batch must reach no other workflow. */
const BATCH = /^batch\/([A-Za-z0-9][A-Za-z0-9._=@-]{0,254})\/(?:r\d{1,9}-)?\d{1,9}$/;

/** The run a batch belongs to. Throws ASY-4005 for what is no batch's id. */
export const runOf = (batch: string): string => {
  const run = BATCH.exec(batch)?.[1];
  if (run === undefined) throw new AssayError('ASY-4005', { batch: batch.slice(0, 80) });
  return run;
};

/** gRPC's RESOURCE_EXHAUSTED and ABORTED: too many at once, or the run ended as the Update came and goes on in a new one. */
const BUSY = new Set([8, 10]);
const isBusy = (error: unknown): boolean => {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if (isGrpcServiceError(at) && BUSY.has(at.code)) return true;
  return false;
};

const TRIES = 6;
const PAUSE_MS = 40;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface Line {
  /** Runs `work` when its turn has come, again while the batch is busy. Faults are the catalogue's: ASY-4005 where the batch is gone. */
  <T>(batch: string, work: () => Promise<T>): Promise<T>;
}

/** One line per batch. `isRunning` tells a batch that has ended from one that is just going on in a new run. */
export const createLine = (isRunning: (batch: string) => Promise<boolean>): Line => {
  const queues = new Map<string, { running: number; waiting: (() => void)[] }>();
  const patiently = async <T>(batch: string, work: () => Promise<T>): Promise<T> => {
    for (let tried = 1; ; tried++) {
      try {
        return await work();
      } catch (error) {
        const gone = error instanceof WorkflowNotFoundError;
        const again = isBusy(error) || (gone && (await isRunning(batch)));
        if (again && tried < TRIES) {
          await pause(PAUSE_MS * 2 ** tried * (0.5 + Math.random()));
          continue;
        }
        if (gone) throw new AssayError('ASY-4005', { batch }, { cause: error });
        throw asClientError(error);
      }
    }
  };
  return async (batch, work) => {
    runOf(batch);
    const queue = queues.get(batch) ?? { running: 0, waiting: [] };
    queues.set(batch, queue);
    // A finished call hands its place on, so a newcomer can never overtake the line.
    if (queue.running < IN_FLIGHT) queue.running++;
    else await new Promise<void>((resolve) => queue.waiting.push(resolve));
    try {
      return await patiently(batch, work);
    } finally {
      const next = queue.waiting.shift();
      if (next) next();
      else if (--queue.running === 0) queues.delete(batch);
    }
  };
};
