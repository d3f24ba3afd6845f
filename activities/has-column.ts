import type { Shard, TableRef } from '../schemas/table.ts';
import type { TableStore } from './ports.ts';

/** Whether rows have a column: tables of before it was thought of do not. */
export const hasColumn = async (
  tables: TableStore,
  rows: readonly Shard[] | TableRef,
  name: string,
): Promise<boolean> => {
  const sql = 'SELECT column_name AS name FROM (DESCRIBE SELECT * FROM {rows})';
  for await (const column of tables.query<{ name: string }>(sql, { rows })) if (column.name === name) return true;
  return false;
};
