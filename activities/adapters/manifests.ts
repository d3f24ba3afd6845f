import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { type Partition, type Shard, TableManifest, type TableName, type TableRef } from '../../schemas/table.ts';
import type { ObjectStore } from '../ports.ts';
import { digestOf } from '../shards.ts';

export interface Manifests {
  commit(table: TableName, partition: string, shards: readonly Shard[]): Promise<TableRef>;
  find(table: TableName, partition: string): Promise<TableRef | null>;
  shards(ref: TableRef): Promise<readonly Shard[]>;
}

const TRIES = 200;
const KEPT = 64;

const rowsOf = (parts: readonly { rows: number }[]): number => parts.reduce((sum, { rows }) => sum + rows, 0);

const refOf = (manifest: TableManifest, partition: Partition): TableRef => ({
  table: manifest.table,
  version: manifest.version,
  partition: partition.partition,
  digest: partition.digest,
  rows: partition.rows,
  shards: partition.shards.length,
});

/** Table versions over conditional creates: version n + 1 is whoever writes its manifest first. */
export const createManifests = (objects: ObjectStore): Manifests => {
  /** Manifests never change once written. */
  const read = new Map<string, TableManifest>();
  /** Newest version seen per table; versions are dense, so the newest is found by walking on from here. */
  const seen = new Map<TableName, number>();

  const load = async (table: TableName, version: number): Promise<TableManifest> => {
    const key = keys.tableManifest(table, version);
    const known = read.get(key);
    if (known !== undefined) return known;
    const manifest = TableManifest.parse(JSON.parse((await objects.get(key)).toString('utf8')));
    if (read.size >= KEPT) read.delete(read.keys().next().value ?? '');
    read.set(key, manifest);
    return manifest;
  };

  const newest = async (table: TableName): Promise<TableManifest | null> => {
    let version = seen.get(table) ?? 0;
    if (version === 0) {
      for await (const { key } of objects.list(keys.tableManifests(table))) {
        const number = Number(/(\d+)\.json$/.exec(key)?.[1] ?? 0);
        if (number > version) version = number;
      }
    } else {
      while ((await objects.head(keys.tableManifest(table, version + 1))) !== null) version++;
    }
    if (version === 0) return null;
    seen.set(table, version);
    return load(table, version);
  };

  return {
    async commit(table, name, shards) {
      const partition: Partition = {
        partition: name,
        digest: digestOf(shards),
        rows: rowsOf(shards),
        shards: [...shards],
      };
      for (let tries = 0; tries < TRIES; tries++) {
        const parent = await newest(table);
        const standing = parent?.partitions.find((part) => part.partition === name);
        if (parent !== null && standing?.digest === partition.digest) return refOf(parent, standing);
        const others = parent?.partitions.filter((part) => part.partition !== name) ?? [];
        const partitions = [...others, partition].sort((a, b) => (a.partition < b.partition ? -1 : 1));
        const manifest: TableManifest = {
          table,
          version: (parent?.version ?? 0) + 1,
          parent: parent?.version ?? null,
          rows: rowsOf(partitions),
          partitions,
        };
        const key = keys.tableManifest(table, manifest.version);
        if (await objects.create(key, JSON.stringify(manifest), { contentType: 'application/json' })) {
          seen.set(table, Math.max(seen.get(table) ?? 0, manifest.version));
          return refOf(manifest, partition);
        }
        seen.set(table, Math.max(seen.get(table) ?? 0, manifest.version));
      }
      throw new AssayError('ASY-3004', { table, tries: TRIES });
    },
    async find(table, name) {
      const manifest = await newest(table);
      const partition = manifest?.partitions.find((part) => part.partition === name);
      return manifest == null || partition === undefined ? null : refOf(manifest, partition);
    },
    async shards(ref) {
      const manifest = await load(ref.table, ref.version);
      const partition = manifest.partitions.find((part) => part.partition === ref.partition);
      const key = keys.tableManifest(ref.table, ref.version);
      if (partition === undefined) throw new AssayError('ASY-3002', { key: `${key}#${ref.partition}` });
      if (partition.digest !== ref.digest) throw new AssayError('ASY-3003', { key: `${key}#${ref.partition}` });
      return partition.shards;
    },
  };
};
