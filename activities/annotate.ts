import { hashOf, opaqueId, sha256 } from '../models/hash.ts';
import { Annotation } from '../schemas/annotation.ts';
import { VoteBody, type VoteRef } from '../schemas/batch.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import type { Origin } from '../schemas/primitives.ts';
import type { Shard, TableRef } from '../schemas/table.ts';
import type { AnnotateActivities } from './contract.ts';
import type { ObjectStore, Progress, TableStore } from './ports.ts';
import { once, readReceipt } from './receipts.ts';
import { literal, padded } from './shards.ts';

type Vote = VoteRef & { readonly annotator: string };
type PlanInput = Parameters<AnnotateActivities['planBatches']>[0];

/** What a round asks about. Its digest keeps the votes of a drop that was written again apart from those of the old one. */
interface BatchPlan {
  readonly batches: number;
  readonly items: number;
  readonly digest: string;
}

const stageOf = (round: number): string => `annotate-${round}`;

/** Ids of the items to ask about, in the order of their files and rows. Ids that no item has are passed over. */
const itemIds = async (tables: TableStore, { items, itemIds: named, disagreeing }: PlanInput): Promise<string[]> => {
  const conditions = [
    ...(named === undefined ? [] : [named.length === 0 ? 'false' : `id IN (${named.map(literal).join(', ')})`]),
    ...(disagreeing === undefined ? [] : ['id IN (SELECT item FROM {labels} WHERE agreement < 1)']),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const rows = tables.query<{ id: string }>(
    `SELECT id FROM {items} ${where} ORDER BY origin.file, origin."row", id`,
    disagreeing === undefined ? { items } : { items, labels: disagreeing },
  );
  const ids: string[] = [];
  for await (const { id } of rows) ids.push(id);
  return ids;
};

/** What the vote's hash stands for. Throws ASY-3003 where the bytes are not those, ASY-4004 where they answer another task. */
const readVote = async (objects: ObjectStore, vote: Vote): Promise<VoteBody> => {
  const key = keys.vote(vote.sha256);
  const bytes = await objects.get(key);
  if (sha256(bytes) !== vote.sha256) throw new AssayError('ASY-3003', { key });
  const body = VoteBody.safeParse(JSON.parse(bytes.toString('utf8')));
  if (!body.success) throw new AssayError('ASY-4004', { reason: `vote ${vote.sha256} has no value of its task` });
  if (body.data.task !== vote.task)
    throw new AssayError('ASY-4004', { reason: `vote ${vote.sha256} answers ${body.data.task}, not ${vote.task}` });
  return body.data;
};

const originsOf = async (tables: TableStore, items: TableRef, votes: readonly Vote[]): Promise<Map<string, Origin>> => {
  const origins = new Map<string, Origin>();
  if (votes.length === 0) return origins;
  const ids = [...new Set(votes.map(({ item }) => item))].sort().map(literal);
  const sql = `SELECT id, origin FROM {items} WHERE id IN (${ids.join(', ')})`;
  for await (const { id, origin } of tables.query<{ id: string; origin: Origin }>(sql, { items }))
    origins.set(id, origin);
  return origins;
};

const READS = 16;

/** People's side of annotation: batches as receipts, votes as annotation shards. */
export const createAnnotateActivities = (deps: {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly progress: () => Progress;
}): AnnotateActivities => {
  const { objects, tables } = deps;
  const batchKey = (run: string, round: number, batch: number) =>
    keys.receipt(run, stageOf(round), `batch-${padded(batch)}`);
  const planKey = (run: string, round: number) => keys.receipt(run, stageOf(round), 'plan');
  const votesStage = async (run: string, round: number): Promise<string> => {
    const plan = await readReceipt<BatchPlan>(objects, planKey(run, round));
    if (plan === null) throw new AssayError('ASY-4005', { batch: `${run}/${round}` });
    return `votes-${round}-${plan.digest}`;
  };
  return {
    async planBatches(input) {
      const { run, round, batchSize } = input;
      const ids = await itemIds(tables, input);
      const batches = Math.ceil(ids.length / batchSize);
      const progress = deps.progress();
      for (let batch = 0; batch < batches; batch++) {
        const items = ids.slice(batch * batchSize, (batch + 1) * batchSize);
        await objects.put(batchKey(run, round, batch), JSON.stringify({ items }), { contentType: 'application/json' });
        progress.heartbeat({ batch });
      }
      const digest = hashOf({ items: input.items.digest, ids, batchSize }).slice(0, 16);
      const plan: BatchPlan = { batches, items: ids.length, digest };
      await objects.put(planKey(run, round), JSON.stringify(plan), { contentType: 'application/json' });
      return { batches, items: ids.length };
    },

    async loadBatch({ run, round, batch }) {
      const stored = await readReceipt<{ items: string[] }>(objects, batchKey(run, round, batch));
      if (stored === null) throw new AssayError('ASY-4005', { batch: `${run}/${round}/${batch}` });
      let saved: number | null = null;
      for await (const { key } of objects.list(`${keys.receipts(run, await votesStage(run, round))}${padded(batch)}-`))
        saved = (saved ?? 0) + (JSON.parse((await objects.get(key)).toString('utf8')) as Shard).rows;
      return { items: stored.items, saved };
    },

    async saveVotes({ run, round, batch, part, items, votes }) {
      const unit = `${padded(batch)}-${padded(part)}-${hashOf(votes).slice(0, 16)}`;
      const receipt = keys.receipt(run, await votesStage(run, round), unit);
      const shard = await once(objects, receipt, async () => {
        const origins = await originsOf(tables, items, votes);
        const rows: Annotation[] = [];
        for (let at = 0; at < votes.length; at += READS) {
          const some = votes.slice(at, at + READS);
          const bodies = await Promise.all(some.map((vote) => readVote(objects, vote)));
          for (const [index, vote] of some.entries()) {
            const origin = origins.get(vote.item);
            const body = bodies[index];
            if (origin === undefined) throw new AssayError('ASY-6004', { item: vote.item, dataset: items.partition });
            if (body === undefined) continue;
            const id = opaqueId('an', vote.item, vote.task, 'human', vote.annotator, run, round, vote.sha256);
            const source = { kind: 'human', id: vote.annotator } as const;
            rows.push({ ...body, id, item: vote.item, source, origin });
          }
        }
        return tables.writeShard('annotations', Annotation, rows);
      });
      return { votes: shard.rows };
    },

    async commitVotes({ run, round }) {
      const receipts: string[] = [];
      for await (const { key } of objects.list(keys.receipts(run, await votesStage(run, round)))) receipts.push(key);
      const shards: Shard[] = [];
      for (const key of receipts.sort()) shards.push(JSON.parse((await objects.get(key)).toString('utf8')) as Shard);
      const some = shards.filter(({ rows }) => rows > 0);
      const written = some.length > 0 ? some : [await tables.writeShard('annotations', Annotation, [])];
      const annotations = await tables.commit('annotations', `${run}-r${round}`, written);
      return { annotations, votes: annotations.rows };
    },
  };
};
