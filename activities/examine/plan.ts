/** What there is to examine, in units: the shards of the items, then those of earlier datasets. */
import { hashOf } from '../../models/hash.ts';
import type { NearConfig, SemanticConfig } from '../../schemas/curation.ts';
import { AssayError } from '../../schemas/errors.ts';
import { isContentFilter, type Numbered, readsMeaning } from '../../schemas/examination.ts';
import { keys } from '../../schemas/keys.ts';
import type { Shard } from '../../schemas/table.ts';
import type { ExamineInput } from '../contract.ts';
import { readManifest } from '../dataset/manifest.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { benchmarkHashes } from './benchmark-file.ts';
import { foundBy } from './finder.ts';
import { openEmbedder } from './meaning-row.ts';

/** Raised with every change to what examination finds: stored findings are then not read again. */
const EXAMINE_VERSION = 1;

/** Items to one partition of the keys: what one activity sorts and compares at once. */
const PARTITION_ITEMS = 1 << 18;

/** Items up to which one cluster holds all, and clusters at the most. */
const ONE_CLUSTER = 8192;
const MOST_CLUSTERS = 4096;

/**
 * How many clusters n items are put into, each into two. With k of them an item costs k comparisons with centres and 2n / k with the
 * items of its clusters: the sum is least at k = √(2n).
 */
const clusterCount = (rows: number, semantic: SemanticConfig | undefined): number => {
  if (semantic === undefined) return 0;
  if (semantic.clusters !== 'auto') return semantic.clusters;
  return rows <= ONE_CLUSTER ? 1 : Math.min(MOST_CLUSTERS, Math.ceil(Math.sqrt(2 * rows)));
};

/** What near-duplicates are named by. Those that nothing guards were so before anything could be, and are kept where they were. */
const named = (near: NearConfig | null): object | null =>
  near?.semantic?.guarded === true || near === null
    ? near
    : { ...near, semantic: near.semantic && { ...near.semantic, guarded: undefined } };

/** The filters on content, with their numbers among all filters. */
export const contentFilters = ({ filters }: ExamineInput['config']): Numbered[] =>
  filters.flatMap((filter, number) => (isContentFilter(filter) ? [{ number, filter }] : []));

export interface Unit {
  readonly shard: Shard;
  /** The earlier dataset that the shard is of, as NAME@VERSION; null: the drop. */
  readonly earlier: string | null;
}

export interface Plan {
  /** Stage of the run under which everything is stored. */
  readonly stage: string;
  readonly units: readonly Unit[];
  readonly partitions: number;
  /** Clusters of meaning; 0 where nobody asks for them. */
  readonly clusters: number;
}

/**
 * The units and where their findings are kept. Throws ASY-6001 for an earlier dataset that is not there, ASY-6204 for a benchmark,
 * ASY-6210 for a tokenizer.
 */
export const planOf = async (
  { objects, tables }: { readonly objects: ObjectStore; readonly tables: TableStore },
  { run, items, config }: ExamineInput,
): Promise<Plan> => {
  const near = config.dedup === 'near' ? config.near : null;
  const units: Unit[] = (await tables.shards(items)).map((shard) => ({ shard, earlier: null }));
  for (const dataset of near?.against ?? []) {
    const [name = '', version = ''] = dataset.split('@');
    const manifest = await readManifest(objects, name, version);
    if (manifest === null) throw new AssayError('ASY-6001', { dataset });
    units.push(...manifest.data.map((shard) => ({ shard, earlier: dataset })));
  }
  const digest = hashOf({
    version: EXAMINE_VERSION,
    units: units.map(({ shard, earlier }) => [shard.sha256, earlier]),
    filters: contentFilters(config),
    ...(await foundBy(objects, run, config.filters.filter(isContentFilter))),
    near: named(near),
    benchmarks: [config.decontaminate, await benchmarkHashes(objects, run, config.decontaminate)],
    ...(readsMeaning(config) && { embedder: (await openEmbedder()).revision }),
  });
  const rows = units.reduce((sum, { shard }) => sum + shard.rows, 0);
  return {
    stage: `examine-${digest.slice(0, 16)}`,
    units,
    partitions: near === null ? 0 : Math.max(1, Math.ceil(rows / PARTITION_ITEMS)),
    clusters: clusterCount(rows, near?.semantic),
  };
};

/** Key of a Parquet file of the stage. */
export const examinedKey =
  (run: string, stage: string) =>
  (sha256: string): string =>
    keys.examined(run, stage, sha256);
