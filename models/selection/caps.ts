/** Caps on shares of a set: how much of it a model may have labelled, or any one annotator or vendor. */
import { byText } from '../order.ts';
import { type Attributed, type Quota, watchedBy } from './quotas.ts';
import { ranked } from './ranking.ts';

export interface ShareCap {
  readonly attribute: string;
  /** Null: each value of the attribute (every annotator). */
  readonly value: string | null;
  /** Between 0 and 1, of the rows that stay. */
  readonly most: number;
}

/** Caps on every value there is, one each. */
const spelled = (
  rows: readonly Attributed[],
  caps: readonly ShareCap[],
): (Pick<Quota, 'attribute' | 'value'> & Pick<ShareCap, 'most'>)[] =>
  caps.flatMap(({ attribute, value, most }) => {
    if (value !== null) return [{ attribute, value, most }];
    const values = new Set(rows.flatMap(({ attributes }) => attributes[attribute] ?? []));
    return [...values].sort(byText).map((one) => ({ attribute, value: one, most }));
  });

interface Cell<R> {
  /** Caps that count its rows, by index. */
  readonly has: readonly number[];
  /** Best first. */
  readonly rows: R[];
}

/**
 * Rows that keep every cap on the share of what stays, best first. While a share is over its cap, a row goes: of those that count
 * towards a broken cap, the one whose shares are furthest over in sum, of equal ones the worst. Where no row counts towards two
 * caps, no larger set keeps them; else the set is only one to which no single row could be added. A cap that nobody can keep (two
 * annotators at most 30 % each) leaves nothing. Ties go by id. Throws ASY-5005 for a score that is not finite.
 */
export const capShares = <R extends Attributed>(rows: readonly R[], caps: readonly ShareCap[]): R[] => {
  const each = spelled(rows, caps);
  const groups = [...Map.groupBy(ranked(rows), (row) => watchedBy(row, each).join(' '))];
  const cells = groups
    .sort(([a], [b]) => byText(a, b))
    .map(([key, members]): Cell<R> => ({ has: key === '' ? [] : key.split(' ').map(Number), rows: members }));
  const counts = each.map((_, cap) =>
    cells.reduce((n, cell) => n + (cell.has.includes(cap) ? cell.rows.length : 0), 0),
  );
  let size = rows.length;
  const count = (cell: Cell<R>, change: 1 | -1): void => {
    size += change;
    for (const cap of cell.has) counts[cap] = (counts[cap] ?? 0) + change;
  };
  const over = new Float64Array(each.length);
  /** Recounts by how many rows each cap is passed; whether any is. Products such as 0.07 · 100 come out a little too small. */
  const anyBroken = (): boolean => {
    for (const [cap, { most }] of each.entries()) over[cap] = (counts[cap] ?? 0) - most * size - 1e-9;
    return over.some((rows) => rows > 0);
  };
  let out: { readonly cell: Cell<R>; readonly row: R }[] = [];
  while (anyBroken()) {
    let [worst, most, least] = [cells[0], -Infinity, Infinity];
    for (const cell of cells) {
      const score = cell.rows.at(-1)?.score;
      if (score === undefined || !cell.has.some((cap) => (over[cap] ?? 0) > 0)) continue;
      const sum = cell.has.reduce((rows, cap) => rows + (over[cap] ?? 0), 0);
      if (sum > most || (sum === most && score < least)) [worst, most, least] = [cell, sum, score];
    }
    const row = worst?.rows.pop();
    if (worst === undefined || row === undefined) break;
    out.push({ cell: worst, row });
    count(worst, -1);
  }
  const back: R[] = [];
  out.sort((a, b) => b.row.score - a.row.score || byText(a.row.id, b.row.id));
  // A row that comes back makes room for others.
  for (let known = -1; known < back.length; ) {
    known = back.length;
    out = out.filter(({ cell, row }) => {
      count(cell, 1);
      if (!anyBroken()) {
        back.push(row);
        return false;
      }
      count(cell, -1);
      return true;
    });
  }
  return ranked([...cells.flatMap((cell) => cell.rows), ...back]);
};
