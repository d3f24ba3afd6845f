import { z } from 'zod';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import { breathe } from '../pace.ts';
import type { ExportContext, Exporter } from './exporter.ts';

/** What was counted while rows passed. */
export interface Tally {
  rows: number;
  /** Dataset rows that have no row in this format, by reason. */
  readonly leftOut: Record<string, number>;
  /** Rows by the value of their boolean label, where the format has one. */
  readonly labels: Record<string, number>;
}

export const createTally = (): Tally => ({ rows: 0, leftOut: {}, labels: {} });

const BREATH = 2_000;

const count = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};

const columnsOf = ({ schema }: Exporter): string =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape).join() : '';

/**
 * Dataset rows as rows of a format, each held against the trainer's contract: the same columns everywhere, and what the exporter
 * checks. Throws ASY-6003 naming the row, counted from 1.
 */
export async function* exportRows(
  exporter: Exporter,
  rows: AsyncIterable<DatasetRow>,
  context: ExportContext,
  tally: Tally,
): AsyncGenerator<Record<string, unknown>> {
  const columns = columnsOf(exporter);
  let read = 0;
  for await (const row of rows) {
    if (++read % BREATH === 0) await breathe();
    const exported = exporter.rowsOf(row, context);
    if ('leftOut' in exported) {
      count(tally.leftOut, exported.leftOut);
      continue;
    }
    for (const each of exported.rows as Record<string, unknown>[]) {
      tally.rows++;
      const found = Object.keys(each).join();
      const reason = found === columns ? exporter.check(each) : `columns are ${found}, not ${columns}`;
      if (reason !== null) throw new AssayError('ASY-6003', { format: exporter.format, row: tally.rows, reason });
      if (typeof each['label'] === 'boolean') count(tally.labels, String(each['label']));
      yield each;
    }
  }
}
