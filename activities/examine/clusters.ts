/** From signatures to clusters of near-duplicates: candidates by partition of the band keys, then all partitions together. */
import { clustersOf, linkNear, nearnessTo } from '../../models/dedup/near.ts';
import type { Signature } from '../../models/dedup/signature.ts';
import { byText } from '../../models/order.ts';
import type { NearConfig } from '../../schemas/curation.ts';
import type { Shard } from '../../schemas/table.ts';
import { chunked, paced } from '../pace.ts';
import type { TableStore } from '../ports.ts';
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

/** Members of one cluster, in the order in which they would be kept: an earlier dataset's first, then the drop's own. */
const clusterRows = (members: readonly Stored[], near: NearConfig): NearRow[] => {
  const [first] = members;
  if (first === undefined) return [];
  const signature = fromRow(first);
  const earlier = members.find((member) => member.earlier !== null);
  return members
    .filter((member) => member.earlier === null)
    .map((member) => {
      const { similarity, sides } = nearnessTo(signature, fromRow(member), near);
      return {
        item: member.item,
        cluster: first.id,
        similarity,
        sides: [...sides],
        earlier: earlier?.earlier ?? null,
        earlierItem: earlier?.item ?? null,
      };
    });
};

/** Joins the edges of all partitions and says of each item in a cluster how like the first one it is, item by item in order. */
export const mergeClusters = async (
  tables: TableStore,
  signed: readonly Shard[],
  edges: readonly Shard[],
  near: NearConfig,
  keyOf: (sha256: string) => string,
  beat: () => void,
): Promise<Shard> => {
  const pairs: [string, string][] = [];
  for await (const { a, b } of tables.query<{ a: string; b: string }>('SELECT a, b FROM {edges}', { edges }))
    pairs.push([a, b]);
  const roots = [...clustersOf(pairs)].map(([id, root]) => ({ id, root })).sort((x, y) => byText(x.id, y.id));
  const members = await tables.writeParquet(keyOf, MemberRow, roots);
  const sql = `SELECT m.root, ${STORED} FROM {members} m JOIN {signed} s ON s.id = m.id
    ORDER BY m.root, s.earlier NULLS LAST, s.file, s.line, s.id`;
  const rows: NearRow[] = [];
  let [root, cluster]: [string | null, Stored[]] = [null, []];
  const found = tables.query<Stored & { root: string }>(sql, { members: [members], signed });
  for await (const row of paced(found, beat, 200)) {
    if (row.root !== root) {
      rows.push(...clusterRows(cluster, near));
      [root, cluster] = [row.root, []];
    }
    cluster.push(row);
  }
  rows.push(...clusterRows(cluster, near));
  return tables.writeParquet(
    keyOf,
    NearRow,
    rows.sort((x, y) => byText(x.item, y.item)),
  );
};
