/** What labels say beyond a verdict: how strong a preference is, and which steps of a response are right. */
import type { DatasetRow } from '../../schemas/dataset.ts';
import type { Shard, TableRef } from '../../schemas/table.ts';
import type { TableStore } from '../ports.ts';

export type Stated = Pick<DatasetRow, 'strength' | 'steps'>;

export const NOTHING_STATED: Stated = { strength: null, steps: null };

const STATED = `task IN ('pairwise', 'steps') AND value IS NOT NULL`;

/** Whether any label states one of them: only then are labels read again beside the rows. */
export const statesAny = async (tables: TableStore, labels: TableRef): Promise<boolean> => {
  for await (const _ of tables.query(`SELECT 1 AS one FROM {labels} WHERE ${STATED} LIMIT 1`, { labels })) return true;
  return false;
};

interface StatedLabel {
  readonly item: string;
  readonly task: 'pairwise' | 'steps';
  readonly response: number | null;
  readonly step: number | null;
  readonly value: number;
}

/** The labels of one item's steps by response, as far as they follow one another from the first. */
const stepsOf = (labels: readonly StatedLabel[]): number[][] => {
  const steps: number[][] = [];
  for (const { response, step, value } of labels) {
    const at = response ?? 0;
    while (steps.length <= at) steps.push([]);
    if (step === steps[at]?.length) steps[at]?.push(value);
  }
  return steps;
};

/** What is stated of the items named, by item. */
export const statedFor = async (tables: TableStore, items: Shard, labels: TableRef): Promise<Map<string, Stated>> => {
  const sql = `SELECT l.item, l.task, l.response, TRY_CAST(l.aspect AS INTEGER) AS step, l.value
    FROM {labels} l SEMI JOIN {items} i ON l.item = i.id WHERE ${STATED} ORDER BY l.item, l.response, step`;
  const found = new Map<string, StatedLabel[]>();
  for await (const label of tables.query<StatedLabel>(sql, { labels, items: [items] }))
    found.set(label.item, [...(found.get(label.item) ?? []), label]);
  return new Map(
    [...found].map(([item, all]) => {
      const steps = all.filter(({ task }) => task === 'steps');
      return [
        item,
        {
          strength: all.find(({ task }) => task === 'pairwise')?.value ?? null,
          steps: steps.length === 0 ? null : stepsOf(steps),
        },
      ];
    }),
  );
};
