/** Near-duplicates in meaning: the items of some clusters compared block by block. */
import { linkMeanings, type Meaning } from '../../models/dedup/meaning.ts';
import { byText } from '../../models/order.ts';
import type { SemanticConfig } from '../../schemas/curation.ts';
import type { Shard } from '../../schemas/table.ts';
import { breathe, paced } from '../pace.ts';
import type { TableStore } from '../ports.ts';
import { type Clustered, writeBlocks } from './blocks.ts';
import { fromMeaningRow, type StoredMeaning } from './meaning-row.ts';
import { EdgeRow } from './rows.ts';

/** Items that are compared with each other at once: some 30 million pairs, in some ten seconds. */
export const BLOCK_ITEMS = 8192;

/** Items whose embeddings are held at once, unless a block has more: some 70 MiB of texts with one response each. */
const HELD_ITEMS = 1 << 15;

const SIZES = 'SELECT block, count(*)::INTEGER AS size FROM {blocks} GROUP BY block ORDER BY block';

/** Not in order: to sort embeddings takes as much memory as all of them have, to look some of them up takes none. */
const embeddings = (first: number, last: number): string => `SELECT b.block, m.* EXCLUDE (point)
  FROM {meanings} m JOIN {blocks} b ON b.id = m.id WHERE b.block BETWEEN ${first} AND ${last}`;

type Embedded = StoredMeaning & { readonly id: string; readonly block: number };
interface Member {
  readonly id: string;
  readonly meaning: Meaning;
}

/** First and last numbers of blocks that are read together. */
const runsOf = async (
  tables: TableStore,
  blocks: Shard,
  held: number,
): Promise<{ first: number; last: number; size: number }[]> => {
  const runs: { first: number; last: number; size: number }[] = [];
  for await (const { block, size } of tables.query<{ block: number; size: number }>(SIZES, { blocks: [blocks] })) {
    const run = runs.at(-1);
    if (run === undefined || run.size + size > held) runs.push({ first: block, last: block, size });
    else Object.assign(run, { last: block, size: run.size + size });
  }
  return runs;
};

/** Compares the items of every `of`-th cluster, and writes as few edges as make the same clusters of near-duplicates. */
export const linkClusters = async (
  tables: TableStore,
  from: Clustered,
  part: { readonly index: number; readonly of: number },
  { threshold, seed }: SemanticConfig,
  keyOf: (sha256: string) => string,
  beat: () => void,
  { most = BLOCK_ITEMS, held = HELD_ITEMS } = {},
): Promise<Shard> => {
  const blocks = await writeBlocks(tables, from, part, { most, seed }, keyOf, beat);
  const rows: EdgeRow[] = [];
  const pause = () => {
    beat();
    return breathe();
  };
  for (const { first, last } of await runsOf(tables, blocks, held)) {
    const members = new Map<number, Member[]>();
    const found = tables.query<Embedded>(embeddings(first, last), { blocks: [blocks], meanings: from.meanings });
    for await (const row of paced(found, beat, 200)) {
      const own = members.get(row.block) ?? [];
      members.set(row.block, own);
      own.push({ id: row.id, meaning: fromMeaningRow(row) });
    }
    for (const own of members.values()) {
      own.sort((x, y) => byText(x.id, y.id));
      const meanings = own.map(({ meaning }) => meaning);
      const edges = await linkMeanings(meanings, threshold, pause);
      for (let i = 0; i < edges.length; i += 2)
        rows.push({ a: own[edges[i] ?? 0]?.id ?? '', b: own[edges[i + 1] ?? 0]?.id ?? '' });
    }
  }
  return tables.writeParquet(
    keyOf,
    EdgeRow,
    rows.sort((x, y) => byText(x.a, y.a) || byText(x.b, y.b)),
  );
};
