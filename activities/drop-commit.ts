import { z } from 'zod';
import { Annotation } from '../schemas/annotation.ts';
import { AssayError } from '../schemas/errors.ts';
import { Item } from '../schemas/item.ts';
import { keys } from '../schemas/keys.ts';
import { QuarantineRow } from '../schemas/quarantine.ts';
import type { Shard, TableName } from '../schemas/table.ts';
import type { IngestActivities } from './contract.ts';
import { type CrossFaults, crossFaults, placeOf } from './cross-faults.ts';
import { fileFault, isBeside, MEDIA, type Plan, type Unit } from './drop-plan.ts';
import type { RowSchema } from './ports.ts';
import { badFile, badRow } from './quarantine.ts';
import { type RowSource, rowsOf } from './unit-rows.ts';
import type { UnitReceipt } from './unit-sink.ts';

export interface CommitInput {
  readonly plan: Plan;
  readonly receipts: readonly UnitReceipt[];
  readonly source: RowSource;
  /** A unit's plan, to read its rows again. */
  readonly unitOf: (unit: number) => Promise<Unit>;
  readonly beat: () => void;
}

const Place = z.object({ origin: Item.shape.origin });

/** Takes out what only shows across units, commits the three tables as partition `<drop>` and proves the counts (ASY-3006). */
export const commit = async (input: CommitInput): Promise<Awaited<ReturnType<IngestActivities['commitDrop']>>> => {
  const { plan, receipts, source } = input;
  const drop = plan.manifest.name;
  const { tables } = source;
  const faults = await crossFaults(tables, plan.manifest, receipts);
  const out = (row: { origin: Item['origin'] }) => faults.rows.has(placeOf(row.origin));
  const items = await without(
    input,
    'items',
    Item,
    (row) => out(row) || faults.merged.has(placeOf(row.origin)),
    faults,
  );
  const annotations = await without(input, 'annotations', Annotation, out, faults);
  const quarantine = await quarantined(input, faults);
  const unnamed = await unnamedMedia(input);
  if (unnamed.length > 0) quarantine.push(await tables.writeShard('quarantine', QuarantineRow, unnamed));

  const refs = {
    quarantine: await commitShards('quarantine', QuarantineRow, quarantine),
    annotations: await commitShards('annotations', Annotation, annotations),
    items: await commitShards('items', Item, items),
  };
  async function commitShards(table: TableName, schema: RowSchema, shards: readonly Shard[]) {
    // A table without rows has a shard all the same: it gives queries its columns.
    return tables.commit(table, drop, shards.length > 0 ? shards : [await tables.writeShard(table, schema, [])]);
  }

  const rowsIn = sum(receipts, ({ rowsIn }) => rowsIn) + unnamed.length;
  const rowsOut = sum(receipts, ({ rowsOut }) => rowsOut) - faults.rows.size;
  if (rowsIn !== rowsOut + refs.quarantine.rows)
    throw new AssayError('ASY-3006', { in: rowsIn, out: rowsOut, quarantined: refs.quarantine.rows });
  const orphans = 'SELECT count(*) AS n FROM {annotations} a ANTI JOIN {items} i ON a.item = i.id';
  const [lost] = await Array.fromAsync(tables.query<{ n: number }>(orphans, refs));
  if (lost?.n !== 0)
    throw new AssayError('ASY-3006', {
      in: refs.annotations.rows,
      out: refs.annotations.rows - (lost?.n ?? 0),
      quarantined: 0,
    });

  const counts = {
    files: plan.files,
    rowsIn,
    rowsOut,
    quarantined: refs.quarantine.rows,
    items: refs.items.rows,
    annotations: refs.annotations.rows,
    ...(await facts(source, refs)),
  };
  const samples: { file: string; row: number; code: string; message: string }[] = [];
  for await (const { file, row, code, message } of tables.read(refs.quarantine, QuarantineRow)) {
    if (samples.length === 10) break;
    samples.push({ file: cut(file), row, code, message: cut(told(code, message)) });
  }
  return { counts, ...refs, samples };
};

/** Media beside the rows that no row names, each as an entry of its own: nothing is left out without a word. */
const unnamedMedia = async ({ plan: { manifest }, receipts, source }: CommitInput): Promise<QuarantineRow[]> => {
  const named = new Set(receipts.flatMap((receipt) => receipt.named));
  const prefix = keys.dropPrefix(manifest.name);
  const listed = manifest.files === undefined ? null : new Set(manifest.files);
  const unnamed: string[] = [];
  for await (const { key } of source.objects.list(prefix)) {
    const file = key.slice(prefix.length);
    if (MEDIA.test(file) && isBeside(manifest, file) && listed?.has(file) !== false && !named.has(file))
      unnamed.push(file);
  }
  return unnamed.sort().map((file) => badFile(manifest.name, fileFault(file, new AssayError('ASY-2020', { file }))));
};

/** A message as history may hold it: a row's own id can be a person's, and nobody erases histories. */
const told = (code: string, message: string): string =>
  code === 'ASY-2004' || code === 'ASY-2008' ? new AssayError(code, { id: '…' }).message : message;

/** Samples go through workflow history: short. */
const cut = (text: string): string => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

const sum = <T>(list: readonly T[], of: (entry: T) => number): number =>
  list.reduce((total, entry) => total + of(entry), 0);

const facts = async ({ tables }: RowSource, { items }: { items: Parameters<typeof tables.shards>[0] }) => {
  const languages: Record<string, number> = {};
  const byLanguage = "SELECT coalesce(language, 'und') AS language, count(*) AS n FROM {items} GROUP BY 1 ORDER BY 1";
  for await (const { language, n } of tables.query<{ language: string; n: number }>(byLanguage, { items }))
    languages[language] = n;
  const ofMedia = 'SELECT count(DISTINCT r.media.sha256) AS n FROM (SELECT unnest(responses) AS r FROM {items})';
  const [media] = await Array.fromAsync(tables.query<{ n: number }>(ofMedia, { items }));
  return { media: media?.n ?? 0, languages };
};

/** The shards of all units without the rows that `remove` names; untouched shards stay the objects they are. */
const without = async <S extends typeof Item | typeof Annotation>(
  { receipts, source: { tables }, beat }: CommitInput,
  table: 'items' | 'annotations',
  schema: S,
  remove: (row: { origin: Item['origin'] }) => boolean,
  faults: CrossFaults,
): Promise<Shard[]> => {
  const shards: Shard[] = [];
  for (const receipt of receipts) {
    for (const shard of receipt[table]) {
      beat();
      const untouched = faults.rows.size === 0 && faults.merged.size === 0;
      if (untouched || !(await some(tables.readShard(shard, Place), remove))) shards.push(shard);
      else {
        const rows = filter(tables.readShard(shard, schema as typeof Item), (row) => !remove(row));
        const left = await tables.writeShard(table, schema as typeof Item, rows);
        if (left.rows > 0) shards.push(left);
      }
    }
  }
  return shards;
};

async function* filter<T>(rows: AsyncIterable<T>, keep: (row: T) => boolean): AsyncGenerator<T> {
  for await (const row of rows) if (keep(row)) yield row;
}

const some = async <T>(rows: AsyncIterable<T>, wanted: (row: T) => boolean): Promise<boolean> => {
  for await (const row of rows) if (wanted(row)) return true;
  return false;
};

/** The units' quarantine, a bad medium's own entry once per drop, and the rows that clash across units with their bytes. */
const quarantined = async (input: CommitInput, faults: CrossFaults): Promise<Shard[]> => {
  const { receipts, source, plan } = input;
  const shards: Shard[] = [];
  const named = new Set<string>();
  for (const receipt of receipts) {
    const again = Object.entries(receipt.badMedia).filter(([file]) => named.has(file));
    for (const file of Object.keys(receipt.badMedia)) named.add(file);
    if (again.length === 0) {
      shards.push(...receipt.quarantine);
      continue;
    }
    const moved = new Map(again);
    for (const shard of receipt.quarantine) {
      async function* rows() {
        for await (const row of source.tables.readShard(shard, QuarantineRow)) {
          const place = row.row === 0 ? moved.get(row.file) : undefined;
          yield place === undefined ? row : { ...row, ...place };
        }
      }
      shards.push(await source.tables.writeShard('quarantine', QuarantineRow, rows()));
    }
  }
  if (faults.rows.size === 0) return shards;
  async function* clashes(): AsyncGenerator<QuarantineRow> {
    for (const unitNumber of [...faults.units].sort((a, b) => a - b)) {
      const unit = await input.unitOf(unitNumber);
      if (unit.kind !== 'rows') continue;
      for await (const raw of wholeRows(source, plan.manifest.name, unit)) {
        const fault = faults.rows.get(placeOf({ file: unit.file, row: raw.row }));
        if (fault !== undefined) yield badRow(plan.manifest.name, unit.file, raw, fault);
      }
    }
  }
  shards.push(await source.tables.writeShard('quarantine', QuarantineRow, clashes()));
  return shards;
};

/** A unit's rows as far as they can be read: a fault of its file is in quarantine already. */
async function* wholeRows(source: RowSource, drop: string, unit: Extract<Unit, { kind: 'rows' }>) {
  try {
    yield* rowsOf(source, drop, unit);
  } catch (error) {
    if (!(error instanceof AssayError) || !error.code.startsWith('ASY-10')) throw error;
  }
}
