import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/**
 * An in-memory DuckDB that cannot fetch extensions, spills to `tempDir` and keeps row order. With one thread equal input gives
 * equal Parquet bytes: more of them cut row groups as they happen to finish.
 */
export const openDuckDb = (tempDir: string, threads: number): Promise<DuckDBInstance> =>
  DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: '512MB',
    temp_directory: tempDir,
    preserve_insertion_order: 'true',
    // Shards are read once or twice: keeping their bytes costs memory up to the limit and saves nothing.
    enable_external_file_cache: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });

/** Runs `work` on a connection of its own. */
export const withConnection = async <T>(
  instance: DuckDBInstance,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> => {
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
};
