/** What the tables of a dataset's lineage hold on one item: its votes, labels and scores. */
import type { Annotation } from '../../schemas/annotation.ts';
import type { Label } from '../../schemas/label.ts';
import type { Lineage } from '../../schemas/lineage.ts';
import type { Score } from '../../schemas/score.ts';
import type { TableStore } from '../ports.ts';
import { literal, shardsOf } from '../shards.ts';

/** One source's statement, with the line it came from. */
export type Vote = Pick<Annotation, 'id' | 'task' | 'value' | 'source' | 'guideline' | 'at' | 'ruling' | 'origin'>;

/** A table of before there were times and rulings has no column for them. */
type Stored = Omit<Vote, 'at' | 'ruling'> & Partial<Pick<Vote, 'at' | 'ruling'>>;

export const labelsOf = (tables: TableStore, { tables: { labels } }: Lineage, item: string): Promise<Label[]> =>
  Array.fromAsync(
    tables.query<Label>(`SELECT * FROM {labels} WHERE item = ${literal(item)} ORDER BY task, response, aspect`, {
      labels,
    }),
  );

export const scoresOf = async (tables: TableStore, { tables: { scores } }: Lineage, item: string): Promise<Score[]> =>
  scores === null
    ? []
    : Array.fromAsync(
        tables.query<Score>(`SELECT * FROM {scores} WHERE item = ${literal(item)} ORDER BY response, aspect`, {
          scores,
        }),
      );

export const votesOf = async (tables: TableStore, { tables: from }: Lineage, item: string): Promise<Vote[]> => {
  const annotations = await shardsOf(tables, from.annotations);
  if (annotations.length === 0) return [];
  const rows = tables.query<Stored>(`SELECT * FROM {annotations} WHERE item = ${literal(item)} ORDER BY id`, {
    annotations,
  });
  return Array.fromAsync(rows, ({ id, task, value, source, guideline, at = null, ruling = false, origin }) => {
    return { id, task, value, source, guideline, at, ruling, origin } as Vote;
  });
};
