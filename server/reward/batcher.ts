/** Gathers the texts of concurrent requests into batches: a batch leaves when it is full, when the first text has waited long enough, or when the one before is back. */
import { AssayError, isAssayError } from '../../schemas/errors.ts';
import type { RewardInput, RewardOutput } from './ports.ts';

export interface BatcherOptions {
  readonly score: (inputs: readonly RewardInput[], signal: AbortSignal) => Promise<RewardOutput[]>;
  /** Texts per batch. */
  readonly maxBatch: number;
  /** Milliseconds a text waits for company while nothing runs. */
  readonly maxWaitMs: number;
  /** Told the size of each batch. */
  readonly onBatch?: ((texts: number) => void) | undefined;
  /** Told by how many the texts that wait grew or shrank. */
  readonly onWaiting?: ((change: number) => void) | undefined;
}

export interface Batcher {
  /** Scores of one request, in order. Rejects with the signal's reason when it aborts: what waits of the request is dropped. */
  readonly submit: (inputs: readonly RewardInput[], signal: AbortSignal) => Promise<RewardOutput[]>;
  /** Resolves when nothing waits and nothing runs. */
  readonly idle: () => Promise<void>;
}

interface Job {
  readonly inputs: readonly RewardInput[];
  readonly outputs: RewardOutput[];
  /** Texts handed to a batch so far. */
  taken: number;
  readonly settle: (error: unknown) => void;
  settled: boolean;
}

interface Share {
  readonly job: Job;
  readonly from: number;
  readonly to: number;
}

/** A queue before one model. One batch runs at a time: a model's own threads are busy with it. */
export const createBatcher = ({ score, maxBatch, maxWaitMs, onBatch, onWaiting }: BatcherOptions): Batcher => {
  let jobs: Job[] = [];
  let waiting = 0;
  let running: { shares: readonly Share[]; abort: AbortController } | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let onIdle: (() => void)[] = [];

  const count = (change: number): void => {
    if (change === 0) return;
    waiting += change;
    onWaiting?.(change);
  };

  const next = (): void => {
    if (running !== null) return;
    if (waiting === 0) {
      for (const resolve of onIdle) resolve();
      onIdle = [];
      return;
    }
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const shares: Share[] = [];
    for (let room = maxBatch; room > 0 && jobs.length > 0; ) {
      const [job] = jobs as [Job];
      const from = job.taken;
      const to = Math.min(job.inputs.length, from + room);
      shares.push({ job, from, to });
      room -= to - from;
      job.taken = to;
      if (to === job.inputs.length) jobs.shift();
    }
    void run(shares);
  };

  const run = async (shares: readonly Share[]): Promise<void> => {
    const abort = new AbortController();
    running = { shares, abort };
    const texts = shares.reduce((sum, { from, to }) => sum + to - from, 0);
    count(-texts);
    onBatch?.(texts);
    try {
      await scoreShares(shares, abort.signal);
    } catch (error) {
      // One request's text may be what failed: the others' are tried without it. A server that is away is away for all of them.
      const away = isAssayError(error) && error.retry;
      for (const share of shares) {
        if (share.job.settled) continue;
        if (away || shares.length === 1) fail(share.job, error);
        else await scoreShares([share], abort.signal).catch((own: unknown) => fail(share.job, own));
      }
    }
    running = null;
    next();
  };

  const scoreShares = async (shares: readonly Share[], signal: AbortSignal): Promise<void> => {
    const inputs = shares.flatMap(({ job, from, to }) => job.inputs.slice(from, to));
    const outputs = await score(inputs, signal);
    if (outputs.length !== inputs.length)
      throw new AssayError('ASY-5003', { file: 'model', reason: `${outputs.length} scores of ${inputs.length} texts` });
    let at = 0;
    for (const { job, from, to } of shares) {
      for (let i = from; i < to; i++) job.outputs[i] = outputs[at++] as RewardOutput;
      if (to === job.inputs.length) job.settle(null);
    }
  };

  /** Ends a request early: what waits of it is dropped, and what runs when nobody waits for any of it. */
  const fail = (job: Job, error: unknown): void => {
    if (job.settled) return;
    const left = job.inputs.length - job.taken;
    if (left > 0) jobs = jobs.filter((other) => other !== job);
    job.settle(error);
    count(-left);
    if (running?.shares.every((share) => share.job.settled) === true) running.abort.abort(error);
    if (waiting === 0 && timer !== null) {
      clearTimeout(timer);
      timer = null;
    }
    next();
  };

  return {
    submit: (inputs, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (inputs.length === 0) return resolve([]);
        const onAbort = (): void => fail(job, signal.reason);
        const outputs: RewardOutput[] = [];
        const job: Job = {
          inputs,
          outputs,
          taken: 0,
          settled: false,
          settle: (error) => {
            job.settled = true;
            signal.removeEventListener('abort', onAbort);
            if (error === null) resolve(outputs);
            else reject(error);
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        jobs.push(job);
        count(inputs.length);
        if (running !== null) return;
        if (waiting >= maxBatch) next();
        else timer ??= setTimeout(next, maxWaitMs);
      }),
    idle: () =>
      running === null && waiting === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve)),
  };
};
