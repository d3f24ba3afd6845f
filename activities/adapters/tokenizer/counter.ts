/** Counts tokens in a thread that is ended when it takes too long: a tokenizer.json brings patterns of its own, and nobody knows which. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Job, Told } from './messages.ts';

/** Longest wait for the thread, and for one text: ordinary texts of this length take seconds. */
const START_MS = 60_000;
const TEXT_MS = 60_000;
/** UTF-16 units of a text that are counted; no trainer's context is as long. */
const MOST_UNITS = 1 << 20;
const ALIVE_MS = 5_000;
const MOST_FAULT = 200;

export interface CounterOptions {
  /** Milliseconds that one text may take. */
  readonly textMs?: number;
  /** Called every few seconds of a wait. */
  readonly alive?: () => void;
}

export interface TokenCounter {
  /** Tokens of the first 1,048,576 UTF-16 units of a text. One text at a time. */
  count(text: string): Promise<number>;
  close(): Promise<void>;
}

/** What a thread tells next, once asked. Rejects where it dies, or says nothing in time. */
const createAsker = (thread: Worker) => {
  let end: (settle: (told: PromiseWithResolvers<Told>) => void) => void = () => undefined;
  thread.on('message', (told: Told) => end(({ resolve }) => resolve(told)));
  thread.on('error', (error) => end(({ reject }) => reject(error)));
  thread.on('exit', () => end(({ reject }) => reject(new Error('its thread ended'))));
  return (ms: number, text?: string): Promise<Told> => {
    const waiting = Promise.withResolvers<Told>();
    const timer = setTimeout(() => end(({ reject }) => reject(new Error('took too long'))), ms);
    end = (settle) => {
      clearTimeout(timer);
      settle(waiting);
    };
    if (text !== undefined) thread.postMessage(text);
    return waiting.promise;
  };
};

/** Starts a counter of the tokens of a tokenizer.json. What goes wrong with it, here or later, is thrown as `fault` makes it of a reason. */
export const startTokenCounter = async (
  json: Uint8Array,
  fault: (reason: string) => Error,
  { textMs = TEXT_MS, alive = () => undefined }: CounterOptions = {},
): Promise<TokenCounter> => {
  const job: Job = { json };
  const thread = new Worker(new URL(`./thread${extname(import.meta.filename)}`, import.meta.url), {
    workerData: job,
    env: {},
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 2048, maxYoungGenerationSizeMb: 64 },
  });
  const asked = createAsker(thread);
  let ended = false;
  const close = async (): Promise<void> => {
    ended = true;
    await thread.terminate();
  };
  const ask = async (ms: number, text?: string): Promise<Told> => {
    const pulse = setInterval(alive, ALIVE_MS);
    try {
      if (ended) throw new Error('its thread ended');
      const told = await asked(ms, text);
      if ('fault' in told) throw new Error(told.fault);
      return told;
    } catch (error) {
      await close();
      const reason = error instanceof Error ? error.message : String(error);
      throw fault((reason.split('\n')[0] ?? '').slice(0, MOST_FAULT));
    } finally {
      clearInterval(pulse);
    }
  };
  await ask(START_MS);
  return {
    async count(text) {
      const told = await ask(textMs, text.slice(0, MOST_UNITS));
      return 'tokens' in told ? told.tokens : 0;
    },
    close,
  };
};
