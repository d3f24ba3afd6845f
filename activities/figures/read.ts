/** The votes of a run as annotations, item by item. */
import type { Annotation } from '../../schemas/annotation.ts';
import type { Shard } from '../../schemas/table.ts';
import { rowsOfVotes } from '../annotation/vote-rows.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import type { RunVotes } from './rounds.ts';

/** What figures need of an item besides its votes. */
export interface VotedItem {
  readonly language: string | null;
  /** Characters of each response's text; null where it has none. */
  readonly lengths: readonly (number | null)[];
}

/** Votes of people on one item; a vote of a later round replaces the same person's earlier one. */
export interface ItemVotes extends VotedItem {
  readonly item: string;
  readonly votes: readonly Annotation[];
  readonly roundOf: (annotation: Annotation) => number;
}

/** Votes that figures are made of; of larger runs some items, with all their votes. */
const MOST_VOTES = 100_000;

/** Of how many votes there are, and up to which id items are read: ids are hashes, so a part of them is a fair sample. */
export interface Extent {
  readonly of: number;
  /** Exclusive; null: all are read. */
  readonly below: string | null;
}

const rowsOf = (shards: readonly Shard[]): number => shards.reduce((sum, { rows }) => sum + rows, 0);

export const extentOf = ({ stored, live }: RunVotes, most: number = MOST_VOTES): Extent => {
  const of =
    stored.reduce((sum, { shards }) => sum + rowsOf(shards), 0) +
    live.reduce((sum, { votes }) => sum + votes.length, 0);
  if (of <= most) return { of, below: null };
  const edge = Math.floor((most / of) * 2 ** 32);
  return { of, below: `it_${edge.toString(16).padStart(8, '0')}` };
};

/** A human's own answer; what a reviewer ruled says nothing about annotators. */
const isVote = ({ source, ruling }: Annotation): boolean => source.kind === 'human' && ruling !== true;

type Row = Annotation & { readonly round: number };
type StoredRow = Row & { readonly language: string | null; readonly lengths: VotedItem['lengths'] };

/** Stored rows with their item's language and lengths, those of an item together, by id. */
const storedRows = (
  tables: TableStore,
  { items, stored }: RunVotes,
  { below }: Extent,
): AsyncIterable<StoredRow> | null => {
  const some = stored.filter(({ shards }) => shards.length > 0);
  if (some.length === 0) return null;
  const only = below === null ? '' : ` WHERE item < '${below}'`;
  const all = some.map(({ round }) => `SELECT *, ${round} AS round FROM {votes${round}}${only}`);
  return tables.query<StoredRow>(
    `SELECT a.*, i.language, list_transform(i.responses, r -> length(r.text)) AS lengths
     FROM (${all.join(' UNION ALL BY NAME ')}) a JOIN {items} i ON a.item = i.id ORDER BY a.item, a.id, a.round`,
    { items, ...Object.fromEntries(some.map(({ round, shards }) => [`votes${round}`, shards])) },
  );
};

/** Live votes as the rows that they will be, with what their items add, by item. */
const liveRows = async (
  deps: { objects: ObjectStore; tables: TableStore },
  run: string,
  { items, live }: RunVotes,
  { below }: Extent,
): Promise<Map<string, StoredRow[]>> => {
  const found = new Map<string, StoredRow[]>();
  const rows: Row[] = [];
  for (const { round, votes } of live) {
    const some = votes.filter(({ item }) => below === null || item < below);
    for (const row of await rowsOfVotes(deps, { run, round, items, votes: some })) rows.push({ ...row, round });
  }
  if (rows.length === 0) return found;
  const wanted = new Set(rows.map(({ item }) => item));
  const about = new Map<string, VotedItem>();
  const sql = `SELECT id, language, list_transform(responses, r -> length(r.text)) AS lengths FROM {items}`;
  for await (const { id, ...item } of deps.tables.query<VotedItem & { id: string }>(sql, { items }))
    if (wanted.has(id)) about.set(id, item);
  for (const row of rows) {
    const { language = null, lengths = [] } = about.get(row.item) ?? {};
    found.set(row.item, [...(found.get(row.item) ?? []), { ...row, language, lengths }]);
  }
  return found;
};

const together = (item: string, rows: readonly StoredRow[]): ItemVotes => {
  // A batch that ended while it was asked has its votes in both places, under one id.
  const votes = [...new Map(rows.map((row) => [row.id, row])).values()].filter(isVote);
  const rounds = new Map(votes.map(({ id, round }) => [id, round]));
  const { language = null, lengths = [] } = rows[0] ?? {};
  return {
    item,
    votes,
    language,
    lengths: lengths.map((length) => (length === null ? null : Number(length))),
    roundOf: ({ id }) => rounds.get(id) ?? 0,
  };
};

/** People's votes, item by item: stored ones in order of their items' ids, then items that have live votes alone. */
export async function* readVotes(
  deps: { objects: ObjectStore; tables: TableStore },
  run: string,
  votes: RunVotes,
  extent: Extent,
): AsyncGenerator<ItemVotes> {
  const live = await liveRows(deps, run, votes, extent);
  const take = (item: string, rows: readonly StoredRow[]): ItemVotes => {
    const all = [...rows, ...(live.get(item) ?? [])];
    live.delete(item);
    return together(item, all);
  };
  let group: StoredRow[] = [];
  for await (const row of storedRows(deps.tables, votes, extent) ?? []) {
    const [first] = group;
    if (first !== undefined && first.item !== row.item) {
      yield take(first.item, group);
      group = [];
    }
    group.push(row);
  }
  if (group[0] !== undefined) yield take(group[0].item, group);
  for (const item of [...live.keys()].sort()) yield take(item, []);
}
