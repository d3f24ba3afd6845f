import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AssayError } from '../../schemas/errors.ts';
import type { ObjectStore } from '../ports.ts';
import { createReadCache } from './read-cache.ts';
import { isConditionalConflict, isMissing, isPassing, isPreconditionFailed, storageError } from './s3-errors.ts';

export interface S3Options {
  /** Null or absent: AWS itself. */
  readonly endpoint?: string | null;
  readonly region?: string;
  readonly bucket: string;
  /** Null or absent: the SDK's own credential chain. */
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | null;
  /** Folder of the read cache. */
  readonly cacheDir: string;
  readonly cacheBytes?: number;
  /** Tries per request before ASY-3001; waits between them double from 100 ms. */
  readonly attempts?: number;
}

type ObjectVersionAnswer = Pick<ObjectVersion, 'Key' | 'VersionId' | 'IsLatest'>;

const PART_BYTES = 8 * 1024 * 1024;
const CACHE_BYTES = 10 * 1024 ** 3;
const HASH_IN_KEY = /(?:^|\/)([0-9a-f]{64})(?:\.[a-z]+)?$/;

/**
 * The object store on S3 or a server that speaks it. Requests that get no answer are sent again with growing waits; an answer
 * of “not there” is ASY-3002, silence after all tries ASY-3001. Streams resume where they broke off.
 */
export const createS3Objects = (options: S3Options): ObjectStore & { close(): void } => {
  const { bucket: Bucket, attempts = 6 } = options;
  const endpoint = options.endpoint ?? null;
  const where = endpoint ?? `s3://${Bucket}`;
  const client = new S3Client({
    region: options.region ?? 'us-east-1',
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(options.credentials == null ? {} : { credentials: options.credentials }),
    maxAttempts: attempts,
    // Checksums beyond what the protocol demands are not understood by every server.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 60_000, httpAgent: { maxSockets: 64 } },
  });
  const cache = createReadCache({ dir: options.cacheDir, maxBytes: options.cacheBytes ?? CACHE_BYTES });

  const asking = async <T>(Key: string, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw storageError(error, where, Key);
    }
  };

  /** Bytes of the range, asked for again from where they broke off as long as the object stays the same. */
  async function* chunks(Key: string, start: number, end: number | null): AsyncGenerator<Buffer> {
    let at = start;
    let etag: string | undefined;
    for (let failed = 0; ; ) {
      if (end !== null && at >= end) return;
      const Range = at === 0 && end === null ? undefined : `bytes=${at}-${end === null ? '' : end - 1}`;
      try {
        const answer = await client.send(new GetObjectCommand({ Bucket, Key, Range, IfMatch: etag }));
        etag ??= answer.ETag;
        for await (const chunk of answer.Body as Readable) {
          at += (chunk as Buffer).length;
          failed = 0;
          yield chunk as Buffer;
        }
        return;
      } catch (error) {
        // An empty rest (at or behind the object's end) is refused by the protocol; here it is an empty stream.
        if ((error as { name?: string }).name === 'InvalidRange') return;
        if (!isPassing(error) || ++failed >= attempts) throw storageError(error, where, Key);
        await wait(100 * 2 ** failed);
      }
    }
  }

  const head = async (Key: string) => {
    try {
      return await client.send(new HeadObjectCommand({ Bucket, Key }));
    } catch (error) {
      if (isMissing(error)) return null;
      throw storageError(error, where, Key);
    }
  };

  const download = async (key: string, file: string, expected: string | undefined): Promise<void> => {
    const hash = createHash('sha256');
    async function* hashed() {
      for await (const chunk of chunks(key, 0, null)) {
        hash.update(chunk);
        yield chunk;
      }
    }
    await pipeline(hashed, createWriteStream(file));
    if (expected !== undefined && hash.digest('hex') !== expected) throw new AssayError('ASY-3003', { key });
  };

  const store: ObjectStore = {
    async get(key) {
      const parts: Buffer[] = [];
      for await (const chunk of chunks(key, 0, null)) parts.push(chunk);
      return Buffer.concat(parts);
    },
    async stream(key, range) {
      const iterator = chunks(key, range?.start ?? 0, range?.end ?? null);
      // The first chunk is fetched here, so that a missing key is this call's fault and not a broken stream.
      const first = await iterator.next();
      async function* rest() {
        if (first.done === true) return;
        yield first.value;
        yield* iterator;
      }
      return Readable.from(rest(), { objectMode: false });
    },
    async head(key) {
      const found = await head(key);
      return found === null
        ? null
        : { key, bytes: found.ContentLength ?? 0, modified: found.LastModified?.getTime() ?? 0 };
    },
    async put(Key, Body, { contentType: ContentType } = {}) {
      await asking(Key, () => client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType })));
    },
    async create(Key, Body, { contentType: ContentType } = {}) {
      for (let tries = 0; ; tries++) {
        try {
          await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, IfNoneMatch: '*' }));
          return true;
        } catch (error) {
          if (isPreconditionFailed(error)) return false;
          if (!isConditionalConflict(error) || tries >= attempts) throw storageError(error, where, Key);
          await wait(50 * 2 ** tries);
        }
      }
    },
    async upload(Key, body, { contentType: ContentType } = {}) {
      if (!(body instanceof Readable)) {
        const { size } = await stat(body.file);
        if (size <= PART_BYTES) return store.put(Key, await readFile(body.file), { contentType: ContentType });
      }
      const Body = body instanceof Readable ? body : createReadStream(body.file, { highWaterMark: 1 << 20 });
      const upload = new Upload({
        client,
        params: { Bucket, Key, Body, ContentType },
        partSize: PART_BYTES,
        queueSize: 2,
      });
      await asking(Key, () => upload.done());
    },
    async *list(Prefix) {
      let ContinuationToken: string | undefined;
      do {
        const command = new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken });
        const page = await asking(Prefix, () => client.send(command));
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          // Servers on a file system may list folders as empty objects.
          if (Key === undefined || Key.endsWith('/')) continue;
          yield { key: Key, bytes: Size ?? 0, modified: LastModified?.getTime() ?? 0 };
        }
        ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (ContinuationToken !== undefined);
    },
    async delete(Key) {
      await asking(Key, () => client.send(new DeleteObjectCommand({ Bucket, Key })));
    },
    async *versions(Prefix) {
      let at: { KeyMarker?: string; VersionIdMarker?: string } | null = {};
      while (at !== null) {
        const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({ Bucket, Prefix, ...at });
        const page = await asking(Prefix, () => client.send(command));
        const found = (marker: boolean, versions: readonly ObjectVersionAnswer[] = []) =>
          versions.flatMap(({ Key, VersionId, IsLatest }) =>
            Key === undefined || Key.endsWith('/')
              ? []
              : [{ key: Key, version: VersionId ?? 'null', latest: IsLatest === true, marker }],
          );
        yield* found(false, page.Versions);
        yield* found(true, page.DeleteMarkers);
        const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
        at = page.IsTruncated === true && KeyMarker !== undefined ? { KeyMarker, VersionIdMarker } : null;
      }
    },
    async deleteVersion(Key, VersionId) {
      await asking(Key, () => client.send(new DeleteObjectCommand({ Bucket, Key, VersionId })));
    },
    async local(key, sha256) {
      const expected = sha256 ?? HASH_IN_KEY.exec(key)?.[1];
      if (expected !== undefined) return cache.path(expected, (file) => download(key, file, expected));
      const found = await head(key);
      if (found === null) throw new AssayError('ASY-3002', { key });
      // Other keys may be written again: the entity tag tells one content from the next.
      const version = [Bucket, key, found.ETag, found.ContentLength, found.LastModified?.getTime()].join('\n');
      const name = createHash('sha256').update(version).digest('hex');
      return cache.path(`k${name}`, (file) => download(key, file, undefined));
    },
    forget: () => cache.clear(),
  };
  return { ...store, close: () => client.destroy() };
};
