import type { Exporter } from './exporter.ts';
import { type ParquetRow, parquet } from './parquet.ts';

/** A folder that `load_dataset` and the Hugging Face hub take as it is: the rows of `parquet`, and a `README.md` that says what they are. */
export const hf: Exporter<ParquetRow> = { ...parquet, format: 'hf', onDemand: true };
