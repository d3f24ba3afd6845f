/** Rows of a file to score: responses, or for process heads solutions in steps. */
import { z } from 'zod';
import { LIMITS } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import { Language } from '../schemas/primitives.ts';
import { readJsonRows } from './importers/json-rows.ts';

const Common = z.object({
  id: z.union([z.string(), z.number().transform(String)]),
  prompt: z.string(),
  language: Language.nullish().transform((language) => language ?? null),
});
const ResponseRow = Common.extend({ response: z.string() });
export type ResponseRow = z.infer<typeof ResponseRow>;
const SolutionRow = Common.extend({ completions: z.array(z.string()).min(1) });
export type SolutionRow = z.infer<typeof SolutionRow>;

/** How rows of one kind are told and read. */
export interface RowKind<Row> {
  readonly schema: z.ZodType<Row>;
  readonly column: 'response' | 'completions';
  /** What is said of a row of the other kind. */
  readonly other: string;
}

export const RESPONSES: RowKind<ResponseRow> = {
  schema: ResponseRow,
  column: 'response',
  other: 'steps are judged by process heads; give the whole response as `response`, or name a process head',
};

export const SOLUTIONS: RowKind<SolutionRow> = {
  schema: SolutionRow,
  column: 'completions',
  other: 'a process head judges steps; give them as `completions: ["first step", …]`, or name another head',
};

export interface Rejected {
  /** Lines count from 1. */
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** The row, or ASY-2002 naming the field that is wrong. */
const rowOf = <Row>({ schema, column, other }: RowKind<Row>, value: unknown): Row | AssayError => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const given = typeof value === 'object' && value !== null ? value : {};
  if (!(column in given) && ('response' in given || 'completions' in given))
    return new AssayError('ASY-2002', { path: column, reason: other });
  const [issue] = parsed.error.issues;
  return new AssayError('ASY-2002', { path: issue?.path.join('.') || 'row', reason: issue?.message });
};

/** A file's rows in order; those that cannot be used go to `reject`. */
export async function* readScoreRows<Row>(
  bytes: AsyncIterable<Buffer>,
  kind: RowKind<Row>,
  reject: (row: Rejected) => void,
): AsyncGenerator<Row> {
  for await (const { row: line, value, fault } of readJsonRows(bytes, { rowBytes: LIMITS.rowBytes })) {
    const row = fault === undefined ? rowOf(kind, value) : fault;
    if (row instanceof AssayError) reject({ line, code: row.code, message: row.message });
    else yield row;
  }
}
