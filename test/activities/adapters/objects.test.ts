import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Objects } from '../../../activities/adapters/s3.ts';
import type { ObjectStore } from '../../../activities/ports.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { startVersitygw, type TestS3 } from '../../support/versitygw.ts';

const dir = mkdtempSync(join(tmpdir(), 'assay-objects-test-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const text = async (stream: Readable): Promise<string> => Buffer.concat(await stream.toArray()).toString();
const list = async (store: ObjectStore, prefix: string): Promise<string[]> =>
  (await Array.fromAsync(store.list(prefix))).map(({ key }) => key);

/** What every object store does; the in-memory one is held to the same as the real one. */
const contract = (open: () => ObjectStore) => {
  it('puts, gets and overwrites', async () => {
    await open().put('a/one.txt', 'first');
    await open().put('a/one.txt', Buffer.from('second'), { contentType: 'text/plain' });
    expect((await open().get('a/one.txt')).toString()).toBe('second');
    expect(await open().head('a/one.txt')).toMatchObject({ key: 'a/one.txt', bytes: 6 });
  });

  it('says ASY-3002 for what is not there, and null for its head', async () => {
    expect(await open().head('none')).toBeNull();
    await expect(open().get('none')).rejects.toMatchObject({ code: 'ASY-3002' });
    await expect(open().stream('none')).rejects.toMatchObject({ code: 'ASY-3002' });
    await expect(open().local('none')).rejects.toMatchObject({ code: 'ASY-3002' });
  });

  it('streams ranges, [start, end)', async () => {
    await open().put('b/range', '0123456789');
    expect(await text(await open().stream('b/range'))).toBe('0123456789');
    expect(await text(await open().stream('b/range', { start: 2, end: 5 }))).toBe('234');
    expect(await text(await open().stream('b/range', { start: 7 }))).toBe('789');
    expect(await text(await open().stream('b/range', { start: 10 }))).toBe('');
    expect(await text(await open().stream('b/range', { start: 3, end: 3 }))).toBe('');
  });

  it('lets one of many racing creates win', async () => {
    const won = await Promise.all(Array.from({ length: 12 }, (_, i) => open().create('c/race', `writer ${i}`)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await open().get('c/race')).toString()).toBe(`writer ${won.indexOf(true)}`);
  });

  it('uploads streams and files, also empty and larger than one part', async () => {
    const large = Buffer.alloc(17 * 1024 * 1024, 'assay');
    await open().upload('d/stream', Readable.from([large.subarray(0, 9_000_000), large.subarray(9_000_000)]));
    expect((await open().get('d/stream')).equals(large)).toBe(true);
    await open().upload('d/empty', Readable.from([]));
    expect((await open().get('d/empty')).length).toBe(0);
    const file = join(dir, 'large.bin');
    writeFileSync(file, large);
    await open().upload('d/file', { file });
    expect(await open().head('d/file')).toMatchObject({ bytes: large.length });
    writeFileSync(file, 'small');
    await open().upload('d/file', { file });
    expect((await open().get('d/file')).toString()).toBe('small');
  });

  it('lists by prefix in key order', async () => {
    for (const name of ['e/2', 'e/10', 'e/x/1', 'ee/1']) await open().put(name, name);
    expect(await list(open(), 'e/')).toEqual(['e/10', 'e/2', 'e/x/1']);
    expect(await list(open(), 'nothing/')).toEqual([]);
  });

  it('deletes, also twice', async () => {
    await open().put('f/gone', 'x');
    await open().delete('f/gone');
    await open().delete('f/gone');
    expect(await open().head('f/gone')).toBeNull();
  });

  it('names every version, and removes what is named for good', async () => {
    for (const text of ['first', 'second', 'third']) await open().put('v/one', text);
    await open().put('v/one-more', 'another');
    await open().put('v/gone', 'x');
    await open().delete('v/gone');
    const versions = async (key: string) =>
      (await Array.fromAsync(open().versions(key))).filter((version) => version.key === key);
    const all = await versions('v/one');
    expect(all.map(({ latest, marker }) => [latest, marker])).toEqual([
      [true, false],
      [false, false],
      [false, false],
    ]);
    for (const { key, version, latest } of all) if (!latest) await open().deleteVersion(key, version);
    expect((await versions('v/one')).map(({ latest }) => latest)).toEqual([true]);
    expect((await open().get('v/one')).toString()).toBe('third');
    for (const key of ['v/one', 'v/gone'])
      for (const { version } of await versions(key)) await open().deleteVersion(key, version);
    expect((await Array.fromAsync(open().versions('v/'))).map(({ key }) => key)).toEqual(['v/one-more']);
    expect(await open().head('v/one')).toBeNull();
  });

  it('forgets its local files, and fetches them again', async () => {
    await open().put('w/file', 'content');
    const before = await open().local('w/file');
    await open().forget();
    expect(existsSync(before)).toBe(false);
    expect(readFileSync(await open().local('w/file'), 'utf8')).toBe('content');
  });

  it('gives a local file whose hash is checked', async () => {
    const body = Buffer.from('content');
    const sha256 = createHash('sha256').update(body).digest('hex');
    await open().put(`media/${sha256}`, body);
    expect(readFileSync(await open().local(`media/${sha256}`)).equals(body)).toBe(true);
    await open().put('g/other', 'not that');
    await expect(open().local('g/other', sha256.replace(/^./, 'f'))).rejects.toMatchObject({ code: 'ASY-3003' });
    const lie = `media/${'0'.repeat(64)}`;
    await open().put(lie, body);
    await expect(open().local(lie)).rejects.toMatchObject({ code: 'ASY-3003' });
    expect(readFileSync(await open().local('g/other'), 'utf8')).toBe('not that');
    await open().put('g/other', 'changed!');
    expect(readFileSync(await open().local('g/other'), 'utf8')).toBe('changed!');
  });
};

describe('in memory', () => {
  const store = createMemoryObjects();
  contract(() => store);
});

describe('S3', () => {
  let server: TestS3;
  let store: ReturnType<typeof createS3Objects>;
  beforeAll(async () => {
    server = await startVersitygw();
    store = createS3Objects({ ...server, cacheDir: join(dir, 'cache') });
  });
  afterAll(async () => {
    store.close();
    await server.stop();
  });
  contract(() => store);

  it('reads content-addressed objects once', async () => {
    const body = Buffer.from('read once');
    const sha256 = createHash('sha256').update(body).digest('hex');
    await store.put(`media/${sha256}`, body);
    const [first, second] = await Promise.all([store.local(`media/${sha256}`), store.local(`media/${sha256}`)]);
    await store.delete(`media/${sha256}`);
    expect([second, await store.local(`media/${sha256}`)]).toEqual([first, first]);
  });

  it('keeps content types', async () => {
    await store.put('h/typed', '{}', { contentType: 'application/json' });
    const url = `${server.endpoint}/${server.bucket}/h/typed`;
    expect((await fetch(url)).status).toBe(403);
  });
});

describe('a server that fails', () => {
  it('is ASY-3001, retryable, when nobody answers', async () => {
    const store = createS3Objects({
      endpoint: 'http://127.0.0.1:1',
      bucket: 'b',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      cacheDir: join(dir, 'none'),
      attempts: 2,
    });
    await expect(store.get('key')).rejects.toMatchObject({ code: 'ASY-3001', retry: true });
    await expect(store.head('key')).rejects.toMatchObject({ code: 'ASY-3001' });
    await expect(store.put('key', 'x')).rejects.toMatchObject({ code: 'ASY-3001' });
    await expect(list(store, 'k')).rejects.toMatchObject({ code: 'ASY-3001' });
    store.close();
  });

  it('is asked again for the rest when it breaks off in the middle', async () => {
    const body = Buffer.from('0123456789'.repeat(1000));
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.range);
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(start === 0 ? 200 : 206, { etag: '"e"', 'content-length': body.length - start });
      if (asked.length > 2) return void response.end(body.subarray(start));
      response.write(body.subarray(start, start + 3000), () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const store = createS3Objects({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      bucket: 'b',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      cacheDir: join(dir, 'broken'),
    });
    expect((await store.get('key')).equals(body)).toBe(true);
    expect(asked).toEqual([undefined, 'bytes=3000-', 'bytes=6000-']);
    store.close();
    server.close();
  });
});

describe('the read cache', () => {
  it('keeps no half of a failed download and sweeps what is old beyond its size', async () => {
    const { createReadCache } = await import('../../../activities/adapters/read-cache.ts');
    const home = join(dir, 'sweep');
    const cache = createReadCache({ dir: home, maxBytes: 1000 });
    await expect(
      cache.path('bad', async (file) => {
        writeFileSync(file, 'half');
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
    const fill = (bytes: number) => async (file: string) => {
      writeFileSync(file, '');
      truncateSync(file, bytes);
    };
    const old = await cache.path('old', fill(900));
    const { utimesSync, existsSync } = await import('node:fs');
    utimesSync(old, 1, 1);
    const fresh = await cache.path('new', fill(900));
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
    expect(await cache.path('bad', fill(1))).toContain('bad');
  });
});
