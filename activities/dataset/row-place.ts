/** From a row of a dataset's files to the items it was made of. */
import type { DatasetManifest } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { readReceipt } from '../receipts.ts';
import { splitOfPath } from './card-exports.ts';
import { ExportRecord } from './export.ts';
import { exportedItems, type TraceDeps } from './exported-items.ts';
import { readSelection } from './selection-file.ts';

/** A file below `data/` or `exports/`, as `data/train-000000.parquet` or `trl-sft/train.jsonl`, and a row of it from 1. */
interface Place {
  readonly path: string;
  readonly row: number;
}

const lost = ({ path, row }: Place, reason: string) => new AssayError('ASY-6303', { start: `${path}:${row}`, reason });

const itemOfData = async ({ tables }: TraceDeps, manifest: DatasetManifest, place: Place): Promise<string[]> => {
  const key = keys.datasetFile(manifest.name, manifest.version, place.path);
  const shard = manifest.data.find((each) => each.key === key);
  if (shard === undefined) throw lost(place, 'the dataset has no such file');
  if (place.row > shard.rows) throw lost(place, `the file has ${shard.rows} rows`);
  const sql = `SELECT item FROM {data} LIMIT 1 OFFSET ${place.row - 1}`;
  const found = await Array.fromAsync(tables.query<{ item: string }>(sql, { data: [shard] }));
  return found.map(({ item }) => item);
};

const itemsOfExport = async (
  deps: TraceDeps,
  { name, version }: DatasetManifest,
  place: Place,
): Promise<readonly string[]> => {
  const [format = ''] = place.path.split('/');
  const stored = await readReceipt(deps.objects, keys.datasetFile(name, version, `exports/${format}.json`));
  if (stored === null) throw lost(place, `the dataset was not exported as ${format}`);
  const { files } = ExportRecord.parse(stored);
  const split = splitOfPath(place.path);
  const own = files.filter(({ path }) => splitOfPath(path) === split);
  const at = own.findIndex(({ path }) => path === `exports/${place.path}`);
  const file = own[at];
  if (file === undefined) throw lost(place, 'the export has no such file');
  if (place.row > file.rows) throw lost(place, `the file has ${file.rows} rows`);
  const before = own.slice(0, at).reduce((sum, { rows }) => sum + rows, 0);
  let row = 0;
  for await (const items of exportedItems(deps, await readSelection(deps.objects, name, version), format, split))
    if (++row === before + place.row) return items;
  throw lost(place, `only ${row} rows came out when the export was made again`);
};

/** The items that a row of a dataset or of one of its exports was made of. Throws ASY-6303 where there is no such row. */
export const itemsOfRow = (deps: TraceDeps, manifest: DatasetManifest, place: Place): Promise<readonly string[]> =>
  place.path.startsWith('data/') ? itemOfData(deps, manifest, place) : itemsOfExport(deps, manifest, place);
