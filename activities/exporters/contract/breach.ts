import type { CONTRACT_ERRORS } from '../../../schemas/contract-errors.ts';

/** How a row breaks a trainer's contract: a code of the catalogue, and what is wrong with this row. */
export interface Breach {
  readonly code: keyof typeof CONTRACT_ERRORS;
  readonly reason: string;
}

/** A row as a trainer loads it, whoever wrote it. */
export type Row = Readonly<Record<string, unknown>>;

export type Rule = (row: Row) => Breach | null;

export const breach = (code: Breach['code'], reason: string): Breach => ({ code, reason });

/** The rules in their order; the first breach counts. */
export const all =
  (...rules: readonly Rule[]): Rule =>
  (row) => {
    for (const rule of rules) {
      const found = rule(row);
      if (found !== null) return found;
    }
    return null;
  };
