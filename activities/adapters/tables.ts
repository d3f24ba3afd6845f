import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { keys } from '../../schemas/keys.ts';
import type { Shard, TableRef } from '../../schemas/table.ts';
import { hashFile } from '../file-hash.ts';
import type { ObjectStore, RowSchema, TableStore } from '../ports.ts';
import { columnsOf, decoder, literal, readColumns } from './columns.ts';
import { openDuckDb, withConnection } from './duckdb.ts';
import { createManifests } from './manifests.ts';
import { appendRows, jsonRows, queryRows, resultColumns } from './rows.ts';

type Sources = Readonly<Record<string, TableRef | readonly Shard[]>>;

/** Shards downloaded at the same time for a query. */
const DOWNLOADS = 8;

/**
 * Tables over any object store: Parquet (zstd) written and read by DuckDB in at most 512 MB, beyond which it throws. Rows go
 * through it as JSON texts and come back as zod would output them (−0 as 0, broken surrogates as U+FFFD); bytes as they are.
 * Shards are read through `objects.local`, which checks their hash (ASY-3003).
 */
export const createTableStore = (options: { objects: ObjectStore; tempDir: string }): TableStore => {
  const { objects, tempDir } = options;
  const manifests = createManifests(objects);
  const opened = new Map<number, ReturnType<typeof openDuckDb>>();
  const duckdb = async (threads: number) => {
    await mkdir(tempDir, { recursive: true });
    const instance = opened.get(threads) ?? openDuckDb(join(tempDir, `duckdb-${process.pid}-${threads}`), threads);
    opened.set(threads, instance);
    return instance;
  };

  const writeParquet = async <S extends RowSchema>(
    keyOf: (sha256: string) => string,
    schema: S,
    rows: Iterable<z.infer<S>> | AsyncIterable<z.infer<S>>,
  ): Promise<Shard> => {
    const instance = await duckdb(1);
    const columns = columnsOf(schema);
    const parquet = join(tempDir, `${randomUUID()}.parquet`);
    try {
      const written = await withConnection(instance, async (connection) => {
        const count = await appendRows(connection, columns, rows);
        await connection.run(`COPY stored TO ${literal(parquet)} (FORMAT parquet, COMPRESSION zstd)`);
        return count;
      });
      const { size } = await stat(parquet);
      const sha256 = await hashFile(parquet);
      const key = keyOf(sha256);
      // What is there already is the same, where the key is made of the content.
      if (!key.includes(sha256) || (await objects.head(key))?.bytes !== size)
        await objects.upload(key, { file: parquet }, { contentType: 'application/vnd.apache.parquet' });
      return { key, sha256, rows: written, bytes: size };
    } finally {
      await rm(parquet, { force: true });
    }
  };

  async function* readShard<S extends RowSchema>(shard: Shard, schema: S): AsyncGenerator<z.infer<S>> {
    const columns = columnsOf(schema);
    const decode = decoder(columns);
    const file = await objects.local(shard.key, shard.sha256);
    const instance = await duckdb(1);
    const from = `read_parquet(${literal(file)})`;
    const present = new Set((await resultColumns(instance, `SELECT * FROM ${from}`)).map(({ name }) => name));
    const sql = `SELECT ${readColumns(columns, present)} FROM ${from}`;
    for await (const row of jsonRows(instance, sql)) yield decode(row) as z.infer<S>;
  }

  /** SQL with the names of tables replaced by their local files. */
  const located = async (sql: string, tables: Sources): Promise<string> => {
    let text = sql;
    for (const [name, source] of Object.entries(tables)) {
      const shards = 'table' in source ? await manifests.shards(source) : source;
      if (shards.length === 0) throw new TypeError(`{${name}} has no shard: write an empty one to give it columns`);
      const files = await localFiles(objects, shards);
      text = text.replaceAll(`{${name}}`, `read_parquet([${files.map(literal).join(', ')}], union_by_name = true)`);
    }
    return text;
  };

  return {
    ...manifests,
    writeShard: (table, schema, rows) => writeParquet((sha256) => keys.shard(table, sha256), schema, rows),
    writeParquet,
    readShard,
    async *read(ref, schema) {
      for (const shard of await manifests.shards(ref)) yield* readShard(shard, schema);
    },
    async *query<T>(sql: string, tables: Sources) {
      for await (const row of queryRows(await duckdb(2), await located(sql, tables))) yield row as T;
    },
    async copy(key, sql, tables) {
      const text = await located(sql, tables);
      const parquet = join(tempDir, `${randomUUID()}.parquet`);
      try {
        await withConnection(await duckdb(1), (connection) =>
          connection.run(`COPY (${text}) TO ${literal(parquet)} (FORMAT parquet, COMPRESSION zstd)`),
        );
        await objects.upload(key, { file: parquet }, { contentType: 'application/vnd.apache.parquet' });
      } finally {
        await rm(parquet, { force: true });
      }
    },
  };
};

const localFiles = async (objects: ObjectStore, shards: readonly Shard[]): Promise<string[]> => {
  const files: string[] = [];
  for (let at = 0; at < shards.length; at += DOWNLOADS) {
    const some = shards.slice(at, at + DOWNLOADS);
    files.push(...(await Promise.all(some.map((shard) => objects.local(shard.key, shard.sha256)))));
  }
  return files;
};
