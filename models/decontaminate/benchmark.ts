/** Rows of a benchmark file, whatever it calls its questions. */
import { AssayError } from '../../schemas/errors.ts';

/** Fields that benchmarks keep their questions in, in the order they are looked for in the first row. */
export const BENCHMARK_FIELDS = [
  'text',
  'question',
  'prompt',
  'input',
  'instruction',
  'problem',
  'query',
  'turns',
] as const;

export interface BenchmarkRow {
  /** The row's own, else its line. */
  readonly id: string;
  /** Where it stands in the file, from 1. */
  readonly line: number;
  readonly text: string;
}

export interface Benchmark {
  readonly field: string;
  readonly rows: readonly BenchmarkRow[];
}

export interface ParsedLine {
  readonly line: number;
  readonly value: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text, or the turns of a conversation one below the other. */
const textOf = (value: unknown): string | null => {
  if (typeof value === 'string') return value;
  const turns: readonly unknown[] | null = Array.isArray(value) ? value : null;
  return turns !== null && turns.length > 0 && turns.every((turn) => typeof turn === 'string')
    ? turns.join('\n')
    : null;
};

/**
 * The rows' texts, from the field named or else the first of `BENCHMARK_FIELDS` that the first row has. Throws ASY-7050 (file, line)
 * for a row without it, ASY-7002 where there is no row.
 */
export const readBenchmark = (lines: Iterable<ParsedLine>, file: string, named?: string): Benchmark => {
  let field = named;
  const rows: BenchmarkRow[] = [];
  for (const { line, value } of lines) {
    const fault = (reason: string) => new AssayError('ASY-7050', { file, line, reason });
    if (!isObject(value)) throw fault('the row is no object');
    field ??= BENCHMARK_FIELDS.find((name) => textOf(value[name]) !== null);
    if (field === undefined)
      throw fault(`no text in any of ${BENCHMARK_FIELDS.join(', ')}; the row has ${Object.keys(value).join(', ')}`);
    const text = textOf(value[field]);
    if (text === null) throw fault(`${field} is no text; the row has ${Object.keys(value).join(', ')}`);
    const { id } = value;
    rows.push({ id: typeof id === 'string' || typeof id === 'number' ? String(id) : String(line), line, text });
  }
  if (field === undefined || rows.length === 0) throw new AssayError('ASY-7002', { file, reason: 'it has no row' });
  return { field, rows };
};
