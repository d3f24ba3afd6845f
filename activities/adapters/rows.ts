/** Rows into DuckDB and out of it: all but bytes as one JSON text a row, bytes in columns beside it. */
import {
  BLOB,
  blobValue,
  type DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBInstance,
  DuckDBTypeId,
  VARCHAR,
} from '@duckdb/node-api';
import { bytesColumn, type Column, encoder, quoted, storedRows } from './columns.ts';
import { withConnection } from './duckdb.ts';
import { jsonText, parseJson } from './json-text.ts';

type Row = Readonly<Record<string, unknown>>;

/** DuckDB is handed rows when there are this many, or this many characters and bytes. */
const CHUNK = { rows: 2048, size: 1 << 22 } as const;

/**
 * Puts rows, in the order given, into the connection's new temporary table `stored`; returns how many. They are turned into columns
 * a chunk at a time: DuckDB takes 2,048 rows at once, and could not hold as many long ones both as JSON text and as columns.
 */
export const appendRows = async (
  connection: DuckDBConnection,
  columns: readonly Column[],
  rows: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<number> => {
  const encode = encoder(columns);
  const names = columns.filter(({ raw }) => raw).map(({ name }) => name);
  const fields = ['json VARCHAR', ...names.map((name) => `${bytesColumn(name)} BLOB`)];
  await connection.run(`CREATE TEMP TABLE given (${fields.join(', ')})`);
  await connection.run(`CREATE TEMP TABLE stored AS ${storedRows(columns)}`);
  const appender = await connection.createAppender('given');
  const types = [VARCHAR, ...names.map(() => BLOB)];
  let texts: string[] = [];
  let bytes: (Uint8Array | null)[][] = names.map(() => []);
  let [size, count] = [0, 0];
  const flush = async (): Promise<void> => {
    const chunk = DuckDBDataChunk.create(types, texts.length);
    chunk.setColumns([texts, ...bytes.map((values) => values.map((value) => value && blobValue(value)))]);
    appender.appendDataChunk(chunk);
    appender.flushSync();
    await connection.run(`INSERT INTO stored ${storedRows(columns)}`);
    await connection.run('TRUNCATE given');
    count += texts.length;
    texts = [];
    bytes = names.map(() => []);
    size = 0;
  };
  for await (const row of rows) {
    const text = jsonText(encode(row));
    texts.push(text);
    size += text.length;
    for (const [i, name] of names.entries()) {
      const value = (row as Row)[name] as Uint8Array | null | undefined;
      bytes[i]?.push(value ?? null);
      size += value?.length ?? 0;
    }
    if (texts.length === CHUNK.rows || size >= CHUNK.size) await flush();
  }
  if (texts.length > 0) await flush();
  appender.closeSync();
  return count;
};

/** Rows of a query whose first column is JSON text, parsed, and whose others are bytes, which are put in by their name. Streams. */
export async function* jsonRows(instance: DuckDBInstance, sql: string): AsyncGenerator<unknown> {
  const connection = await instance.connect();
  try {
    const result = await connection.stream(sql);
    const names = result.columnNames();
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      const [texts = [], ...bytes] = chunk.getColumns();
      for (const [row, text] of texts.entries()) {
        const value = parseJson(text as string) as Record<string, unknown>;
        for (const [i, values] of bytes.entries())
          value[names[i + 1] ?? ''] = plain(values[row] as DuckDBBlobValue | null);
        yield value;
      }
    }
  } finally {
    connection.closeSync();
  }
}

/** Bytes without what Node.js adds to them. */
const plain = (value: DuckDBBlobValue | null): Uint8Array | null =>
  value && new Uint8Array(value.bytes.buffer, value.bytes.byteOffset, value.bytes.length);

/** The columns a query would give, and which of them are bytes. */
export const resultColumns = (instance: DuckDBInstance, sql: string): Promise<{ name: string; raw: boolean }[]> =>
  withConnection(instance, async (connection) => {
    const prepared = await connection.prepare(sql);
    return Array.from({ length: prepared.columnCount }, (_, i) => ({
      name: prepared.columnName(i),
      raw: prepared.columnTypeId(i) === DuckDBTypeId.BLOB,
    }));
  });

/** Rows of any query as plain JSON values, but BLOB columns as bytes. Streams. */
export async function* queryRows(instance: DuckDBInstance, sql: string): AsyncGenerator<unknown> {
  const columns = await resultColumns(instance, sql);
  const bytes = columns.filter(({ raw }) => raw).map(({ name }) => quoted(name));
  const others = columns.filter(({ raw }) => !raw).map(({ name }) => `${quoted(name)} := ${quoted(name)}`);
  const row = bytes.length === 0 ? 'assay_row' : `struct_pack(${others.join(', ')})`;
  yield* jsonRows(instance, `SELECT ${[`to_json(${row})::VARCHAR`, ...bytes].join(', ')} FROM (${sql}) AS assay_row`);
}
