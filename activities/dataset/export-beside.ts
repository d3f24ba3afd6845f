/** What lies beside the rows of an export: run-configs, and what a loader reads of the folder. */
import { z } from 'zod';
import { sha256 } from '../../models/hash.ts';
import { Sha256 } from '../../schemas/primitives.ts';
import type { Tally } from '../exporters/export-rows.ts';
import type { Exporter } from '../exporters/index.ts';
import { sideFiles } from '../exporters/run-config/index.ts';
import type { ExportFacts } from '../exporters/run-config/side-file.ts';
import type { ObjectStore } from '../ports.ts';
import type { SelectionFile } from './selection-file.ts';

/** A file without rows, by its path inside the dataset. */
export const Plain = z.object({ path: z.string(), sha256: Sha256, bytes: z.int() });
export type Plain = z.infer<typeof Plain>;

export type Target = { readonly name: string; readonly version: string };

/** Where the files of one format go: paths inside the dataset, and their keys. */
export interface Place {
  readonly folder: string;
  readonly keyOf: (path: string) => string;
}

/** What run-configs are made from. */
export const factsOf = (
  { name, version }: Target,
  { format }: Exporter,
  selection: SelectionFile,
  files: readonly { readonly path: string }[],
  tally: Tally,
): ExportFacts => {
  const { flips, labels, margins, rows } = tally;
  const pathsOf = (split: string) => {
    const own = files.map(({ path }) => path.slice(`exports/${format}/`.length));
    return own.filter((path) => path.startsWith(split));
  };
  return {
    name,
    version,
    format,
    visual: selection.visual,
    modality: selection.modality,
    rows,
    train: pathsOf('train'),
    validation: pathsOf('validation'),
    labels,
    flips: flips.rows === 0 ? null : { rows: flips.rows, mean: flips.sum / flips.rows },
    margins,
    licenses: [...new Set(selection.sources.map(({ license }) => license))],
    languages: Object.keys(selection.languages).filter((language) => language !== 'und'),
    splits: selection.splits,
  };
};

/** Writes the files beside the rows. */
export const writeBeside = async (
  objects: ObjectStore,
  { folder, keyOf }: Place,
  facts: ExportFacts,
): Promise<Plain[]> => {
  const written: Plain[] = [];
  for (const { path, body, contentType } of sideFiles(facts)) {
    const own = `${folder}/${path}`;
    await objects.put(keyOf(own), body, { contentType });
    written.push({ path: own, sha256: sha256(body), bytes: Buffer.byteLength(body) });
  }
  return written;
};
