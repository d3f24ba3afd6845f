import { z } from 'zod';
import type { Statement } from '../../schemas/annotation.ts';
import { AssayError } from '../../schemas/errors.ts';
import { Message } from '../../schemas/item.ts';
import { Language } from '../../schemas/primitives.ts';

export type Row = Readonly<Record<string, unknown>>;

/** ASY-2002 at a path of the row. */
export const invalid = (path: string, reason: string): AssayError => new AssayError('ASY-2002', { path, reason });

/** ASY-2002 with the first fault a schema found; says where and what was wanted, never the value itself. */
export const fromZod = (error: z.ZodError, prefix = ''): AssayError => {
  const issue = deepest(error.issues[0]);
  return invalid(
    [prefix, ...(issue?.path ?? [])].filter((part) => part !== '').join('.') || 'row',
    issue?.message ?? 'not valid',
  );
};

/** A union's fault is that of the option that came furthest: `responses.0.text` says more than `Invalid input`. */
const deepest = (issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined => {
  if (issue?.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0];
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
};

/** The row as an object; own keys only are ever looked at. */
export const asRow = (value: unknown): Row => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw invalid('row', 'must be an object');
  return value as Row;
};

/** The field's value, or undefined when the row has no such field of its own, or null in it. */
export const field = (row: Row, name: string): unknown =>
  Object.hasOwn(row, name) ? (row[name] ?? undefined) : undefined;

/** A field that must be there (ASY-2003). */
export const need = (row: Row, name: string): unknown => {
  const value = field(row, name);
  if (value === undefined) throw new AssayError('ASY-2003', { column: name });
  return value;
};

export const needText = (row: Row, name: string): string => {
  const value = need(row, name);
  if (typeof value !== 'string') throw invalid(name, 'must be text');
  return value;
};

/** Text, or a number or boolean as text: ids and names of models are often numbers. Empty is absent. */
export const optionalText = (row: Row, name: string | undefined): string | null => {
  const value = name === undefined ? undefined : field(row, name);
  if (value === undefined || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalid(name ?? '', 'must be text or a number');
};

export const optionalLanguage = (row: Row, name: string | undefined): string | null => {
  const text = optionalText(row, name);
  if (text !== null && !Language.safeParse(text).success)
    throw invalid(name ?? 'language', 'not a BCP-47 language tag');
  return text;
};

/** A finite number, also as text (CSV). */
export const asNumber = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
};

const Messages = z.array(Message).min(1);

/** A prompt as text (one user message) or as messages. */
export const asPrompt = (value: unknown, name: string): Message[] => {
  if (typeof value === 'string') return [{ role: 'user', content: value }];
  const parsed = Messages.safeParse(value);
  if (!parsed.success) throw fromZod(parsed.error, name);
  return parsed.data;
};

/** Throws ASY-2002 when a statement names responses the item does not have. */
export const checkStatement = (statement: Statement, responses: number, path: string): void => {
  const { task, value } = statement;
  if (task === 'pairwise' && responses !== 2)
    throw invalid(`${path}.task`, `pairwise needs 2 responses, the row has ${responses}`);
  if (task === 'ranking' && value.ranks.length !== responses)
    throw invalid(`${path}.value.ranks`, `needs one rank for each of ${responses} responses`);
  if (task === 'keywords' && value.words.length !== value.misaligned.length)
    throw invalid(`${path}.value.misaligned`, `needs one value for each of ${value.words.length} words`);
  if ('response' in value && value.response >= responses)
    throw invalid(`${path}.value.response`, `is ${value.response}, the row has ${responses} responses`);
};
