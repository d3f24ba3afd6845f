/** What selection is told of an item beside its labels and scores: what examining its texts and media found, and who labelled it. */
import type { Candidate, Voices } from '../../models/selection/candidate.ts';
import type { Found } from '../../models/selection/declared.ts';
import type { Shard } from '../../schemas/table.ts';
import type { FindingRow, NearRow, OverlapRow, ResemblanceRow } from '../examine/rows.ts';
import type { Examined } from '../examine.ts';
import type { TableStore } from '../ports.ts';
import { createCursor } from './cursor.ts';

const FINDINGS = 'SELECT * FROM {shards} ORDER BY item, filter, response, value DESC, detail';
const OVERLAPS = 'SELECT * FROM {shards} ORDER BY item, benchmark';
const RESEMBLANCES = 'SELECT * FROM {shards} ORDER BY item, benchmark';
const NEAR = 'SELECT * FROM {shards} ORDER BY item';
const VOICES = `SELECT item, list(DISTINCT source.kind) AS kinds, list(DISTINCT source.id) AS ids
  FROM {shards} GROUP BY item ORDER BY item`;

/** Of people where they voted, as labels are; else of whoever did. */
const TIMES = `SELECT item, CASE WHEN bool_or(source.kind = 'human') THEN max("at") FILTER (source.kind = 'human') ELSE max("at") END AS newest
  FROM {shards} GROUP BY item ORDER BY item`;

interface VoiceRow {
  readonly item: string;
  readonly kinds: readonly string[];
  readonly ids: readonly string[];
}

/** Who sends whom: vendors by annotator. */
export type Vendors = ReadonlyMap<string, string>;

/** What there is to be told: nothing examined gives empty lists; `voices` is null where no rule asks who labelled, `dated` where none asks when. */
export interface Told {
  readonly examined: Examined;
  readonly voices: { readonly annotations: readonly Shard[]; readonly vendors: Vendors } | null;
  readonly dated: readonly Shard[] | null;
}

export interface Evidence extends Pick<Candidate, 'overlaps' | 'resemblances' | 'near' | 'votedAt' | 'voices'> {
  readonly found: readonly Found[];
}

/** Rows from before kinds were told have none. */
type StoredNear = Omit<NearRow, 'kind'> & Partial<Pick<NearRow, 'kind'>>;

const nearOf = (row: StoredNear | undefined): Candidate['near'] => {
  if (row === undefined) return null;
  const { cluster, kind = null, similarity, sides, earlier, earlierItem } = row;
  return {
    cluster,
    kind,
    similarity,
    sides,
    earlier: earlier === null ? null : { dataset: earlier, item: earlierItem ?? '' },
  };
};

const voicesOf = (row: VoiceRow | undefined, vendors: Vendors): Voices => {
  const { kinds = [], ids = [] } = row ?? {};
  return { labeller: kinds, annotator: ids, vendor: [...new Set(ids.flatMap((id) => vendors.get(id) ?? []))] };
};

/** Evidence of items asked for in the order of their ids. */
export const openEvidence = (tables: TableStore, { examined, voices, dated }: Told) => {
  const open = <T extends { readonly item: string }>(sql: string, shards: readonly Shard[]) =>
    createCursor(shards.length === 0 ? null : tables.query<T>(sql, { shards }));
  const findings = open<FindingRow>(FINDINGS, examined.findings);
  const overlaps = open<OverlapRow>(OVERLAPS, examined.overlaps);
  const resemblances = open<ResemblanceRow>(RESEMBLANCES, examined.resemblances);
  const near = open<StoredNear>(NEAR, examined.near);
  const said = open<VoiceRow>(VOICES, voices?.annotations ?? []);
  const times = open<{ item: string; newest: number | null }>(TIMES, dated ?? []);
  return {
    async of(item: string): Promise<Evidence> {
      const [voice] = await said.of(item);
      return {
        found: await findings.of(item),
        overlaps: await overlaps.of(item),
        resemblances: await resemblances.of(item),
        near: nearOf((await near.of(item))[0]),
        votedAt: (await times.of(item))[0]?.newest ?? null,
        voices: voices && voicesOf(voice, voices.vendors),
      };
    },
    close: async () =>
      void (await Promise.all([findings, overlaps, resemblances, near, said, times].map((cursor) => cursor.close()))),
  };
};
