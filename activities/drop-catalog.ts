/** Which drops there are, and what could not be used of one. */
import { DropManifest } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import { dropOfManifestKey, keys } from '../schemas/keys.ts';
import type { QuarantineRow } from '../schemas/quarantine.ts';
import type { ObjectStore, TableStore } from './ports.ts';

/** The manifest of every drop in the bucket, by name; one that cannot be read is left to its run to refuse. */
export const listDrops = async (objects: ObjectStore): Promise<DropManifest[]> => {
  const drops: DropManifest[] = [];
  for await (const { key } of objects.list(keys.dropsPrefix())) {
    if (dropOfManifestKey(key) === null) continue;
    const manifest = parse((await objects.get(key)).toString('utf8'));
    if (manifest !== null) drops.push(manifest);
  }
  return drops.sort((a, b) => (a.name < b.name ? -1 : 1));
};

const parse = (text: string): DropManifest | null => {
  try {
    return DropManifest.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};

export type QuarantinedRow = Pick<QuarantineRow, 'file' | 'row' | 'code' | 'message'>;

/** What `assay drop quarantine` prints: by file and row. Throws ASY-1001 where the drop was never ingested. */
export const quarantineOf = async (tables: TableStore, drop: string): Promise<{ rows: QuarantinedRow[] }> => {
  const quarantine = await tables.find('quarantine', drop);
  if (quarantine === null) throw new AssayError('ASY-1001', { drop });
  const rows: QuarantinedRow[] = [];
  if (quarantine.rows === 0) return { rows };
  const sql = 'SELECT file, "row", code, message FROM {quarantine} ORDER BY file, "row", code';
  for await (const row of tables.query<QuarantinedRow>(sql, { quarantine })) rows.push(row);
  return { rows };
};
