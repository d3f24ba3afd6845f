import type { DropManifest } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import { FORMAT_RULES } from './importers/index.ts';
import { UNKNOWN_SOURCE } from './item-builder.ts';
import type { TableStore } from './ports.ts';
import type { UnitReceipt } from './unit-sink.ts';

/** What is wrong only when units are looked at together. Places are `placeOf` keys. */
export interface CrossFaults {
  /** Rows that go to quarantine. */
  readonly rows: ReadonlyMap<string, AssayError>;
  /** Items that an earlier row of the same item stands for; their rows are fine. */
  readonly merged: ReadonlySet<string>;
  /** Units that hold such rows. */
  readonly units: ReadonlySet<number>;
}

export const placeOf = ({ file, row }: { readonly file: string; readonly row: number }): string => `${row}\n${file}`;

interface Hit {
  readonly id: string;
  readonly external: string | null;
  readonly file: string;
  readonly row: number;
  readonly unit: number;
}

/** Item ids, and votes of one person on one item, that several units have; the first in file order wins. */
export const crossFaults = async (
  tables: TableStore,
  manifest: DropManifest,
  receipts: readonly UnitReceipt[],
): Promise<CrossFaults> => {
  const { merges } = FORMAT_RULES[manifest.format];
  const rows = new Map<string, AssayError>();
  const merged = new Set<string>();
  const units = new Set<number>();
  const later = async (table: 'items' | 'annotations', key: string, columns: string): Promise<Hit[]> => {
    const parts = receipts.flatMap((receipt, unit) =>
      receipt[table].length === 0 ? [] : [{ unit, shards: receipt[table] }],
    );
    if (parts.length < 2) return [];
    // Most drops have none: one count tells, before units are told apart.
    const counted = `SELECT count(*) - count(DISTINCT (${key})) AS n FROM (SELECT ${columns} FROM {all})`;
    const [clashes] = await Array.fromAsync(
      tables.query<{ n: number }>(counted, { all: parts.flatMap(({ shards: of }) => of) }),
    );
    if (clashes?.n === 0) return [];
    const shards = Object.fromEntries(parts.map(({ unit, shards: of }) => [`u${unit}`, of]));
    const all = parts.map(
      ({ unit }) => `SELECT ${unit} AS unit, ${columns}, origin.file AS file, origin.row AS row FROM {u${unit}}`,
    );
    const sql = `SELECT * FROM (${all.join(' UNION ALL ')}) QUALIFY min(unit) OVER (PARTITION BY ${key}) < unit ORDER BY unit, row`;
    return Array.fromAsync(tables.query<Hit>(sql, shards));
  };
  for (const hit of await later('items', 'id', 'id, "externalId" AS external')) {
    if (merges) merged.add(placeOf(hit));
    else {
      rows.set(placeOf(hit), new AssayError('ASY-2004', { id: hit.external }));
      units.add(hit.unit);
    }
  }
  if (merges) {
    const columns = `item AS id, item AS external, source.kind || ' ' || CASE WHEN starts_with(source.id, '${UNKNOWN_SOURCE}') THEN id ELSE source.id END AS voter, task, value->>'response' AS response`;
    for (const hit of await later('annotations', 'id, voter, task, response', columns)) {
      rows.set(placeOf(hit), new AssayError('ASY-2008', { id: hit.external }));
      units.add(hit.unit);
    }
  }
  return { rows, merged, units };
};
