import { AssayError } from '../../schemas/errors.ts';
import type { ExportFormat } from '../../schemas/pipeline.ts';
import type { Exporter } from './exporter.ts';
import { parquet } from './parquet.ts';
import { trlKto } from './trl-kto.ts';
import { trlPreference } from './trl-preference.ts';
import { trlSft } from './trl-sft.ts';

export type { ExportContext, Exporter } from './exporter.ts';

/** Raised with every change to what an exporter writes: it is part of a dataset's version. */
export const EXPORTERS_VERSION = 1;

const EXPORTERS = {
  parquet,
  'trl-preference': trlPreference,
  'trl-sft': trlSft,
  'trl-kto': trlKto,
} as const satisfies Record<ExportFormat, unknown>;

/** All formats, in the order in which they are offered. Their row types differ, and each is only given rows of its own. */
export const exporters = (): readonly Exporter[] => Object.values(EXPORTERS) as unknown as Exporter[];

/** The exporter of a format. Throws ASY-6005. */
export const exporterOf = (format: string): Exporter => {
  const found = exporters().find((exporter) => exporter.format === format);
  if (found === undefined) throw new AssayError('ASY-6005', { format });
  return found;
};
