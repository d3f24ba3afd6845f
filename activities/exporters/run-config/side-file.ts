/** Files that lie beside the rows of an export: run-configs, and what a loader needs to read the folder. */
import { stringify } from 'yaml';
import type { ExportFormat } from '../../../schemas/pipeline.ts';

export interface SideFile {
  /** Inside the export. */
  readonly path: string;
  readonly body: string;
  readonly contentType: string;
}

/** What is known of an export when its rows are written. */
export interface ExportFacts {
  readonly name: string;
  readonly version: string;
  readonly format: ExportFormat;
  /** Whether rows may show pictures. */
  readonly visual: boolean;
  readonly modality: string;
  readonly rows: number;
  /** Paths inside the export, by split. */
  readonly train: readonly string[];
  readonly validation: readonly string[];
  /** Rows by boolean label. */
  readonly labels: Readonly<Record<string, number>>;
  /** Mean P(flip) of the dataset rows of which it is known; null where it is of none. */
  readonly flips: { readonly rows: number; readonly mean: number } | null;
  /** Rows that state a margin. */
  readonly margins: number;
  readonly licenses: readonly string[];
  readonly languages: readonly string[];
  readonly splits: Readonly<Record<string, number>>;
}

/** Stands where only the person who trains can say which model. */
export const MODEL = 'MODEL';

/** YAML after lines of comment. */
export const yamlFile = (path: string, comments: readonly string[], document: object): SideFile => ({
  path,
  body: `${comments.map((line) => `# ${line}\n`).join('')}${stringify(document)}`,
  contentType: 'application/yaml',
});

/** A shell script that runs where it lies. */
export const shellFile = (path: string, comments: readonly string[], words: readonly string[]): SideFile => ({
  path,
  body: `#!/bin/sh\n${comments.map((line) => `# ${line}\n`).join('')}set -eu\ncd "$(dirname "$0")"\n${words.join(' \\\n  ')}\n`,
  contentType: 'text/x-shellscript',
});

/** The power of two, at most `most`, that half of the rows fills: trainers drop a last batch that is not full, and some rows are for validation. */
export const batchOf = ({ rows }: ExportFacts, most: number): number =>
  2 ** Math.floor(Math.log2(Math.min(most, Math.max(1, rows / 2))));

/** P(flip) as label smoothing, to three digits; null where nothing is known. Both trainers of pairs want less than a half. */
export const smoothing = ({ flips }: ExportFacts): number | null =>
  flips === null ? null : Number(Math.min(0.49, flips.mean).toPrecision(3));

export const smoothingComment = ({ flips }: ExportFacts): string[] =>
  flips === null
    ? ['No label smoothing: no item has two votes, so nothing is known of P(flip).']
    : [`Label smoothing is the mean P(flip) of ${flips.rows} items whose votes tell (conservative DPO).`];
