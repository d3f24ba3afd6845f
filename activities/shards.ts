import type { z } from 'zod';
import { sha256 } from '../models/hash.ts';
import { LIMITS } from '../schemas/drop.ts';
import type { Shard, TableRef } from '../schemas/table.ts';
import type { RowSchema, TableStore } from './ports.ts';

/**
 * Writes a stream of rows as shards of `rowsPerShard`, at least one: an empty shard gives a table its columns. `write` is told
 * the number of the shard.
 */
export const writeShards = async <S extends RowSchema>(
  write: (rows: AsyncIterable<z.infer<S>>, shard: number) => Promise<Shard>,
  rows: AsyncIterable<z.infer<S>>,
  rowsPerShard: number = LIMITS.rowsPerShard,
): Promise<Shard[]> => {
  const source = rows[Symbol.asyncIterator]();
  try {
    let next = await source.next();
    const some = async function* (): AsyncGenerator<z.infer<S>> {
      for (let n = 0; n < rowsPerShard && next.done !== true; n++) {
        yield next.value;
        next = await source.next();
      }
    };
    const shards: Shard[] = [];
    do shards.push(await write(some(), shards.length));
    while (next.done !== true);
    return shards;
  } finally {
    await source.return?.();
  }
};

/** What a `TableRef` calls its digest: the hash over its shards' hashes, in order. */
export const digestOf = (shards: readonly Shard[]): string => sha256(shards.map((shard) => shard.sha256).join('\n'));

/** All shards of several partitions. */
export const shardsOf = async (tables: TableStore, refs: readonly TableRef[]): Promise<Shard[]> =>
  (await Promise.all(refs.map((ref) => tables.shards(ref)))).flat();

/** An SQL string. Braces are spelled out: in a query's text they would stand for a table. */
export const literal = (text: string): string =>
  `('${text.replaceAll("'", "''").replaceAll('{', "' || chr(123) || '")}')`;

/** Zero-padded, so that keys sort as numbers do. */
export const padded = (n: number): string => String(n).padStart(6, '0');
