/** JSON over HTTP to a server the operator named: bounded in time, size and attempts; redirects are refused. */
import { AssayError } from '../../../schemas/errors.ts';
import { connectionFailure, isPassing, withAttempts } from './attempts.ts';

export interface Endpoint {
  /** Named in errors. */
  readonly remote: string;
  readonly apiKey: string | null;
  readonly timeoutMs: number;
}

const MAX_ANSWER = 64 * 1024 * 1024;

const wrong = (remote: string, reason: string, cause?: unknown): AssayError =>
  new AssayError('ASY-5033', { remote, reason }, { cause });

/** The body, at most MAX_ANSWER bytes. */
const readBody = async (response: Response, remote: string): Promise<string> => {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > MAX_ANSWER) throw wrong(remote, `more than ${MAX_ANSWER} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

/**
 * Posts JSON and reads JSON. Statuses 429 and 5xx and broken connections are tried again, a server that takes longer than the time
 * limit is not. Nothing of an answer is put into a message. Throws ASY-5032 (no answer), ASY-5033 (an answer that is none).
 */
export const postJson = async (
  url: string,
  body: unknown,
  { remote, apiKey, timeoutMs }: Endpoint,
  signal?: AbortSignal,
): Promise<unknown> => {
  const text = await withAttempts(remote, signal, async () => {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        redirect: 'manual',
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      });
      if (response.ok) return { answer: await readBody(response, remote) };
      await response.body?.cancel();
      if (!isPassing(response.status)) throw wrong(remote, `status ${response.status}`);
      return { reason: `status ${response.status}`, retryAfter: response.headers.get('retry-after') };
    } catch (cause) {
      if (cause instanceof AssayError) throw cause;
      signal?.throwIfAborted();
      if (limit.aborted)
        throw new AssayError('ASY-5032', { remote, reason: `nothing within ${timeoutMs} ms` }, { cause });
      return connectionFailure(cause);
    }
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong(remote, 'not JSON', cause);
  }
};
