/** JSON Lines that a command compares: streamed, strict, the first fault ends it. */
import { z } from 'zod';
import { readJsonRows } from '../activities/importers/json-rows.ts';
import { LIMITS } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import { bytesOf } from './file-bytes.ts';

export interface JsonLine {
  readonly line: number;
  readonly value: unknown;
}

/** Rows of one file: with the n-grams of texts of 80 words `verify dedup` holds some 7 GB then. */
export const MOST_ROWS = 10_000_000;

/** A file's rows, blank lines left out. Throws ASY-7001 (file, line) for a row that is no JSON, ASY-7002 for an unreadable file, ASY-7051 beyond `most` rows. */
export async function* readJsonLines(file: string, most = MOST_ROWS): AsyncGenerator<JsonLine> {
  let rows = 0;
  for await (const { row: line, value, fault } of readJsonRows(bytesOf(file), { rowBytes: LIMITS.rowBytes })) {
    if (fault !== undefined) throw new AssayError('ASY-7001', { file, line, reason: fault.message }, { cause: fault });
    if (++rows > most) throw new AssayError('ASY-7051', { file, limit: most });
    yield { line, value };
  }
}

const TextRow = z.object({ id: z.union([z.string(), z.number().transform(String)]), text: z.string() });
export type TextRow = z.infer<typeof TextRow>;

/** Rows `{id, text}`. Throws ASY-7001 (file, line) for another row and for an id met before, ASY-7002 for a file without rows. */
export async function* readTextRows(file: string): AsyncGenerator<TextRow> {
  const lines = new Map<string, number>();
  for await (const { line, value } of readJsonLines(file)) {
    const fault = (reason: string) => new AssayError('ASY-7001', { file, line, reason });
    const { success, data, error } = TextRow.safeParse(value);
    if (!success) throw fault(`${error.issues[0]?.path.join('.') || 'row'}: ${error.issues[0]?.message}`);
    const before = lines.get(data.id);
    if (before !== undefined) throw fault(`id ${data.id} is on line ${before} too`);
    lines.set(data.id, line);
    yield data;
  }
  if (lines.size === 0) throw new AssayError('ASY-7002', { file, reason: 'it has no row' });
}
