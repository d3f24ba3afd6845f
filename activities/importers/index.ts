import type { Format } from '../../schemas/drop.ts';
import { importAgreement } from './agreement-csv.ts';
import { importAssay } from './assay.ts';
import type { Importer } from './draft.ts';
import { importGeneric } from './generic.ts';
import { importHhRlhf } from './hh-rlhf.ts';
import { importMediaRow } from './media-folder.ts';
import { importTrlPreference } from './trl-preference.ts';

export interface FormatRules {
  readonly import: Importer;
  /** How files without a telling extension are read. */
  readonly reader: 'lines' | 'csv' | 'parquet';
  /** Rows with one external id are one item with several annotations, not duplicates. */
  readonly merges: boolean;
  /** Files beside the rows are media, each an item. */
  readonly media: boolean;
}

/** The formats of `drop.json`. */
export const FORMAT_RULES: Readonly<Record<Format, FormatRules>> = {
  assay: { import: importAssay, reader: 'lines', merges: false, media: false },
  'trl-preference': { import: importTrlPreference, reader: 'lines', merges: false, media: false },
  'hh-rlhf': { import: importHhRlhf, reader: 'lines', merges: false, media: false },
  'agreement-csv': { import: importAgreement, reader: 'csv', merges: true, media: false },
  jsonl: { import: importGeneric, reader: 'lines', merges: false, media: false },
  csv: { import: importGeneric, reader: 'csv', merges: false, media: false },
  parquet: { import: importGeneric, reader: 'parquet', merges: false, media: false },
  images: { import: importMediaRow, reader: 'lines', merges: true, media: true },
  videos: { import: importMediaRow, reader: 'lines', merges: true, media: true },
};
