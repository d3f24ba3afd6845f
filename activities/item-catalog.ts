import { Annotation } from '../schemas/annotation.ts';
import { AssayError } from '../schemas/errors.ts';
import { Item } from '../schemas/item.ts';
import type { TableStore } from './ports.ts';
import { literal } from './shards.ts';

/** One item of a drop (by its id or its producer's id) with the annotations its drop brought. Throws ASY-1001, ASY-6004. */
export const findItem = async (
  tables: TableStore,
  drop: string,
  id: string,
): Promise<{ item: Item; annotations: Annotation[] }> => {
  const items = await tables.find('items', drop);
  if (items === null) throw new AssayError('ASY-1001', { drop });
  if (/\p{Cc}/u.test(id)) throw new AssayError('ASY-6004', { item: JSON.stringify(id), dataset: drop });
  const wanted = literal(id);
  const sql = `SELECT * FROM {items} WHERE id = ${wanted} OR "externalId" = ${wanted} ORDER BY id LIMIT 1`;
  for await (const row of tables.query(sql, { items })) {
    const item = Item.parse(row);
    return { item, annotations: await annotationsOf(tables, drop, item.id) };
  }
  throw new AssayError('ASY-6004', { item: id, dataset: drop });
};

const annotationsOf = async (tables: TableStore, drop: string, item: string): Promise<Annotation[]> => {
  const annotations = await tables.find('annotations', drop);
  if (annotations === null || annotations.rows === 0) return [];
  const found: Annotation[] = [];
  for await (const row of tables.query(`SELECT * FROM {annotations} WHERE item = '${item}' ORDER BY id`, {
    annotations,
  })) {
    found.push(Annotation.parse(row));
  }
  return found;
};
