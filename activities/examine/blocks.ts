/** Items of some clusters in blocks that fit into memory: a cluster is one, and one that is too large is divided again. */
import { byText } from '../../models/order.ts';
import type { Shard } from '../../schemas/table.ts';
import { paced } from '../pace.ts';
import type { TableStore } from '../ports.ts';
import { placed, sampleCenters } from './centers.ts';
import { BlockRow, type MeaningRow } from './rows.ts';

/** What blocks are made of: embeddings, and the clusters of each item. */
export interface Clustered {
  readonly meanings: readonly Shard[];
  readonly places: readonly Shard[];
}

/** Slices of at most `most` ids; each of several begins with the first id, so that what is all alike still hangs together. */
const slices = (ids: readonly string[], most: number): (readonly string[])[] => {
  const [first] = ids;
  if (first === undefined || ids.length <= most) return [ids];
  return Array.from({ length: Math.ceil((ids.length - 1) / (most - 1)) }, (_, i) => [
    first,
    ...ids.slice(1 + i * (most - 1), 1 + (i + 1) * (most - 1)),
  ]);
};

/** A cluster by k-means of its own, in parts of half a block each (an item is in two) as far as its items differ. */
const divided = async (
  tables: TableStore,
  from: Clustered,
  { cluster, size }: { readonly cluster: number; readonly size: number },
  { most, seed }: { readonly most: number; readonly seed: number },
  beat: () => void,
): Promise<(readonly string[])[]> => {
  const sql = `SELECT m.id, m.point FROM {meanings} m JOIN {places} p ON p.id = m.id WHERE p.cluster = ${cluster}`;
  const tablesOf = { meanings: from.meanings, places: from.places };
  const centers = await sampleCenters(tables, { sql, from: tablesOf }, Math.ceil((4 * size) / most), seed, beat);
  const parts = new Map<number, string[]>();
  const rows = tables.query<Pick<MeaningRow, 'id' | 'point'>>(sql, tablesOf);
  for await (const { id, cluster: part } of placed(rows, centers, beat)) {
    const own = parts.get(part) ?? [];
    parts.set(part, own);
    own.push(id);
  }
  return [...parts].sort(([a], [b]) => a - b).flatMap(([, ids]) => slices(ids.sort(byText), most));
};

/** Writes which items of every `of`-th cluster, from `index` on, are compared with each other: no block has more than `most`. */
export const writeBlocks = async (
  tables: TableStore,
  from: Clustered,
  { index, of }: { readonly index: number; readonly of: number },
  limits: { readonly most: number; readonly seed: number },
  keyOf: (sha256: string) => string,
  beat: () => void,
): Promise<Shard> => {
  const { places } = from;
  const own = `FROM {places} WHERE cluster % ${of} = ${index}`;
  const sizes: { cluster: number; size: number }[] = [];
  const counted = `SELECT cluster, count(*)::INTEGER AS size ${own} GROUP BY cluster HAVING count(*) > 1 ORDER BY cluster`;
  for await (const row of tables.query<{ cluster: number; size: number }>(counted, { places })) sizes.push(row);
  const large = new Set(sizes.filter(({ size }) => size > limits.most).map(({ cluster }) => cluster));
  const rows = async function* (): AsyncGenerator<BlockRow> {
    // Numbers of clusters for those that are whole; below 0 for the parts of others.
    const members = `SELECT id, cluster ${own} ORDER BY cluster, id`;
    for await (const { id, cluster } of paced(tables.query<{ id: string; cluster: number }>(members, { places }), beat))
      if (!large.has(cluster)) yield { id, block: cluster };
    let block = 0;
    for (const known of sizes) {
      if (!large.has(known.cluster)) continue;
      for (const ids of await divided(tables, from, known, limits, beat)) {
        block--;
        yield* ids.map((id) => ({ id, block }));
      }
    }
  };
  return tables.writeParquet(keyOf, BlockRow, rows());
};
