import { Annotation } from '../schemas/annotation.ts';
import { AssayError } from '../schemas/errors.ts';
import { Item } from '../schemas/item.ts';
import type { TableStore } from './ports.ts';

/** One item of a drop (by its id or its producer's id) with the annotations its drop brought. Throws ASY-1001, ASY-6004. */
export const findItem = async (
  tables: TableStore,
  drop: string,
  id: string,
): Promise<{ item: Item; annotations: Annotation[] }> => {
  const items = await tables.find('items', drop);
  if (items === null) throw new AssayError('ASY-1001', { drop });
  const literal = `'${id.replaceAll("'", "''")}'`;
  for await (const row of tables.query<{ json: string }>(
    `SELECT to_json(i) AS json FROM {items} i WHERE id = ${literal} OR "externalId" = ${literal} LIMIT 1`,
    { items },
  )) {
    const item = Item.parse(typeof row.json === 'string' ? JSON.parse(row.json) : row.json);
    return { item, annotations: await annotationsOf(tables, drop, item.id) };
  }
  throw new AssayError('ASY-6004', { item: id, dataset: drop });
};

const annotationsOf = async (tables: TableStore, drop: string, item: string): Promise<Annotation[]> => {
  const annotations = await tables.find('annotations', drop);
  if (annotations === null || annotations.rows === 0) return [];
  const found: Annotation[] = [];
  for await (const row of tables.query<{ json: string }>(
    `SELECT to_json(a) AS json FROM {annotations} a WHERE item = '${item}' ORDER BY id`,
    { annotations },
  )) {
    found.push(Annotation.parse(typeof row.json === 'string' ? JSON.parse(row.json) : row.json));
  }
  return found;
};
