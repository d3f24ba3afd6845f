/** What activities need from outside, as interfaces. `adapters/` has the real ones, `test/support` the in-memory ones; both pass one contract test. */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Media } from '../schemas/item.ts';
import type { Shard, TableName, TableRef } from '../schemas/table.ts';

export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since epoch. */
  readonly modified: number;
}

/** One stored version of an object. */
export interface ObjectVersion {
  readonly key: string;
  readonly version: string;
  /** The one that is read. */
  readonly latest: boolean;
  /** Says that the object was deleted, and has no bytes. */
  readonly marker: boolean;
}

/** S3, as far as Assay uses it. Reads of a missing key throw ASY-3002; an unreachable server throws ASY-3001 (retryable). */
export interface ObjectStore {
  get(key: string): Promise<Buffer>;
  /** A stream of the object, or of the byte range [start, end) of it. */
  stream(key: string, range?: { start: number; end?: number }): Promise<Readable>;
  head(key: string): Promise<ObjectInfo | null>;
  put(key: string, body: Uint8Array | string, options?: { contentType?: string }): Promise<void>;
  /** Create only if nothing is there (If-None-Match: *); false when something was. */
  create(key: string, body: Uint8Array | string, options?: { contentType?: string }): Promise<boolean>;
  /** Multipart upload of a stream or a local file, bounded memory. */
  upload(key: string, body: Readable | { file: string }, options?: { contentType?: string }): Promise<void>;
  list(prefix: string): AsyncIterable<ObjectInfo>;
  delete(key: string): Promise<void>;
  /** Every stored version of every key under a prefix; of a store that keeps none, one an object. */
  versions(prefix: string): AsyncIterable<ObjectVersion>;
  /** Removes one version for good: nobody gets its bytes back. */
  deleteVersion(key: string, version: string): Promise<void>;
  /** A local path with the object's bytes, from the read cache when `sha256` is known and cached. Never write to it. */
  local(key: string, sha256?: string): Promise<string>;
  /** Removes every local copy: what is asked for next is fetched anew. */
  forget(): Promise<void>;
}

export type RowSchema = z.ZodType;

/** Immutable Parquet shards and the manifests that name them. */
export interface TableStore {
  /** Writes rows, in the order given, as one content-addressed shard. Equal rows give equal bytes. */
  writeShard<S extends RowSchema>(
    table: TableName,
    schema: S,
    rows: Iterable<z.infer<S>> | AsyncIterable<z.infer<S>>,
  ): Promise<Shard>;
  /** The same for a file outside the tables (datasets): returns the shard with the key given. */
  writeParquet<S extends RowSchema>(
    keyOf: (sha256: string) => string,
    schema: S,
    rows: Iterable<z.infer<S>> | AsyncIterable<z.infer<S>>,
  ): Promise<Shard>;
  /** The rows of a query, in its order, as Parquet under a key; its tables as in `query`. */
  copy(key: string, sql: string, tables: Readonly<Record<string, TableRef | readonly Shard[]>>): Promise<void>;
  /** Adds or replaces a partition; a lost race is retried on the new parent; committing equal shards again changes nothing. */
  commit(table: TableName, partition: string, shards: readonly Shard[]): Promise<TableRef>;
  /** The partition as it stands in the newest manifest, or null. */
  find(table: TableName, partition: string): Promise<TableRef | null>;
  shards(ref: TableRef): Promise<readonly Shard[]>;
  /** Rows in stored order, streamed; `columns` reads only those (others are absent from the row). */
  readShard<S extends RowSchema>(shard: Shard, schema: S): AsyncIterable<z.infer<S>>;
  read<S extends RowSchema>(ref: TableRef, schema: S): AsyncIterable<z.infer<S>>;
  /**
   * SQL over Parquet: `{name}` in the text stands for `read_parquet([...])` of the named tables' or shards' local files.
   * Rows stream as plain JSON values, BLOB columns as bytes. For joins and counts that need not pass row by row through zod.
   */
  query<T = Record<string, unknown>>(
    sql: string,
    tables: Readonly<Record<string, TableRef | readonly Shard[]>>,
  ): AsyncIterable<T>;
}

/** Looks into media without trusting it. Throws the ASY-21xx codes. */
export interface MediaProbe {
  /** Sniffs magic bytes, probes with sharp or ffprobe under the limits of schemas/drop.ts, decodes once to catch lies. `name` is for messages. */
  probe(file: string, name: string): Promise<Media>;
  /** Grey or RGB pixels of an image, resized to fit: for encoders. Rows top to bottom, values 0–255. */
  pixels(file: string, options: { width: number; height: number; grey: boolean }): Promise<Uint8Array>;
  /** Frames of a video at the given times (seconds), as PNG-decodable RGB/grey pixels of the given size; reads only what it needs. */
  frames(
    file: string,
    media: Media,
    at: readonly number[],
    options: { width: number; height: number; grey: boolean },
  ): Promise<Uint8Array[]>;
}

/** A map over an image: width × height, row-major, 0 … 1. */
export interface GreyMap {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Pictures Assay makes itself. */
export interface ImageCodec {
  /** 8-bit grey PNG, 255 for 1; equal maps give equal bytes. */
  greyPng(map: GreyMap): Promise<Uint8Array>;
  /** An image's grey values, at its own size, or as area means at the size given. Throws ASY-2103 for bytes that are no image. */
  grey(image: Uint8Array, size?: { readonly width: number; readonly height: number }): Promise<GreyMap>;
  /** The image of the file as shown, at most `side` wide and high, with the map over it in colour, as WebP. */
  overlay(file: string, map: GreyMap, side: number): Promise<Uint8Array>;
}

/** Pictures as trainers read them: equal input gives equal bytes. */
export interface PictureWriter {
  /** JPEG of RGB pixels, rows top to bottom. */
  jpeg(pixels: Uint8Array, size: { readonly width: number; readonly height: number }): Promise<Uint8Array>;
  /** An image file turned as its EXIF orientation says, in its own format; null where it stands upright already. */
  upright(file: string): Promise<Uint8Array | null>;
}

/** Told by long activities so that a lost worker is noticed and work resumes where it stood. */
export interface Progress {
  heartbeat(details?: unknown): void;
  /** Details of the last heartbeat of the attempt before, if any. */
  readonly last: unknown;
  readonly cancelled: AbortSignal;
}

/** Posts alerts to webhooks of hosts that the operator allows. */
export interface AlertPoster {
  /**
   * Posts one alert, signed; `id` is the same each time the same alert is posted. Throws ASY-6506 where that is not allowed,
   * ASY-6507 where nobody took it, ASY-6508 where it was declined.
   */
  post(webhook: string, id: string, alert: object): Promise<void>;
}
