import type { DatasetRow } from '../../schemas/dataset.ts';
import type { ExportFormat } from '../../schemas/pipeline.ts';
import { CONTRACTS } from './contract/contracts.ts';
import type { ExportContext, Exporter } from './exporter.ts';
import { createPairFinder } from './pairs.ts';

/** Which formats have rows in a dataset, seen row by row without holding any: those that need both labels, when training rows have both. */
export const createFormatFinder = (offered: readonly Exporter[], context: ExportContext) => {
  const found = new Set<ExportFormat>();
  const labels = new Map<ExportFormat, Set<unknown>>();
  const across = createPairFinder(context.pairs);
  const isEnough = (format: ExportFormat, rows: readonly unknown[], { split }: DatasetRow): boolean => {
    const both = CONTRACTS[format]?.both;
    if (both === undefined) return true;
    if (split !== 'train') return false;
    const seen = labels.get(format) ?? new Set();
    labels.set(format, seen);
    for (const row of rows) seen.add((row as Readonly<Record<string, unknown>>)[both]);
    return seen.size > 1;
  };
  return {
    see(row: DatasetRow): void {
      across.see(row);
      for (const { format, rowsOf } of offered) {
        if (found.has(format)) continue;
        const exported = rowsOf(row, context);
        if ('rows' in exported && isEnough(format, exported.rows, row)) found.add(format);
      }
    },
    found(): ReadonlySet<ExportFormat> {
      const grouped = across.found() ? offered.filter(({ groupRows }) => groupRows !== undefined) : [];
      return new Set([...found, ...grouped.map(({ format }) => format)]);
    },
  };
};
