import { byText } from '../order.ts';
import { paretoFronts } from '../pareto.ts';

export interface Weighed {
  readonly id: string;
  /** Larger is better, one each in the same order for every row. */
  readonly objectives: readonly number[];
}

/** Crowding distance of each row of a front (Deb et al. 2002): how far apart its neighbours are, over objectives; Infinity at an end. */
const crowding = (front: readonly Weighed[]): Map<string, number> => {
  const distances = new Map(front.map(({ id }) => [id, 0]));
  const k = front[0]?.objectives.length ?? 0;
  for (let objective = 0; objective < k; objective++) {
    const value = (row: Weighed | undefined) => row?.objectives[objective] ?? 0;
    const order = front.toSorted((a, b) => value(a) - value(b) || byText(a.id, b.id));
    const range = value(order.at(-1)) - value(order[0]);
    for (const [i, { id }] of order.entries()) {
      const end = i === 0 || i === order.length - 1;
      const gap = end ? Infinity : range === 0 ? 0 : (value(order[i + 1]) - value(order[i - 1])) / range;
      distances.set(id, (distances.get(id) ?? 0) + gap);
    }
  }
  return distances;
};

/**
 * Up to `size` rows by Pareto rank: whole fronts while they fit, then of the next the most spread out (NSGA-II's crowding
 * distance), ties by id. Throws ASY-5005 for an objective that is no number.
 */
export const paretoSelect = <R extends Weighed>(rows: readonly R[], size: number): R[] => {
  const known = rows.toSorted((a, b) => byText(a.id, b.id));
  const selected: R[] = [];
  for (const front of paretoFronts(known.map(({ objectives }) => objectives))) {
    const members = front.flatMap((index) => known[index] ?? []);
    const distances = crowding(members);
    const spread = (row: R) => distances.get(row.id) ?? 0;
    const order = members.sort((a, b) =>
      spread(a) === spread(b) ? byText(a.id, b.id) : spread(a) < spread(b) ? 1 : -1,
    );
    selected.push(...order.slice(0, size - selected.length));
    if (selected.length >= size) break;
  }
  return selected;
};
