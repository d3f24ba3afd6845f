import type { Format } from '../../schemas/drop.ts';
import { importAgreement } from './agreement-csv.ts';
import { importArgilla } from './argilla/record.ts';
import { importAssay } from './assay.ts';
import type { Importer } from './draft.ts';
import { importGeneric } from './generic.ts';
import { importHhRlhf } from './hh-rlhf.ts';
import { importLabelStudio } from './label-studio/task.ts';
import { importMediaRow } from './media-folder.ts';
import { importRichHf } from './richhf.ts';
import { importTrlPreference } from './trl-preference.ts';
import { importVideoFeedback } from './videofeedback.ts';

/** `values`: JSON lines, or one JSON list laid out in any way. */
export type Reader = 'lines' | 'values' | 'csv' | 'parquet' | 'tfrecord';

export interface FormatRules {
  readonly import: Importer;
  /** How files without a telling extension are read. */
  readonly reader: Reader;
  /** Rows with one external id are one item with several annotations, not duplicates. */
  readonly merges: boolean;
  /** Files beside the rows are media, each an item. */
  readonly media: boolean;
  /** Files beside the rows are media, which rows name by their base names. */
  readonly beside?: boolean;
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
  richhf: { import: importRichHf, reader: 'tfrecord', merges: false, media: false, beside: true },
  videofeedback: { import: importVideoFeedback, reader: 'values', merges: true, media: false, beside: true },
  'label-studio': { import: importLabelStudio, reader: 'values', merges: false, media: false, beside: true },
  argilla: { import: importArgilla, reader: 'values', merges: false, media: false, beside: true },
};
