/** Rows of comparisons: `{model_a, model_b, winner}` as JSON Lines, strictly. */
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { StyleCounts } from './style-counts.ts';

const Row = z.object({
  model_a: z.string().trim().min(1),
  model_b: z.string().trim().min(1),
  winner: z.enum(['model_a', 'model_b', 'tie']),
  style_a: StyleCounts.optional(),
  style_b: StyleCounts.optional(),
  response_a: z.string().optional(),
  response_b: z.string().optional(),
});

/** One comparison of two models, perhaps with the looks or the texts of their answers, and its line in the file, from 1. */
export type Comparison = z.infer<typeof Row> & { readonly line: number };

/** Comparisons in file order; other fields are ignored. Throws ASY-7001 (file, line) on the first fault, ASY-7002 on fewer than two rows. */
export const readComparisons = (text: string, file: string): Comparison[] => {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const rows = lines.flatMap((line, i) => (line.trim() === '' ? [] : [readRow(line, file, i + 1)]));
  if (rows.length < 2) throw new AssayError('ASY-7002', { file, reason: `${rows.length} rows; 2 are needed` });
  return rows;
};

const readRow = (text: string, file: string, line: number): Comparison => {
  const parsed = Row.safeParse(parseJson(text, file, line));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new AssayError('ASY-7001', { file, line, reason: `${issue?.path.join('.') || 'row'}: ${issue?.message}` });
  }
  const row = parsed.data;
  if (row.model_a === row.model_b)
    throw new AssayError('ASY-7001', { file, line, reason: `${row.model_a} is compared with itself` });
  return { ...row, line };
};

const parseJson = (text: string, file: string, line: number): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AssayError('ASY-7001', { file, line, reason: (cause as Error).message }, { cause });
  }
};
