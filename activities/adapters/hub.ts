/** Origins of encoder files: a model hub, any web server, a folder. The operator names them; no drop ever does. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RemoteSource } from '../../schemas/encoder.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { OpenRemote, RemoteFile } from '../encoder-pull.ts';
import type { ObjectStore } from '../ports.ts';

export interface HttpOptions {
  /** Tries without a new byte before giving up; waits between them double from `waitMs`. */
  readonly attempts?: number;
  readonly waitMs?: number;
}

const HEADERS = { 'accept-encoding': 'identity', 'user-agent': 'assay' };

const failed = (file: string, reason: string, cause?: unknown) =>
  new AssayError('ASY-5021', { file, reason }, cause === undefined ? undefined : { cause });

/** Answers worth another try: too many requests, and faults of the server. */
const isPassing = (status: number): boolean => status === 429 || status >= 500;

interface Question {
  readonly method?: 'HEAD';
  readonly redirect?: 'manual';
  readonly headers?: Readonly<Record<string, string>>;
}

const ask = async (url: string, { headers = {}, ...question }: Question): Promise<Response> => {
  try {
    return await fetch(url, { ...question, headers: { ...HEADERS, ...headers } });
  } catch (cause) {
    throw failed(url, `no answer (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
};

/** Bytes of a URL from an offset on, asked for again from where they broke off. */
async function* readUrl(url: string, from: number, { attempts = 5, waitMs = 250 }: HttpOptions) {
  let at = from;
  for (let tries = 0; ; ) {
    let hopeless = false;
    try {
      const answer = await ask(url, { headers: at === 0 ? {} : { range: `bytes=${at}-` } });
      const bare = url.startsWith('https:') && !answer.url.startsWith('https:');
      hopeless = bare || (!answer.ok && !isPassing(answer.status));
      if (bare) throw failed(url, `was sent on to ${new URL(answer.url).origin}, which is not encrypted`);
      if (!answer.ok || answer.body === null) throw failed(url, `answered ${answer.status}`);
      // A server without ranges begins at the start again.
      let skip = answer.status === 206 ? 0 : at;
      for await (const chunk of answer.body) {
        const fresh = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        if (fresh.length === 0) continue;
        at += fresh.length;
        tries = 0;
        yield fresh;
      }
      return;
    } catch (error) {
      if (hopeless || ++tries >= attempts)
        throw error instanceof AssayError ? error : failed(url, `broke off after ${at} bytes`, error);
      await wait(waitMs * 2 ** tries);
    }
  }
}

const HOPS = 5;

/** A number of bytes that a header states; null where it states none that a file can have. */
const bytesOf = (header: string | null): number | null => {
  const bytes = Number(header ?? Number.NaN);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
};

const entity = (header: string | null): string => (header ?? '').replace(/^W\//, '').replaceAll('"', '');

/**
 * What a server says of a file. The hub answers large files with a redirect that carries their SHA-256 (X-Linked-Etag), size and
 * commit, and moved repositories with a relative one, which is followed.
 */
const describe = async (url: string): Promise<Omit<RemoteFile, 'read'>> => {
  let at = url;
  for (let hops = 0; hops < HOPS; hops++) {
    const { status, headers, ok } = await ask(at, { method: 'HEAD', redirect: 'manual' });
    const location = headers.get('location');
    const sha256 = /^[0-9a-f]{64}$/.exec(entity(headers.get('x-linked-etag')))?.[0] ?? null;
    // It becomes part of paths and of the stored manifest.
    const commit = /^[0-9a-f]{40}$/.exec(headers.get('x-repo-commit') ?? '')?.[0] ?? null;
    const bytes = bytesOf(headers.get('x-linked-size') ?? (ok ? headers.get('content-length') : null));
    const redirected = status >= 300 && status < 400 && location !== null;
    if (ok || (redirected && (sha256 !== null || !location.startsWith('/')))) return { bytes, sha256, commit };
    if (!redirected) throw failed(url, `answered ${status}`);
    at = new URL(location, at).href;
  }
  throw failed(url, `was sent on more than ${HOPS} times`);
};

const under = (base: string, path: string): string =>
  new URL(path.split('/').map(encodeURIComponent).join('/'), base.endsWith('/') ? base : `${base}/`).href;

/** Files under a base URL. */
export const urlOrigin =
  (base: string, options: HttpOptions = {}): OpenRemote =>
  async (path) => {
    const url = under(base, path);
    return { ...(await describe(url)), read: (from) => readUrl(url, from, options) };
  };

/** Files under a local folder. */
export const folderOrigin =
  (dir: string): OpenRemote =>
  async (path) => {
    const file = join(dir, path);
    const info = await stat(file).catch(() => null);
    if (info === null || !info.isFile()) throw failed(file, 'there is no such file');
    const read = (start: number) => createReadStream(file, { start, highWaterMark: 1 << 20 });
    return { bytes: info.size, sha256: null, commit: null, read };
  };

const bucketOrigin =
  (objects: ObjectStore, prefix: string): OpenRemote =>
  async (path) => {
    const info = await objects.head(`${prefix}${path}`);
    if (info === null) throw failed(`${prefix}${path}`, 'there is no such object');
    const read = async function* (start: number) {
      yield* (await objects.stream(info.key, { start })) as AsyncIterable<Uint8Array>;
    };
    return { bytes: info.bytes, sha256: null, commit: null, read };
  };

/** The origin a manifest names; a hub repository is `<hub>/<repository>/resolve/<revision>/<path>`. */
export const originOf = (
  source: RemoteSource,
  { hub, objects, http = {} }: { readonly hub: string; readonly objects: ObjectStore; readonly http?: HttpOptions },
): OpenRemote => {
  if ('url' in source) return urlOrigin(source.url, http);
  if ('s3' in source) return bucketOrigin(objects, source.s3);
  return urlOrigin(`${hub.replace(/\/$/, '')}/${source.hub}/resolve/${source.revision}/`, http);
};
