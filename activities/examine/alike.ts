/** Near-duplicates in meaning: the items of some clusters compared block by block. */
import { linkMeanings, type Meaning } from '../../models/dedup/meaning.ts';
import { byText } from '../../models/order.ts';
import type { SemanticConfig } from '../../schemas/curation.ts';
import type { Shard } from '../../schemas/table.ts';
import { breathe, paced } from '../pace.ts';
import type { TableStore } from '../ports.ts';
import { type Clustered, writeBlocks } from './blocks.ts';
import { fromMeaningRow } from './meaning-row.ts';
import { EdgeRow, type MeaningRow } from './rows.ts';

/** Items that are compared with each other at once: some 30 million pairs, in some ten seconds. */
export const BLOCK_ITEMS = 8192;

const COMPARED = `SELECT b.block, m.id, m.shown, m.responses, m.vectors
  FROM {blocks} b JOIN {meanings} m ON m.id = b.id ORDER BY b.block, m.id`;

type Compared = Pick<MeaningRow, 'id' | 'shown' | 'responses' | 'vectors'> & { readonly block: number };

/** Compares the items of every `of`-th cluster, and writes as few edges as make the same clusters of near-duplicates. */
export const linkClusters = async (
  tables: TableStore,
  from: Clustered,
  part: { readonly index: number; readonly of: number },
  { threshold, seed }: SemanticConfig,
  keyOf: (sha256: string) => string,
  beat: () => void,
  most = BLOCK_ITEMS,
): Promise<Shard> => {
  const blocks = await writeBlocks(tables, from, part, { most, seed }, keyOf, beat);
  const rows: EdgeRow[] = [];
  const pause = () => {
    beat();
    return breathe();
  };
  let [block, ids, meanings]: [number | null, string[], Meaning[]] = [null, [], []];
  const compare = async (): Promise<void> => {
    const edges = await linkMeanings(meanings, threshold, pause);
    for (let i = 0; i < edges.length; i += 2)
      rows.push({ a: ids[edges[i] ?? 0] ?? '', b: ids[edges[i + 1] ?? 0] ?? '' });
  };
  const compared = tables.query<Compared>(COMPARED, { blocks: [blocks], meanings: from.meanings });
  for await (const row of paced(compared, beat, 200)) {
    if (row.block !== block) {
      await compare();
      [block, ids, meanings] = [row.block, [], []];
    }
    ids.push(row.id);
    meanings.push(fromMeaningRow(row));
  }
  await compare();
  return tables.writeParquet(
    keyOf,
    EdgeRow,
    rows.sort((x, y) => byText(x.a, y.a) || byText(x.b, y.b)),
  );
};
