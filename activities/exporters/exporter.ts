import type { z } from 'zod';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { type Media, Message } from '../../schemas/item.ts';
import type { ExportConfig, ExportFormat } from '../../schemas/pipeline.ts';
import type { Modality } from '../../schemas/primitives.ts';
import type { GreyMap } from '../ports.ts';

/** What an exporter may know besides the row. */
export interface ExportContext extends Pick<z.infer<typeof ExportConfig>, 'pairs' | 'masks'> {
  /** Ends of the rating scale; null where nothing was rated. */
  readonly scale: { readonly min: number; readonly max: number } | null;
  /** Figures by which conditional SFT tells responses apart; null where it was not asked for. */
  readonly conditional: Conditions | null;
}

/** Bins of a figure: `edges` lie between them, rising. */
export interface Conditions {
  readonly by: 'rating' | 'score';
  readonly edges: number[];
}

/** A heatmap as a dataset row names it. */
export type RowHeatmap = NonNullable<DatasetRow['heatmaps']>[number];

/** A file that rows name, by its path inside the export, and what it is made from. */
export interface ExportFile {
  readonly path: string;
  readonly from: /** The medium itself; an image stands upright. */
    | { readonly kind: 'medium'; readonly media: Media }
    /** A frame of a video, as JPEG; `at` in seconds. */
    | { readonly kind: 'frame'; readonly media: Media; readonly at: number }
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly contentType: string };
}

/** What one dataset row becomes: rows of the export and the files they name, or the reason it has none. */
export type Exported<T> =
  | { readonly rows: readonly T[]; readonly files?: readonly ExportFile[] }
  | { readonly leftOut: string };

/** What exporters that look into heatmaps are given. */
export interface ExportTools {
  readonly heatmap: (heatmap: RowHeatmap) => Promise<GreyMap>;
  readonly png: (map: GreyMap) => Promise<Uint8Array>;
}

/** One format: pure, row by row, but for `finish`. */
export interface Exporter<T = unknown> {
  readonly format: ExportFormat;
  readonly encoding: 'jsonl' | 'parquet' | 'json' | 'tfrecord' | 'tar';
  /** Modalities it can be made from; absent: any. */
  readonly modalities?: readonly Modality[];
  /** Columns, all of them in every row. */
  readonly schema: z.ZodType<T>;
  /** What a dataset must have, for the message of ASY-6002. */
  readonly needs: string;
  /** Whether a dataset without any row of this format may still be exported. */
  readonly always: boolean;
  /** `auto` leaves it to `assay dataset export`, which makes it of the same rows. */
  readonly onDemand?: true;
  /** Path of a split's file inside the export; by default `<split>.jsonl`. */
  readonly pathOf?: (split: string) => string;
  readonly rowsOf: (row: DatasetRow, context: ExportContext) => Exported<T>;
  /** Rows about several items of one group, beside those of each. */
  readonly groupRows?: (
    group: readonly DatasetRow[],
    context: ExportContext,
  ) => { readonly rows: readonly T[]; readonly files: readonly ExportFile[] };
  /** Completes a row by what its heatmaps show, with the files that takes; or says why there is none after all. */
  readonly finish?: (row: T, source: DatasetRow, context: ExportContext, tools: ExportTools) => Promise<Exported<T>>;
  /** All rows of a split as one JSON document (encoding `json`). */
  readonly document?: (rows: readonly T[], context: ExportContext) => unknown;
  /** One row as the bytes of a record (encoding `tfrecord`). */
  readonly record?: (row: T) => Uint8Array;
  /** Rows with one identity are written once. */
  readonly identityOf?: (row: T) => string;
  /** Rows with equal keys are kept from standing next to each other. */
  readonly apartBy?: (row: T) => string;
  /** Why a row may not be written, or null, beside what the trainer's contract says (`contract/`). */
  readonly check?: (row: T) => string | null;
}

/** One turn as TRL and chat templates take it. */
export interface Turn {
  readonly role: Message['role'];
  readonly content: string;
}

export const leftOut = (reason: string): { leftOut: string } => ({ leftOut: reason });

/** A response's text as the one turn of a completion; null where there is none. */
export const completionOf = (row: DatasetRow, index: number | null): Turn[] | null => {
  const text = index === null ? null : row.responses[index]?.text;
  return text == null || text.trim() === '' ? null : [{ role: 'assistant', content: text }];
};

const ROLES: ReadonlySet<string> = new Set(Message.shape.role.options);

/** Why the prompt cannot be completed by a model, or null: it must end with the user's turn, and a system turn can only be first. */
export const promptFault = (prompt: readonly Turn[]): string | null => {
  if (prompt.length === 0) return 'the prompt is empty';
  if (prompt.at(-1)?.role !== 'user') return 'the prompt does not end with a user turn';
  if (prompt.some(({ role }) => !ROLES.has(role))) return 'a turn of the prompt has no known role';
  if (prompt.some(({ content }) => content.trim() === '')) return 'a turn of the prompt is empty';
  if (prompt.some(({ role }, turn) => role === 'system' && turn > 0)) return 'a system turn is not the first';
  return null;
};

/** The prompt with nothing but role and content, in that order. */
export const turnsOf = (prompt: readonly Message[]): Turn[] => prompt.map(({ role, content }) => ({ role, content }));

/** The prompt as a caption: its turns' texts, one after the other. */
export const captionOf = ({ prompt }: Pick<DatasetRow, 'prompt'>): string =>
  prompt
    .map(({ content }) => content.trim())
    .filter((content) => content !== '')
    .join('\n\n');

/** Rows of `base` in another shape, one for one. */
export const reshaped =
  <A, B>(base: Exporter<A>, to: (row: A, source: DatasetRow, context: ExportContext) => B): Exporter<B>['rowsOf'] =>
  (source, context) => {
    const exported = base.rowsOf(source, context);
    return 'leftOut' in exported
      ? exported
      : { ...exported, rows: exported.rows.map((row) => to(row, source, context)) };
  };
