import type { AssayError } from '../../schemas/errors.ts';

/** A row before its importer sees it: its number (lines count from 1), its bytes, and its value or why it has none. */
export interface RawRow {
  readonly row: number;
  /** The row's bytes, or their first 64 KiB where it is too long; null where the format has no bytes of its own (Parquet). */
  readonly raw: Buffer | null;
  readonly rawBytes: number | null;
  /** Its bytes [start, end) in the stream it was read from, without line end; absent where the format has none of its own. */
  readonly place?: { readonly start: number; readonly end: number };
  readonly value?: unknown;
  readonly fault?: AssayError;
}

/** Bytes of a bad row that quarantine keeps. */
export const RAW_BYTES = 65_536;
