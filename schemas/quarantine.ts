import { z } from 'zod';

/** A row (or, with row 0, a whole file) that could not be used: nothing is dropped silently. */
export const QuarantineRow = z.object({
  drop: z.string(),
  file: z.string(),
  row: z.int().min(0),
  code: z.string(),
  message: z.string(),
  /** The raw bytes, base64, cut at 64 KiB; null for a whole file (it stays in `drops/`). */
  raw: z.base64().nullable(),
  /** Length of the raw row in bytes before cutting; null where it is not known. */
  rawBytes: z.int().nullable(),
});
export type QuarantineRow = z.infer<typeof QuarantineRow>;
