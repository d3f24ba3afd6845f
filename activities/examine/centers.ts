/** Clusters of meaning: centres fitted to a sample, and the clusters of each item. */
import {
  type Centers,
  drawCenters,
  moveCenters,
  nearestCenters,
  type Points,
} from '../../models/clustering/k-means.ts';
import type { Shard } from '../../schemas/table.ts';
import { breathe, paced } from '../pace.ts';
import type { TableStore } from '../ports.ts';
import { readVector } from '../vectors.ts';
import { CenterRow, type MeaningRow, PlaceRow } from './rows.ts';

/** Rows of the sample to each centre. */
const SAMPLED = 16;
/** Clusters that an item is put into: two that are alike on either side of a border meet in one of them. */
const PLACES = 2;
/** Clusters only divide the work: centres that are nearly in place divide it as well. */
const ITERATIONS = 10;

type PointRow = Pick<MeaningRow, 'id' | 'point'>;

const pointsOf = (rows: readonly PointRow[]): Points => {
  const dims = (rows[0]?.point.length ?? 0) / 4;
  const values = new Float32Array(rows.length * dims);
  for (const [row, { point }] of rows.entries()) readVector(point, values, row * dims, dims);
  return { values, dims, rows: rows.length };
};

/**
 * k centres, or fewer where fewer points differ, from the rows of a query with `id` and `point`: its points of least hash under the
 * seed, so that neither the order of shards nor that of rows decides.
 */
export const sampleCenters = async (
  tables: TableStore,
  { sql, from }: { readonly sql: string; readonly from: Readonly<Record<string, readonly Shard[]>> },
  k: number,
  seed: number,
  beat: () => void,
): Promise<Centers> => {
  const drawn: PointRow[] = [];
  const ordered = `SELECT id, point FROM (${sql}) ORDER BY md5('${seed}/' || id), id LIMIT ${SAMPLED * k}`;
  for await (const row of paced(tables.query<PointRow>(ordered, from), beat)) drawn.push(row);
  const pause = () => {
    beat();
    return breathe();
  };
  const points = pointsOf(drawn);
  return moveCenters(points, await drawCenters(points, k, seed, pause), ITERATIONS, pause);
};

/** Fits the centres of all items' clusters. */
export const fitCenters = async (
  tables: TableStore,
  meanings: readonly Shard[],
  { clusters, seed }: { readonly clusters: number; readonly seed: number },
  keyOf: (sha256: string) => string,
  beat: () => void,
): Promise<Shard> => {
  const all = { sql: 'SELECT id, point FROM {meanings}', from: { meanings } };
  const { values, dims } = await sampleCenters(tables, all, clusters, seed, beat);
  const centers = Array.from({ length: dims === 0 ? 0 : values.length / dims }, (_, cluster) => ({
    cluster,
    center: new Uint8Array(values.slice(cluster * dims, (cluster + 1) * dims).buffer),
  }));
  return tables.writeParquet(keyOf, CenterRow, centers);
};

const readCenters = async (tables: TableStore, shard: Shard): Promise<Centers> => {
  const rows: Float64Array[] = [];
  for await (const { center } of tables.readShard(shard, CenterRow))
    rows.push(new Float64Array(Uint8Array.from(center).buffer));
  const dims = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * dims);
  for (const [row, center] of rows.entries()) values.set(center, row * dims);
  return { values, dims };
};

/** The clusters of each row of a query with `id` and `point`: the nearest ones. */
export async function* placed(
  rows: AsyncIterable<PointRow>,
  centers: Centers,
  beat: () => void,
): AsyncGenerator<{ id: string; cluster: number }> {
  for await (const { id, point } of paced(rows, beat, 100)) {
    for (const cluster of nearestCenters(pointsOf([{ id, point }]), 0, centers, PLACES)) yield { id, cluster };
  }
}

/** Puts one unit's items into their clusters. */
export const assignUnit = async (
  tables: TableStore,
  meanings: Shard,
  centers: Shard,
  keyOf: (sha256: string) => string,
  beat: () => void,
): Promise<Shard> => {
  const rows = tables.query<PointRow>('SELECT id, point FROM {meanings} ORDER BY id', { meanings: [meanings] });
  return tables.writeParquet(keyOf, PlaceRow, placed(rows, await readCenters(tables, centers), beat));
};
