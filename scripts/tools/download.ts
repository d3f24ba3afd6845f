/** Downloads that can be broken off at any moment: a `.part` file grows until it is whole, the next attempt goes on where it ended. */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface Limits {
  /** Until the server answers, in milliseconds. */
  readonly connect: number;
  /** Without a byte, in milliseconds. */
  readonly stall: number;
  /** Attempts while each brings at least some bytes. */
  readonly attempts: number;
}

export const LIMITS: Limits = { connect: 5_000, stall: 30_000, attempts: 5 };

/** A short text file (a list of checksums); throws with the reason when it cannot be had. */
export const downloadText = async (url: string, limits: Limits = LIMITS): Promise<string> =>
  (await get(url, {}, limits)).response.text();

/**
 * Brings `url` to `part`, going on from the bytes that are there. Throws with the reason; `part` then stays for the next time.
 * `tell` hears the bytes so far and, where the server states it, of how many.
 */
export const download = async (
  url: string,
  part: string,
  {
    tell = () => undefined,
    limits = LIMITS,
  }: { tell?: (bytes: number, of: number | null) => void; limits?: Limits } = {},
): Promise<void> => {
  mkdirSync(dirname(part), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const before = sizeOf(part);
    try {
      return await fetchRest(url, part, before, tell, limits);
    } catch (error) {
      // Only a connection that broke while bytes came is worth another try: a refusal stays a refusal.
      if (attempt >= limits.attempts || sizeOf(part) <= before) throw error;
    }
  }
};

const fetchRest = async (
  url: string,
  part: string,
  from: number,
  tell: (bytes: number, of: number | null) => void,
  limits: Limits,
): Promise<void> => {
  const { response, alive } = await get(url, from > 0 ? { range: `bytes=${from}-` } : {}, limits);
  const resumed = response.status === 206;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const of = Number.isFinite(length) ? length + (resumed ? from : 0) : null;
  let bytes = resumed ? from : 0;
  if (response.body === null) throw new Error(`${url}: no content`);
  const file = openSync(part, resumed ? 'a' : 'w');
  try {
    // Written chunk by chunk and at once: when the connection breaks, all that came is kept.
    for await (const chunk of response.body) {
      writeSync(file, chunk);
      bytes += chunk.length;
      alive();
      tell(bytes, of);
    }
  } catch (error) {
    throw reasonOf(url, error);
  } finally {
    closeSync(file);
  }
  if (of !== null && bytes !== of) throw new Error(`${url}: ended after ${bytes} of ${of} bytes`);
};

/** Opens a GET; `alive()` puts off the stall limit. A range beyond the end (a part that is whole) is answered by all of it. */
const get = async (url: string, headers: Record<string, string>, limits: Limits) => {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error(`${url}: no answer within ${limits.connect} ms`)), limits.connect);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error(`${url}: stalled`)), limits.stall);
    timer.unref();
  };
  try {
    // Unencoded: lengths and ranges are those of the file.
    const plain = { 'accept-encoding': 'identity' };
    let response = await fetch(url, { headers: { ...plain, ...headers }, signal: abort.signal });
    if (response.status === 416) response = await fetch(url, { headers: plain, signal: abort.signal });
    if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
    alive();
    return { response, alive };
  } catch (error) {
    clearTimeout(timer);
    throw abort.signal.aborted ? abort.signal.reason : reasonOf(url, error);
  }
};

/** Node's fetch says "fetch failed" and hides why in `cause`. */
const reasonOf = (url: string, error: unknown): Error => {
  const cause = error instanceof Error ? error.cause : undefined;
  if (error instanceof Error && cause === undefined) return error;
  return new Error(`${url}: ${cause instanceof Error ? cause.message : String(error)}`);
};

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Hex SHA-256 of a file. */
export const sha256OfFile = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

export const discard = (file: string): void => rmSync(file, { force: true });
