/** The best rows under quotas, exactly: floors and caps on values of several attributes at once (S112). */
import { byText } from '../order.ts';
import { type Constraint, maximise } from './program.ts';
import { ranked, type Scored } from './ranking.ts';

export interface Attributed extends Scored {
  /** Values by attribute; a row may have several of one (its annotators). */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** How many selected rows have a value: at least `floor`, at most `cap`. */
export interface Quota {
  readonly attribute: string;
  readonly value: string;
  readonly floor?: number;
  readonly cap?: number;
}

/** A demand that cannot be met; `attribute` and `value` are null for the size itself. */
export interface Shortfall {
  readonly attribute: string | null;
  readonly value: string | null;
  readonly asked: number;
  readonly missing: number;
}

export type QuotaOutcome<R> =
  | { readonly feasible: true; readonly rows: readonly R[] }
  | { readonly feasible: false; readonly missing: readonly Shortfall[] };

/** Indices of the watched values that a row has, rising. */
export const watchedBy = (
  { attributes }: Attributed,
  watched: readonly Pick<Quota, 'attribute' | 'value'>[],
): number[] =>
  watched.flatMap(({ attribute, value }, index) => (attributes[attribute]?.includes(value) === true ? [index] : []));

/** Rows that no quota tells apart, best first. */
interface Cell<R> {
  readonly rows: readonly R[];
  /** The quotas that count them, by index. */
  readonly has: ReadonlySet<number>;
}

/** Cells in an order that does not depend on the rows'. */
const cellsOf = <R extends Attributed>(rows: readonly R[], quotas: readonly Quota[]): Cell<R>[] =>
  [...Map.groupBy(ranked(rows), (row) => watchedBy(row, quotas).join(' '))]
    .sort(([a], [b]) => byText(a, b))
    .map(([key, members]) => ({ rows: members, has: new Set(key === '' ? [] : key.split(' ').map(Number)) }));

const quotaConstraints = (
  quotas: readonly Quota[],
  columns: readonly { readonly has: ReadonlySet<number> }[],
): Constraint[] =>
  quotas.map(({ floor = 0, cap = Infinity }, q) => ({
    low: floor,
    high: cap,
    terms: columns.flatMap(({ has }, column) => (has.has(q) ? [{ column, weight: 1 }] : [])),
  }));

/** The demands that must give way, and by how little: the smallest total shortfall, all caps held. */
const shortfalls = async <R>(
  cells: readonly Cell<R>[],
  size: number,
  quotas: readonly Quota[],
): Promise<Shortfall[]> => {
  const demands = [
    { attribute: null, value: null, asked: size },
    ...quotas.map(({ attribute, value, floor = 0 }) => ({ attribute, value, asked: floor })),
  ];
  const counts = quotaConstraints(quotas, cells);
  const everything = cells.map((_, column) => ({ column, weight: 1 }));
  const slack = (demand: number) => ({ column: cells.length + demand, weight: 1 });
  const solution = await maximise({
    most: [...cells.map(({ rows }) => rows.length), ...demands.map(({ asked }) => asked)],
    worth: [...cells.map(() => 0), ...demands.map(() => -1)],
    constraints: [
      { low: size, high: size, terms: [...everything, slack(0)] },
      ...counts.map(({ low, terms }, q) => ({ low, high: Infinity, terms: [...terms, slack(q + 1)] })),
      ...counts.map(({ high, terms }) => ({ low: 0, high, terms })),
    ],
  });
  return demands.flatMap((demand, d) => {
    const missing = solution?.[cells.length + d] ?? 0;
    return missing > 0 ? [{ ...demand, missing }] : [];
  });
};

/**
 * Exactly `size` rows of largest summed score among all choices that keep every floor and cap; best first. Rows that no quota
 * tells apart are taken by score, then id. Where no choice keeps them, the floors (or the size) that must give way, with how much
 * is missing at the least. Throws ASY-5005 for a score that is not finite, RangeError for a quota that is no whole number.
 */
export const selectByQuotas = async <R extends Attributed>(
  rows: readonly R[],
  size: number,
  quotas: readonly Quota[],
): Promise<QuotaOutcome<R>> => {
  for (const count of [size, ...quotas.flatMap(({ floor = 0, cap = 0 }) => [floor, cap])])
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} rows cannot be asked for`);
  const cells = cellsOf(rows, quotas);
  const columns = cells.flatMap(({ rows: members, has }) => members.slice(0, size).map((row) => ({ row, has })));
  // With the lowest score as zero the sum differs by a constant (the size is fixed), and small differences weigh more.
  const lowest = columns.reduce((least, { row }) => Math.min(least, row.score), Infinity);
  const solution = await maximise({
    most: columns.map(() => 1),
    worth: columns.map(({ row }) => row.score - lowest),
    constraints: [
      { low: size, high: size, terms: columns.map((_, column) => ({ column, weight: 1 })) },
      ...quotaConstraints(quotas, columns),
    ],
  });
  if (solution === null) return { feasible: false, missing: await shortfalls(cells, size, quotas) };
  // Of equal rows in a cell the solver may take any: how many it took decides, and rank which.
  const taken = new Map<ReadonlySet<number>, number>();
  for (const [column, { has }] of columns.entries()) taken.set(has, (taken.get(has) ?? 0) + (solution[column] ?? 0));
  return {
    feasible: true,
    rows: ranked(cells.flatMap(({ rows: members, has }) => members.slice(0, taken.get(has) ?? 0))),
  };
};
