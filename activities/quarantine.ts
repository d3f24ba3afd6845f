import type { AssayError } from '../schemas/errors.ts';
import type { QuarantineRow } from '../schemas/quarantine.ts';
import type { FileFault } from './drop-plan.ts';
import { RAW_BYTES, type RawRow } from './importers/raw-row.ts';

/** A row that could not be used, with its bytes, so that people can mend it. The bytes are raw: they may name people. */
export const badRow = (
  drop: string,
  file: string,
  raw: RawRow,
  error: Pick<AssayError, 'code' | 'message'>,
): QuarantineRow => {
  // Parquet has no bytes of its own for a row; its values as JSON say the same.
  const bytes = raw.raw ?? (raw.value === undefined ? null : Buffer.from(JSON.stringify(raw.value)));
  return {
    drop,
    file,
    row: raw.row,
    code: error.code,
    message: error.message,
    raw: bytes?.subarray(0, RAW_BYTES).toString('base64') ?? null,
    rawBytes: raw.rawBytes,
  };
};

/** A file that could not be used as a whole: row 0; its bytes stay in `drops/`. */
export const badFile = (drop: string, { file, code, message }: FileFault): QuarantineRow => ({
  drop,
  file,
  row: 0,
  code,
  message,
  raw: null,
  rawBytes: null,
});
