/** When a remote model is asked again, and how long it is waited for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError } from '../../../schemas/errors.ts';

/** Attempts in all, the first included. */
const ATTEMPTS = 4;
const FIRST_WAIT_MS = 250;
/** Longest wait a server may ask for. */
const LONGEST_WAIT_MS = 30_000;

/** A failure that another attempt may not meet. */
export interface Failure {
  /** Without anything of the answer's body. */
  readonly reason: string;
  /** The answer's Retry-After header. */
  readonly retryAfter: string | null;
}

/** Milliseconds that a Retry-After header asks for (seconds or a date); null without one. */
export const retryAfterMs = (header: string | null, now: number): number | null => {
  if (header === null) return null;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  return Number.isFinite(wait) ? Math.min(LONGEST_WAIT_MS, Math.max(0, wait)) : null;
};

/** A broken connection in the system's word, such as ECONNREFUSED. */
export const connectionFailure = (error: unknown): Failure => {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string') return { reason: code, retryAfter: null };
  }
  return { reason: 'the connection broke', retryAfter: null };
};

/** Whether a status says that another attempt may be answered. */
export const isPassing = (status: number): boolean => status === 429 || status >= 500;

/**
 * Asks until there is an answer, at most four times, waiting what Retry-After asks or a time that doubles from 250 ms. `ask` returns
 * a failure to be asked again and throws what no attempt can mend. Throws ASY-5032; rejects with the signal's reason.
 */
export const withAttempts = async <T>(
  remote: string,
  signal: AbortSignal | undefined,
  ask: () => Promise<{ readonly answer: T } | Failure>,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const result = await ask();
    if ('answer' in result) return result.answer;
    if (attempt === ATTEMPTS)
      throw new AssayError('ASY-5032', { remote, reason: `${result.reason}, ${ATTEMPTS} times` });
    const wait = retryAfterMs(result.retryAfter, Date.now()) ?? FIRST_WAIT_MS * 2 ** (attempt - 1);
    await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
};
