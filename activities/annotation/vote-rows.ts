/** Votes as annotation rows: hashes become what they stand for. */
import { opaqueId, sha256 } from '../../models/hash.ts';
import type { Annotation } from '../../schemas/annotation.ts';
import { VoteBody } from '../../schemas/batch.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { Origin } from '../../schemas/primitives.ts';
import type { TableRef } from '../../schemas/table.ts';
import type { VoteToSave } from '../contract.ts';
import { mapped } from '../pace.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { literal } from '../shards.ts';

/** What the vote's hash stands for. Throws ASY-3003 where the bytes are not those, ASY-4004 where they answer another task. */
const readVote = async (objects: ObjectStore, vote: VoteToSave): Promise<VoteBody> => {
  const key = keys.vote(vote.sha256);
  const bytes = await objects.get(key);
  if (sha256(bytes) !== vote.sha256) throw new AssayError('ASY-3003', { key });
  const body = VoteBody.safeParse(JSON.parse(bytes.toString('utf8')));
  if (!body.success) throw new AssayError('ASY-4004', { reason: `vote ${vote.sha256} has no value of its task` });
  if (body.data.task !== vote.task)
    throw new AssayError('ASY-4004', { reason: `vote ${vote.sha256} answers ${body.data.task}, not ${vote.task}` });
  return body.data;
};

const originsOf = async (
  tables: TableStore,
  items: TableRef,
  votes: readonly VoteToSave[],
): Promise<Map<string, Origin>> => {
  const origins = new Map<string, Origin>();
  if (votes.length === 0) return origins;
  const ids = [...new Set(votes.map(({ item }) => item))].sort().map(literal);
  const sql = `SELECT id, origin FROM {items} WHERE id IN (${ids.join(', ')})`;
  for await (const { id, origin } of tables.query<{ id: string; origin: Origin }>(sql, { items }))
    origins.set(id, origin);
  return origins;
};

const READS = 16;

/** One annotation per vote, in order; a ruling's says that it is one. */
export const rowsOfVotes = async (
  { objects, tables }: { readonly objects: ObjectStore; readonly tables: TableStore },
  {
    run,
    round,
    items,
    votes,
  }: {
    readonly run: string;
    readonly round: number;
    readonly items: TableRef;
    readonly votes: readonly VoteToSave[];
  },
): Promise<Annotation[]> => {
  const origins = await originsOf(tables, items, votes);
  return mapped(votes, READS, async (vote) => {
    const { item, task, annotator, at = null, ruling = false } = vote;
    const body = await readVote(objects, vote);
    const origin = origins.get(item);
    if (origin === undefined) throw new AssayError('ASY-6004', { item, dataset: items.partition });
    const id = opaqueId('an', item, task, 'human', annotator, run, round, vote.sha256, ...(ruling ? ['ruling'] : []));
    return { ...body, id, item, source: { kind: 'human', id: annotator }, at, ruling, origin };
  });
};
