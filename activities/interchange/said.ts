/** What a drop's items are and what has been said of them, from all tables of its run, item by item. */
import type { Annotation, Task } from '../../schemas/annotation.ts';
import { AssayError } from '../../schemas/errors.ts';
import { Item } from '../../schemas/item.ts';
import type { TableRef } from '../../schemas/table.ts';
import { byItem, roundOf } from '../annotations-by-item.ts';
import type { TableStore } from '../ports.ts';
import { statementSlot } from './answers.ts';

export interface Said {
  readonly item: Item;
  readonly annotations: readonly Annotation[];
}

/** The drop's own annotations, then those of each round in which people were asked. Throws ASY-1001 where it was never ingested. */
export const tablesOf = async (
  tables: TableStore,
  drop: string,
): Promise<{ readonly items: TableRef; readonly annotations: readonly TableRef[] }> => {
  const items = await tables.find('items', drop);
  const own = await tables.find('annotations', drop);
  if (items === null || own === null) throw new AssayError('ASY-1001', { drop });
  const annotations = [own];
  for (let round = 1; ; round++) {
    const votes = await tables.find('annotations', `${drop}-r${round}`);
    if (votes === null) return { items, annotations };
    annotations.push(votes);
  }
};

/** Without what a source took back: of its statements in one place, those of its last round. */
export const latest = (annotations: readonly Annotation[]): Annotation[] => {
  const last = new Map<string, number>();
  const placed = annotations.map((annotation) => {
    const key = `${annotation.source.kind}:${annotation.source.id}\n${statementSlot(annotation)}`;
    last.set(key, Math.max(last.get(key) ?? 0, roundOf(annotation)));
    return { annotation, key };
  });
  return placed
    .filter(({ annotation, key }) => roundOf(annotation) === last.get(key))
    .map(({ annotation }) => annotation);
};

/** What had been said by a time, in milliseconds since 1970: later statements, and what they take back, are as if nobody had made them. */
const heldAt = <A extends Annotation>(annotations: readonly A[], asOf: number): A[] =>
  annotations.filter(({ at }) => at === null || at <= asOf);

/**
 * Items by id, each with its annotations by id (of the tasks named, else of all), as they stand or stood at `asOf`; streamed. What
 * states no time came with the drop, and stands at any.
 */
export async function* saidOf(
  tables: TableStore,
  { items, annotations }: Awaited<ReturnType<typeof tablesOf>>,
  tasks: readonly Task[] | null,
  asOf = Number.POSITIVE_INFINITY,
): AsyncGenerator<Said> {
  const groups = byItem(tables, items, annotations, tasks);
  try {
    let group = await groups.next();
    for await (const row of tables.query('SELECT * FROM {items} ORDER BY id', { items })) {
      const item = Item.parse(row);
      const own = group.done !== true && group.value[0]?.item === item.id ? group.value : null;
      yield { item, annotations: own === null ? [] : latest(heldAt(own, asOf)) };
      if (own !== null) group = await groups.next();
    }
  } finally {
    await groups.return(undefined);
  }
}
