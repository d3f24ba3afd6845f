/** Rows of one file held against a trainer's contract: each by itself, against the first, and all together. */
import { CONTRACT_ERRORS } from '../../../schemas/contract-errors.ts';
import type { ExportFormat } from '../../../schemas/pipeline.ts';
import { type Breach, breach, type Row } from './breach.ts';
import { CONTRACTS } from './contracts.ts';
import { formOf } from './said.ts';

export interface ContractCheck {
  /** What is wrong with the next row, or null. */
  readonly see: (row: Row) => Breach | null;
  /** What is wrong with the rows seen, or null. */
  readonly end: () => Breach | null;
}

const shapeOf = (row: Row, said: readonly string[]): string =>
  Object.keys(row)
    .sort()
    .map((name) => (said.includes(name) ? `${name} (${formOf(row[name])})` : name))
    .join(', ');

/** Columns that a trainer joins must be all texts or all turns. */
const formsFault = (row: Row, said: readonly string[]): Breach | null => {
  const given = said.filter((name) => row[name] !== undefined);
  const texts = given.filter((name) => typeof row[name] === 'string');
  const other = given.find((name) => !texts.includes(name));
  return texts[0] === undefined || other === undefined
    ? null
    : breach('ASY-6114', `${texts[0]} is a text, ${other} is turns`);
};

/** The checks of a format; null for one that no trainer reads. */
export const createContractCheck = (format: ExportFormat): ContractCheck | null => {
  const contract = CONTRACTS[format];
  if (contract === undefined) return null;
  const { said, both } = contract;
  let first: string | null = null;
  const seen = new Set<unknown>();
  return {
    see(row) {
      const shape = shapeOf(row, said);
      first ??= shape;
      if (both !== undefined) seen.add(row[both]);
      return (
        contract.row(row) ??
        formsFault(row, said) ??
        (shape === first ? null : breach('ASY-6114', `it has ${shape}; the first row has ${first}`))
      );
    },
    end: () =>
      both !== undefined && seen.size === 1
        ? breach('ASY-6110', `every ${both} is ${String([...seen][0])}: there is nothing to tell apart`)
        : null,
  };
};

/** Formats that have a contract. */
export const CHECKED_FORMATS = Object.keys(CONTRACTS) as ExportFormat[];

export interface FileFault extends Breach {
  /** Counted from 1; null where all rows together are at fault. */
  readonly row: number | null;
  /** The way out. */
  readonly fix: string;
}

export interface FileVerdict {
  readonly rows: number;
  /** Rows at fault, and the file itself where it is. */
  readonly broken: number;
  /** The first of them. */
  readonly faults: readonly FileFault[];
}

/** Faults told one by one. */
const TOLD = 100;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Holds rows of a file that somebody wrote against a format's contract; `row` is where each stands. */
export const checkRows = async (
  format: ExportFormat,
  rows: AsyncIterable<{ readonly row: number; readonly value: unknown }>,
): Promise<FileVerdict> => {
  const check = createContractCheck(format);
  const faults: FileFault[] = [];
  let [seen, broken] = [0, 0];
  const tell = (row: number | null, found: Breach | null): void => {
    if (found === null) return;
    if (++broken <= TOLD) faults.push({ row, ...found, fix: CONTRACT_ERRORS[found.code].fix });
  };
  for await (const { row, value } of rows) {
    seen++;
    tell(row, isRow(value) ? (check?.see(value) ?? null) : breach('ASY-6102', 'the row is no object'));
  }
  tell(null, check?.end() ?? null);
  return { rows: seen, broken, faults };
};
