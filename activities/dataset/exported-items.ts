/** Which items stand behind each row of an export: trainers' formats have no column for that, so the export is made again. */
import { DatasetRow } from '../../schemas/dataset.ts';
import {
  createTally,
  type SplitRows,
  type Surroundings,
  type TracedRow,
  tracedRows,
} from '../exporters/export-rows.ts';
import { exporterOf } from '../exporters/index.ts';
import type { ImageCodec, ObjectStore, TableStore } from '../ports.ts';
import { mediaGroups } from './groups.ts';
import type { SelectionFile } from './selection-file.ts';

export interface TraceDeps {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly codec: ImageCodec;
}

/** An exporter's surroundings as at publication, but no file is kept. */
const around = ({ objects, codec }: TraceDeps, context: SelectionFile): Surroundings => ({
  context,
  tools: {
    heatmap: async ({ key }) => codec.grey(await objects.get(key)),
    png: async () => new Uint8Array(),
  },
  store: async () => undefined,
});

const traced = (deps: TraceDeps, selection: SelectionFile, format: string, source: SplitRows) => {
  const exporter = exporterOf(format, selection);
  return tracedRows(exporter, source, around(deps, selection), createTally(exporter));
};

async function* none(): AsyncGenerator<never> {}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** The items behind a row; one that was made of several of a group names the media of those it is about. */
const itemsBehind = ({ row, from }: TracedRow): string[] => {
  if (from.length === 1) return from.map(({ item }) => item);
  const text = JSON.stringify(row);
  const named = from.filter(({ responses }) =>
    responses.some(({ media }) => media !== null && text.includes(media.sha256)),
  );
  return named.map(({ item }) => item);
};

/** For each row that a split has in a format, in the order of its files, the items it was made of. */
export async function* exportedItems(
  deps: TraceDeps,
  selection: SelectionFile,
  format: string,
  split: string,
): AsyncGenerator<readonly string[]> {
  const { tables } = deps;
  const shards = selection.data.filter((part) => part.split === split).map(({ shard }) => shard);
  if (shards.length === 0) return;
  const rows = async function* () {
    for (const shard of shards) yield* tables.readShard(shard, DatasetRow);
  };
  const source = { rows: rows(), groups: () => mediaGroups(tables, shards) };
  for await (const row of traced(deps, selection, format, source)) yield itemsBehind(row);
}

/** How many rows of a format an item became by itself. */
export const exportedCount = async (
  deps: TraceDeps,
  selection: SelectionFile,
  format: string,
  row: DatasetRow,
): Promise<number> => (await Array.fromAsync(traced(deps, selection, format, { rows: one(row), groups: none }))).length;
