/** From signatures to clusters of near-duplicates: candidates by partition of the band keys, then all partitions together. */
import type { Meaning } from '../../models/dedup/meaning.ts';
import { clustersOf, linkNear, meaningNearnessTo, type Nearness, nearnessTo } from '../../models/dedup/near.ts';
import type { Signature } from '../../models/dedup/signature.ts';
import { byText } from '../../models/order.ts';
import type { NearConfig } from '../../schemas/curation.ts';
import type { Shard } from '../../schemas/table.ts';
import { chunked, paced } from '../pace.ts';
import type { TableStore } from '../ports.ts';
import { fromMeaningRow } from './meaning-row.ts';
import { EdgeRow, IdRow, MemberRow, NearRow, type SignatureRow } from './rows.ts';
import { fromRow } from './signature-row.ts';

/** Buckets that are compared before other work has its turn. */
const BUCKETS = 500;

const STORED = 's.id, s.item, s.earlier, s.file, s.line, s.shown, s.prompt, s.responses, s.lengths, s.frames';

/** Keys of the partition that several items have, with those items. Counting first keeps the many keys of one item alone out of memory. */
const shared = (partition: number, of: number): string => {
  const entries = `SELECT id, key FROM (SELECT id, unnest(keys) AS key FROM {signed}) WHERE key % ${of} = ${partition}`;
  return `SELECT e.key, e.id FROM (${entries}) e
    SEMI JOIN (SELECT key FROM (${entries}) GROUP BY key HAVING count(*) > 1) s ON e.key = s.key ORDER BY e.key, e.id`;
};

/** Runs of ids with one key. */
async function* bucketsOf(entries: AsyncIterable<{ readonly key: number; readonly id: string }>) {
  let [key, bucket]: [number | null, string[]] = [null, []];
  for await (const entry of entries) {
    if (entry.key !== key) {
      if (bucket.length > 0) yield bucket;
      [key, bucket] = [entry.key, []];
    }
    bucket.push(entry.id);
  }
  if (bucket.length > 0) yield bucket;
}

type Stored = Omit<SignatureRow, 'keys'>;

/** Compares what shares a key of one partition, and writes an edge for each that joins a cluster. */
export const linkPartition = async (
  tables: TableStore,
  signed: readonly Shard[],
  { index, of }: { readonly index: number; readonly of: number },
  near: NearConfig,
  keyOf: (sha256: string) => string,
  beat: () => void,
): Promise<Shard> => {
  const buckets: (readonly string[])[] = [];
  const entries = tables.query<{ key: number; id: string }>(shared(index, of), { signed });
  for await (const bucket of paced(bucketsOf(entries), beat)) buckets.push(bucket);
  const meeting = [...new Set(buckets.flat())].sort(byText);
  const wanted = await tables.writeParquet(
    keyOf,
    IdRow,
    meeting.map((id) => ({ id })),
  );
  const signatures = new Map<string, Signature>();
  const sql = `SELECT ${STORED} FROM {signed} s SEMI JOIN {wanted} w ON s.id = w.id`;
  for await (const row of paced(tables.query<Stored>(sql, { signed, wanted: [wanted] }), beat, 200))
    signatures.set(row.id, fromRow(row));
  const edges: [string, string][] = [];
  for await (const some of paced(chunked(buckets, BUCKETS), beat, 1)) {
    const own = new Map(
      some.flat().flatMap((id) => {
        const signature = signatures.get(id);
        return signature === undefined ? [] : [[id, signature] as const];
      }),
    );
    edges.push(...linkNear(some, own, near));
  }
  // Which of several edges join a cluster depends on the order of keys; the rows of a file do not.
  const rows = [...clustersOf(edges)].map(([a, b]) => ({ a, b })).filter(({ a, b }) => a !== b);
  return tables.writeParquet(
    keyOf,
    EdgeRow,
    rows.sort((x, y) => byText(x.a, y.a)),
  );
};

/** A member of a cluster as it is compared with the first. */
interface Member extends Stored {
  readonly root: string;
  readonly literal: string;
  /** Embeddings of its texts, and their particulars; null where meaning was not looked at or cannot be told. */
  readonly vectors: Uint8Array | null;
  readonly particulars?: number[] | null;
}

const meaningIn = ({ shown, lengths, particulars = null, vectors }: Member): Meaning | null =>
  vectors === null ? null : fromMeaningRow({ shown, responses: lengths.length, particulars, vectors });

/** How near a member is to the first: by what joins them. */
const nearness = (first: Member, member: Member, near: NearConfig): Nearness => {
  const [a, b] = first.literal === member.literal ? [null, null] : [meaningIn(first), meaningIn(member)];
  return a === null || b === null ? nearnessTo(fromRow(first), fromRow(member), near) : meaningNearnessTo(a, b);
};

/** The edges that partitions of keys found, and those of clusters of meaning. */
export interface Edges {
  readonly literal: readonly Shard[];
  readonly semantic: readonly Shard[];
}

const rootsOf = async (tables: TableStore, { literal, semantic }: Edges) => {
  const read = async (edges: readonly Shard[]): Promise<[string, string][]> => {
    const pairs: [string, string][] = [];
    if (edges.length === 0) return pairs;
    for await (const { a, b } of tables.query<EdgeRow>('SELECT a, b FROM {edges}', { edges })) pairs.push([a, b]);
    return pairs;
  };
  const found = await read(literal);
  const alike = clustersOf(found);
  const all = semantic.length === 0 ? alike : clustersOf([...found, ...(await read(semantic))]);
  return [...all].map(([id, root]) => ({ id, root, literal: alike.get(id) ?? id })).sort((x, y) => byText(x.id, y.id));
};

/**
 * Joins the edges of all partitions and says of each item in a cluster how like the first one it is, item by item in order. The
 * first is the one that would be kept: an earlier dataset's, else the first of the drop.
 */
export const mergeClusters = async (
  tables: TableStore,
  { signed, meanings }: { readonly signed: readonly Shard[]; readonly meanings: readonly Shard[] },
  edges: Edges,
  near: NearConfig,
  keyOf: (sha256: string) => string,
  beat: () => void,
): Promise<Shard> => {
  const members = await tables.writeParquet(keyOf, MemberRow, await rootsOf(tables, edges));
  const meant = 'v.* EXCLUDE (id, shown, responses, point)';
  const [told, join] =
    meanings.length === 0 ? ['NULL AS vectors', ''] : [meant, 'LEFT JOIN {meanings} v ON v.id = m.id'];
  const sql = `SELECT m.root, m.literal, ${STORED}, ${told}
    FROM {members} m JOIN {signed} s ON s.id = m.id ${join}
    ORDER BY m.root, s.earlier NULLS LAST, s.file, s.line, s.id`;
  const rows: NearRow[] = [];
  let first: Member | null = null;
  const found = tables.query<Member>(sql, { members: [members], signed, ...(meanings.length > 0 && { meanings }) });
  for await (const row of paced(found, beat, 200)) {
    if (row.root !== first?.root) first = row;
    if (row.earlier !== null) continue;
    const { kind, similarity, sides } = nearness(first, row, near);
    rows.push({
      item: row.item,
      cluster: first.id,
      kind,
      similarity,
      sides: [...sides],
      earlier: first.earlier,
      earlierItem: first.earlier === null ? null : first.item,
    });
  }
  return tables.writeParquet(
    keyOf,
    NearRow,
    rows.sort((x, y) => byText(x.item, y.item)),
  );
};
