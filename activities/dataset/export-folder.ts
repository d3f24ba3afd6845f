import type { Readable } from 'node:stream';
import { keys } from '../../schemas/keys.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { openDataset } from './catalog.ts';
import { exportFormat } from './export.ts';

export interface ExportedFolder {
  readonly dataset: string;
  readonly version: string;
  readonly format: string;
  /** What `write` returned for each file. */
  readonly files: readonly string[];
  readonly rows: number;
}

/**
 * Hands each file of an export to `write`, with its path inside the export (`train.jsonl`) and a stream of its bytes. A format
 * that was not exported when the dataset was published is exported now: it depends on the version alone. Throws ASY-6001, ASY-6002,
 * ASY-6003, ASY-6005.
 */
export const exportToFolder = async (
  stores: { readonly objects: ObjectStore; readonly tables: TableStore },
  wanted: { readonly name: string; readonly version?: string | undefined; readonly format: string },
  write: (path: string, bytes: Readable) => Promise<string>,
): Promise<ExportedFolder> => {
  const { name, version } = await openDataset(stores.objects, wanted.name, wanted.version);
  const { format, rows, files } = await exportFormat(stores, { name, version }, wanted.format);
  const written: string[] = [];
  for (const { path } of files) {
    const bytes = await stores.objects.stream(keys.datasetFile(name, version, path));
    written.push(await write(path.slice(`exports/${format}/`.length), bytes));
  }
  return { dataset: name, version, format, files: written, rows };
};
