import { hashOf } from '../models/hash.ts';
import { Annotation } from '../schemas/annotation.ts';
import { keys } from '../schemas/keys.ts';
import type { Shard } from '../schemas/table.ts';
import { itemsToAsk, judgedAnswers, lineOf } from './annotation/batch-plan.ts';
import { readChecks } from './annotation/check-file.ts';
import { type BatchPlan, type CheckPlan, readBatch, readPlan, roundKeys } from './annotation/round.ts';
import { rowsOfVotes } from './annotation/vote-rows.ts';
import type { AnnotateActivities } from './contract.ts';
import type { ObjectStore, Progress, TableStore } from './ports.ts';
import { once } from './receipts.ts';
import { padded } from './shards.ts';

const asJson = { contentType: 'application/json' };

/** People's side of annotation: batches as receipts, votes as annotation shards. */
export const createAnnotateActivities = (deps: {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly progress: () => Progress;
}): AnnotateActivities => {
  const { objects, tables } = deps;
  /** Where a round keeps `votes`, votes on `checks`, and `withdrawn` ones. */
  const keptIn = async (kind: 'votes' | 'checks' | 'withdrawn', run: string, round: number): Promise<string> =>
    `${kind}-${round}-${(await readPlan(objects, run, round)).digest}`;
  /** Votes as a shard, once per receipt. */
  const shardOf = (key: string, input: Parameters<typeof rowsOfVotes>[1]): Promise<Shard> =>
    once(objects, key, async () => tables.writeShard('annotations', Annotation, await rowsOfVotes(deps, input)));
  const unitOf = (batch: number, part: number, votes: unknown) =>
    `${padded(batch)}-${padded(part)}-${hashOf(votes).slice(0, 16)}`;

  return {
    async planBatches(input) {
      const { run, round, items, batchSize } = input;
      const checks = input.checks === undefined ? [] : await readChecks(deps, run, items, input.checks);
      const asked = await itemsToAsk(tables, input, new Set(checks.map(({ id }) => id)));
      const judged = input.judges === undefined ? new Map() : await judgedAnswers(tables, input.judges);
      const batches = Math.ceil(asked.length / batchSize);
      const progress = deps.progress();
      for (let batch = 0; batch < batches; batch++) {
        const lines = asked
          .slice(batch * batchSize, (batch + 1) * batchSize)
          .map((item) => lineOf(item, input, judged));
        await objects.put(roundKeys.batch(run, round, batch), JSON.stringify({ items: lines }), asJson);
        progress.heartbeat({ batch });
      }
      const ids = asked.map(({ id }) => id);
      const known = checks.length === 0 ? {} : { checks };
      const digest = hashOf({ items: items.digest, ids, batchSize, ...known }).slice(0, 16);
      if (input.checks !== undefined) {
        // Known to nobody who does not know the answers: draws made by it cannot be foreseen.
        const seed = hashOf({ run, checks }).slice(0, 16);
        const plan: CheckPlan = { seed, perBatch: input.checks.perBatch, checks };
        await objects.put(roundKeys.checks(run, round, digest), JSON.stringify(plan), asJson);
      }
      const plan: BatchPlan = { batches, items: ids.length, digest };
      await objects.put(roundKeys.plan(run, round), JSON.stringify(plan), asJson);
      return { batches, items: ids.length };
    },

    async loadBatch({ run, round, batch }) {
      const { items, checks, seed } = await readBatch(objects, run, round, batch);
      let saved: number | null = null;
      const stage = await keptIn('votes', run, round);
      for await (const { key } of objects.list(`${keys.receipts(run, stage)}${padded(batch)}-`))
        saved = (saved ?? 0) + (JSON.parse((await objects.get(key)).toString('utf8')) as Shard).rows;
      return { items, saved, ...(checks.length === 0 ? {} : { checks, seed }) };
    },

    async saveVotes({ run, round, batch, part, items, votes }) {
      const key = keys.receipt(run, await keptIn('votes', run, round), unitOf(batch, part, votes));
      return { votes: (await shardOf(key, { run, round, items, votes })).rows };
    },

    async setAside({ run, round, batch, part, items, kind, votes }) {
      const key = keys.receipt(run, await keptIn(kind, run, round), unitOf(batch, part, votes));
      if (kind === 'checks') await shardOf(key, { run, round, items, votes });
      else await objects.put(key, JSON.stringify({ votes }), asJson);
    },

    async commitVotes({ run, round }) {
      const receipts: string[] = [];
      for (const kind of ['votes', 'checks'] as const)
        for await (const { key } of objects.list(keys.receipts(run, await keptIn(kind, run, round))))
          receipts.push(key);
      const shards: Shard[] = [];
      for (const key of receipts.sort()) shards.push(JSON.parse((await objects.get(key)).toString('utf8')) as Shard);
      const some = shards.filter(({ rows }) => rows > 0);
      const written = some.length > 0 ? some : [await tables.writeShard('annotations', Annotation, [])];
      const annotations = await tables.commit('annotations', `${run}-r${round}`, written);
      return { annotations, votes: annotations.rows };
    },
  };
};
