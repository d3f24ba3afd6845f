/** One unit examined: findings, overlaps and signatures as Parquet. */
import { createItemSigner } from '../../models/dedup/signature.ts';
import { DatasetRow } from '../../schemas/dataset.ts';
import { Item } from '../../schemas/item.ts';
import type { Shard } from '../../schemas/table.ts';
import type { ExamineInput } from '../contract.ts';
import { paced } from '../pace.ts';
import type { MediaProbe, ObjectStore, PictureWriter, Progress, TableStore } from '../ports.ts';
import { openBenchmarks } from './benchmark-file.ts';
import { openFinder } from './finder.ts';
import { overlapsOf, type Read, signatureOf } from './item.ts';
import { openEmbedder } from './meaning-row.ts';
import { meaningsOf } from './meanings.ts';
import { contentFilters, examinedKey, type Unit } from './plan.ts';
import { resemblancesOf } from './resemblance.ts';
import { FindingRow, MeaningRow, OverlapRow, RedactedRow, ResemblanceRow, SignatureRow } from './rows.ts';
import { toRow } from './signature-row.ts';

export interface ExamineDeps {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly media: MediaProbe;
  readonly pictures: PictureWriter;
}

/** What a unit's receipt names; null where nothing of the kind was asked, or the unit is of an earlier dataset. */
export interface ExaminedUnit {
  readonly rows: number;
  readonly findings: Shard | null;
  /** Absent from receipts of before pictures were redacted. */
  readonly redacted?: Shard | null;
  readonly overlaps: Shard | null;
  readonly signatures: Shard | null;
  /** Absent from receipts of before meaning was looked at. */
  readonly meanings?: Shard | null;
  readonly resemblances?: Shard | null;
}

type Place = Pick<SignatureRow, 'id' | 'item' | 'earlier' | 'file' | 'line'>;

/** The unit's rows, each with where it stands. */
async function* readUnit(tables: TableStore, { shard, earlier }: Unit): AsyncGenerator<{ read: Read; place: Place }> {
  if (earlier === null)
    for await (const item of tables.readShard(shard, Item))
      yield {
        read: item,
        place: { id: item.id, item: item.id, earlier, file: item.origin.file, line: item.origin.row },
      };
  else
    for await (const row of tables.readShard(shard, DatasetRow))
      yield {
        read: row,
        place: { id: `${earlier}/${row.item}`, item: row.item, earlier, file: row.origin.file, line: row.origin.row },
      };
}

/** Reads a unit once and writes what its items show. Deterministic: equal units under equal settings give equal bytes. */
export const examineUnit = async (
  deps: ExamineDeps,
  { run, config }: ExamineInput,
  stage: string,
  unit: Unit,
  progress: Progress,
): Promise<ExaminedUnit> => {
  const { objects, tables } = deps;
  const own = unit.earlier === null;
  const filters = own ? contentFilters(config) : [];
  const benchmarks = own ? await openBenchmarks(objects, run, config.decontaminate) : [];
  const near = config.dedup === 'near' ? config.near : null;
  const semantic = near?.semantic;
  const resembled = benchmarks.some(({ similarity }) => similarity !== null);
  const sign = near && createItemSigner(near);
  const findings: FindingRow[] = [];
  const redacted: RedactedRow[] = [];
  const overlaps: OverlapRow[] = [];
  let rows = 0;
  const beat = () => {
    progress.cancelled.throwIfAborted();
    progress.heartbeat({ rows });
  };
  const signed = async function* (): AsyncGenerator<SignatureRow> {
    const alive = () => progress.heartbeat({ rows });
    const finder = await openFinder(deps, run, filters, config.near.frames, alive);
    try {
      for await (const { read, place } of paced(readUnit(tables, unit), beat, finder.slow ? 1 : 200)) {
        rows++;
        const found = await finder.find(place.item, read);
        findings.push(...found.findings);
        redacted.push(...found.redacted);
        overlaps.push(...overlapsOf(place.item, read, benchmarks));
        if (near !== null && sign !== null) yield toRow(await signatureOf(read, sign, deps, near.frames), place);
      }
    } finally {
      await finder.close();
    }
  };
  const embedding = async function* (): AsyncGenerator<{ read: Read; id: string }> {
    for await (const { read, place } of paced(readUnit(tables, unit), beat, 200)) yield { read, id: place.id };
  };
  const keyOf = examinedKey(run, stage);
  const signatures = await tables.writeParquet(keyOf, SignatureRow, signed());
  return {
    rows,
    findings: filters.length === 0 ? null : await tables.writeParquet(keyOf, FindingRow, findings),
    redacted: redacted.length === 0 ? null : await tables.writeParquet(keyOf, RedactedRow, redacted),
    overlaps: benchmarks.length === 0 ? null : await tables.writeParquet(keyOf, OverlapRow, overlaps),
    signatures: near === null ? null : signatures,
    meanings: semantic
      ? await tables.writeParquet(keyOf, MeaningRow, meaningsOf(embedding(), await openEmbedder(), semantic))
      : null,
    resemblances: resembled
      ? await tables.writeParquet(
          keyOf,
          ResemblanceRow,
          resemblancesOf(embedding(), benchmarks, await openEmbedder(), beat),
        )
      : null,
  };
};
