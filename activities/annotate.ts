import { hashOf } from '../models/hash.ts';
import { Annotation } from '../schemas/annotation.ts';
import type { Shard } from '../schemas/table.ts';
import { itemsToAsk, judgedAnswers, lineOf } from './annotation/batch-plan.ts';
import { readChecks } from './annotation/check-file.ts';
import {
  type BatchPlan,
  type CheckPlan,
  type Kind,
  keptShards,
  readBatch,
  readPlan,
  roundKeys,
} from './annotation/round.ts';
import { namedEscalated, sensitiveItems } from './annotation/sensitive.ts';
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
  /** Where a batch keeps some of its votes. */
  const keyOf = async (
    kind: Kind,
    { run, round, batch, part, votes }: Parameters<AnnotateActivities['saveVotes']>[0],
  ): Promise<string> => {
    const { digest } = await readPlan(objects, run, round);
    const unit = `${padded(batch)}-${padded(part)}-${hashOf(votes).slice(0, 16)}`;
    return roundKeys.part(kind, run, round, digest, unit);
  };
  /** Votes as a shard, once per receipt. */
  const shardOf = (key: string, input: Parameters<typeof rowsOfVotes>[1]): Promise<Shard> =>
    once(objects, key, async () => tables.writeShard('annotations', Annotation, await rowsOfVotes(deps, input)));

  return {
    async planBatches(input) {
      const { run, round, items, batchSize } = input;
      const sensitive = await sensitiveItems(tables, input);
      const checks = input.checks === undefined ? [] : await readChecks(deps, run, items, input.checks, sensitive);
      const found = await itemsToAsk({ objects, tables }, input, new Set(checks.map(({ id }) => id)));
      const hidden = input.sensitive?.skills.length === 0 ? sensitive : new Set<string>();
      const asked = found.filter(({ id }) => !hidden.has(id));
      const escalated = found.filter(({ id }) => hidden.has(id)).map(({ id }) => id);
      const judged = input.judges === undefined ? new Map() : await judgedAnswers(tables, input.judges);
      const batches = Math.ceil(asked.length / batchSize);
      const progress = deps.progress();
      for (let batch = 0; batch < batches; batch++) {
        const lines = asked
          .slice(batch * batchSize, (batch + 1) * batchSize)
          .map((item) => lineOf(item, input, judged, sensitive));
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
      if (escalated.length === 0) return { batches, items: ids.length };
      await objects.put(roundKeys.escalated(run, round), JSON.stringify({ items: escalated }), asJson);
      return { batches, items: ids.length, escalated: namedEscalated(escalated) };
    },

    async loadBatch({ run, round, batch }) {
      const { items, checks, seed, digest } = await readBatch(objects, run, round, batch);
      let saved: number | null = null;
      for await (const { key } of objects.list(`${roundKeys.kept('votes', run, round, digest)}${padded(batch)}-`))
        saved = (saved ?? 0) + (JSON.parse((await objects.get(key)).toString('utf8')) as Shard).rows;
      return { items, saved, ...(checks.length === 0 ? {} : { checks, seed }) };
    },

    async saveVotes(input) {
      return { votes: (await shardOf(await keyOf('votes', input), input)).rows };
    },

    async setAside(input) {
      const key = await keyOf(input.kind, input);
      if (input.kind === 'checks') await shardOf(key, input);
      else await objects.put(key, JSON.stringify({ votes: input.votes }), asJson);
    },

    async commitVotes({ run, round }) {
      const shards = await keptShards(objects, run, round, await readPlan(objects, run, round));
      const some = shards.filter(({ rows }) => rows > 0);
      const written = some.length > 0 ? some : [await tables.writeShard('annotations', Annotation, [])];
      const annotations = await tables.commit('annotations', `${run}-r${round}`, written);
      return { annotations, votes: annotations.rows };
    },
  };
};
