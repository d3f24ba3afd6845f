import type { Readable } from 'node:stream';
import { keys } from '../../schemas/keys.ts';
import { openDataset } from './catalog.ts';
import { type ExportDeps, exportFormat } from './export.ts';
import { placedFiles } from './export-files.ts';
import { haltersOf, refuseHalted } from './halt.ts';
import { checkWaived } from './permits.ts';

export interface ExportedFolder {
  readonly dataset: string;
  readonly version: string;
  readonly format: string;
  /** What `write` returned for each file. */
  readonly files: readonly string[];
  readonly rows: number;
}

/**
 * Hands each file of an export, and each file its rows name, to `write`: its path inside the export (`train.jsonl`,
 * `images/<sha256>.jpg`) and a stream of its bytes. A format
 * that was not exported when the dataset was published is exported now: it depends on the version alone. Throws ASY-6001, ASY-6002,
 * ASY-6003, ASY-6005, the 61xx codes, ASY-6509, ASY-6510, ASY-6554.
 */
export const exportToFolder = async (
  deps: ExportDeps & { readonly now?: () => number },
  wanted: { readonly name: string; readonly version?: string | undefined; readonly format: string },
  write: (path: string, bytes: Readable) => Promise<string>,
): Promise<ExportedFolder> => {
  const { objects } = deps;
  const { name, version, config, waivers = [] } = await openDataset(objects, wanted.name, wanted.version);
  await refuseHalted(objects, haltersOf(config));
  await checkWaived(objects, { name, waivers }, (deps.now ?? Date.now)());
  const { format, rows, files, named, beside } = await exportFormat(deps, { name, version }, wanted.format);
  const written: string[] = [];
  for (const { path } of [...files, ...beside]) {
    const bytes = await objects.stream(keys.datasetFile(name, version, path));
    written.push(await write(path.slice(`exports/${format}/`.length), bytes));
  }
  if (named !== undefined)
    for await (const { path, key } of placedFiles(objects, keys.datasetFile(name, version, named.path)))
      written.push(await write(path, await objects.stream(key)));
  return { dataset: name, version, format, files: written, rows };
};
