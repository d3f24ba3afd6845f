import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import { breathe } from '../pace.ts';
import { apart } from './apart.ts';
import type { Breach } from './contract/breach.ts';
import { type ContractCheck, createContractCheck } from './contract/check.ts';
import type { ExportContext, Exported, Exporter, ExportFile, ExportTools } from './exporter.ts';

/** What was counted while rows passed, and what later rows are held against. */
export interface Tally {
  rows: number;
  /** Dataset rows, or rows made of them, that are not in this format, by reason. */
  readonly leftOut: Record<string, number>;
  /** Rows by the value of their boolean label, where the format has one. */
  readonly labels: Record<string, number>;
  /** Dataset rows exported of which P(flip) is known, and its sum over them. */
  readonly flips: { rows: number; sum: number };
  /** Rows that state a margin. */
  margins: number;
  readonly identities: Set<string>;
  readonly check: ContractCheck | null;
}

export const createTally = ({ format }: Pick<Exporter, 'format'>): Tally => ({
  rows: 0,
  leftOut: {},
  labels: {},
  flips: { rows: 0, sum: 0 },
  margins: 0,
  identities: new Set(),
  check: createContractCheck(format),
});

/** The rows of one split: as they lie, and by group for formats that compare items. */
export interface SplitRows {
  readonly rows: AsyncIterable<DatasetRow>;
  readonly groups: () => AsyncIterable<readonly DatasetRow[]>;
}

/** Where what rows name goes, and what is needed to make it. */
export interface Surroundings {
  readonly context: ExportContext;
  readonly tools: ExportTools;
  /** Called with the files of rows before the rows themselves are passed on. */
  readonly store: (files: readonly ExportFile[]) => Promise<void>;
}

/** A row of an export with the dataset rows it was made of. */
export interface TracedRow {
  readonly row: Record<string, unknown>;
  readonly from: readonly DatasetRow[];
}

const BREATH = 2_000;

const count = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};

const columnsOf = ({ schema }: Exporter): string =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape).join() : '';

/** What keeps a row from being written, or null: other columns, a picture that is no file of the export, what the exporter itself checks. */
const faultOf = (exporter: Exporter, row: Record<string, unknown>, paths: ReadonlySet<string>): string | null => {
  const [columns, found] = [columnsOf(exporter), Object.keys(row).join()];
  if (found !== columns) return `columns are ${found}, not ${columns}`;
  const images: readonly unknown[] = Array.isArray(row['images']) ? row['images'] : [];
  const missing = images.find((path) => typeof path !== 'string' || !paths.has(path));
  return missing === undefined ? (exporter.check?.(row) ?? null) : `image ${JSON.stringify(missing)} is not exported`;
};

/** The breach as the fault of a row counted from 1. */
export const contractError = (format: string, row: number, { code, reason }: Breach): AssayError =>
  new AssayError(code, { format, row, reason });

/** A row's own export with what its heatmaps add; left out where no row is left. */
const finished = async (
  exporter: Exporter,
  row: DatasetRow,
  { context, tools }: Surroundings,
): Promise<Exported<unknown>> => {
  const exported = exporter.rowsOf(row, context);
  if ('leftOut' in exported || exporter.finish === undefined) return exported;
  const rows: unknown[] = [];
  const files: ExportFile[] = [];
  let reason: string | null = null;
  for (const each of exported.rows) {
    const complete = await exporter.finish(each, row, context, tools);
    if ('leftOut' in complete) reason = complete.leftOut;
    else {
      rows.push(...complete.rows);
      files.push(...(complete.files ?? []));
    }
  }
  return rows.length === 0 && reason !== null
    ? { leftOut: reason }
    : { rows, files: [...(exported.files ?? []), ...files] };
};

/** Enough of a hash to tell any two rows of an export apart. */
const short = (identity: string): string => createHash('sha256').update(identity).digest('base64').slice(0, 20);

/** Rows in the order in which they are made. */
async function* madeRows(
  exporter: Exporter,
  source: SplitRows,
  around: Surroundings,
  tally: Tally,
): AsyncGenerator<TracedRow> {
  const repeats = (row: unknown): boolean => {
    if (exporter.identityOf === undefined) return false;
    const before = tally.identities.size;
    return tally.identities.add(short(exporter.identityOf(row))).size === before;
  };
  const accepted = async (
    rows: readonly unknown[],
    files: readonly ExportFile[],
    from: readonly DatasetRow[],
  ): Promise<TracedRow[]> => {
    const paths = new Set(files.map(({ path }) => path));
    const taken: TracedRow[] = [];
    for (const row of rows as readonly Record<string, unknown>[]) {
      const reason = faultOf(exporter, row, paths);
      const place = { format: exporter.format, row: tally.rows + 1 };
      if (reason !== null) throw new AssayError('ASY-6003', { ...place, reason });
      if (repeats(row)) {
        count(tally.leftOut, 'the same as an earlier row');
        continue;
      }
      tally.rows++;
      const found = tally.check?.see(row) ?? null;
      if (found !== null) throw contractError(place.format, place.row, found);
      if (typeof row['label'] === 'boolean') count(tally.labels, String(row['label']));
      if (typeof row['margin'] === 'number') tally.margins++;
      taken.push({ row, from });
    }
    if (files.length > 0 && taken.length > 0) await around.store(files);
    return taken;
  };
  let read = 0;
  for await (const row of source.rows) {
    if (++read % BREATH === 0) await breathe();
    const exported = await finished(exporter, row, around);
    if ('leftOut' in exported) count(tally.leftOut, exported.leftOut);
    else {
      yield* await accepted(exported.rows, exported.files ?? [], [row]);
      if (row.pFlip === null) continue;
      tally.flips.rows++;
      tally.flips.sum += row.pFlip;
    }
  }
  if (exporter.groupRows === undefined) return;
  for await (const group of source.groups()) {
    const { rows, files } = exporter.groupRows(group, around.context);
    yield* await accepted(rows, files, group);
    await breathe();
  }
}

/**
 * Dataset rows as rows of a format, in the order of its files, each held against the trainer's contract. Throws ASY-6003 for a row with
 * other columns or a picture that is no file of the export, and the 61xx codes for one that breaks the contract, naming the row,
 * counted from 1 as rows are made.
 */
export const tracedRows = (
  exporter: Exporter,
  source: SplitRows,
  around: Surroundings,
  tally: Tally,
): AsyncGenerator<TracedRow> => {
  const { apartBy } = exporter;
  const made = madeRows(exporter, source, around, tally);
  return apartBy === undefined ? made : apart(made, ({ row }) => apartBy(row));
};

/** The rows of `tracedRows` alone. */
export async function* exportRows(...args: Parameters<typeof tracedRows>): AsyncGenerator<Record<string, unknown>> {
  for await (const { row } of tracedRows(...args)) yield row;
}
