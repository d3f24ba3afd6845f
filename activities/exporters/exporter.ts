import type { z } from 'zod';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { Message } from '../../schemas/item.ts';
import type { ExportFormat } from '../../schemas/pipeline.ts';

/** What an exporter may know besides the row. */
export interface ExportContext {
  /** Ends of the rating scale; null where nothing was rated. */
  readonly scale: { readonly min: number; readonly max: number } | null;
}

/** What one dataset row becomes: rows of the export, or the reason it has none. */
export type Exported<T> = { readonly rows: readonly T[] } | { readonly leftOut: string };

/** One format: pure, row by row. */
export interface Exporter<T = unknown> {
  readonly format: ExportFormat;
  readonly encoding: 'jsonl' | 'parquet';
  /** Columns, all of them in every row. */
  readonly schema: z.ZodType<T>;
  /** What a dataset must have, for the message of ASY-6002. */
  readonly needs: string;
  /** Whether a dataset without any row of this format may still be exported. */
  readonly always: boolean;
  readonly rowsOf: (row: DatasetRow, context: ExportContext) => Exported<T>;
  /** Why a row breaks the trainer's contract, or null. */
  readonly check: (row: T) => string | null;
}

/** One turn as TRL and chat templates take it. */
export interface Turn {
  readonly role: Message['role'];
  readonly content: string;
}

export const leftOut = (reason: string): { leftOut: string } => ({ leftOut: reason });

/** A response's text as the one turn of a completion; null where there is none. */
export const completionOf = (row: DatasetRow, index: number | null): Turn[] | null => {
  const text = index === null ? null : row.responses[index]?.text;
  return text == null || text.trim() === '' ? null : [{ role: 'assistant', content: text }];
};

const ROLES: ReadonlySet<string> = new Set(Message.shape.role.options);

/** Why the prompt cannot be completed by a model, or null: it must end with the user's turn, and a system turn can only be first. */
export const promptFault = (prompt: readonly Turn[]): string | null => {
  if (prompt.length === 0) return 'the prompt is empty';
  if (prompt.at(-1)?.role !== 'user') return 'the prompt does not end with a user turn';
  if (prompt.some(({ role }) => !ROLES.has(role))) return 'a turn of the prompt has no known role';
  if (prompt.some(({ content }) => content.trim() === '')) return 'a turn of the prompt is empty';
  if (prompt.some(({ role }, turn) => role === 'system' && turn > 0)) return 'a system turn is not the first';
  return null;
};

/** Why these turns are no completion, or null. */
export const completionFault = (name: string, turns: readonly Turn[]): string | null => {
  const [only] = turns;
  if (only === undefined || turns.length > 1) return `${name} has ${turns.length} turns, not one`;
  if (only.role !== 'assistant') return `${name} is said by ${only.role}`;
  return only.content.trim() === '' ? `${name} is empty` : null;
};

/** The prompt with nothing but role and content, in that order. */
export const turnsOf = (prompt: readonly Message[]): Turn[] => prompt.map(({ role, content }) => ({ role, content }));
