/** Erasure of a person: found once, then rewritten, made anew, removed and proved. Every step can be taken again. */
import { hashOf } from '../models/hash.ts';
import { LIMITS } from '../schemas/drop.ts';
import type { ErasureProof, ErasureReport } from '../schemas/erasure.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import type { ErasureActivities } from './contract.ts';
import { findReach } from './erasure/find.ts';
import { scoredBy } from './erasure/find-versions.ts';
import { holdsOn } from './erasure/holds.ts';
import { rewriteTables } from './erasure/leftovers.ts';
import { createPerson } from './erasure/person.ts';
import { ErasurePlan, readPlan } from './erasure/plan.ts';
import { CHECK, placesOf, readProof } from './erasure/proof.ts';
import { rewriteRaw } from './erasure/raw.ts';
import { rewriteReadings } from './erasure/readings.ts';
import { leaveWord, replacements } from './erasure/replaced.ts';
import { rewriteRounds, staleReceipts } from './erasure/rounds.ts';
import { rewriteStudy } from './erasure/study.ts';
import { clearLocal, goingKeys } from './erasure/sweep.ts';
import { raise } from './erasure/tombstones.ts';
import { keysUnder, removeAll, removeOlderUnder } from './erasure/versions.ts';
import type { ObjectStore, Progress, TableStore } from './ports.ts';
import { once } from './receipts.ts';

/** The id of the next erasure of a subject: the one that did not end, else a new one. */
export const nextErasure = async (objects: ObjectStore, subject: string): Promise<string> => {
  const name = hashOf(['erasure', subject]).slice(0, 16);
  for (let n = 1; ; n++) if ((await readProof(objects, `${name}-${n}`)) === null) return `${name}-${n}`;
};

const reportOf = ({ id, reached, datasets, models }: ErasureProof): ErasureReport => ({
  id,
  reached,
  datasets,
  models,
  proof: keys.erasure(id),
});

export const createErasureActivities = (deps: {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly progress: () => Progress;
  /** Key of the hash of people's ids. */
  readonly subjectKey: string;
  readonly tempDir: string;
  readonly now?: () => number;
}): ErasureActivities => {
  const { objects, tables, subjectKey, tempDir, now = Date.now } = deps;
  const source = { objects, tables, limits: LIMITS };
  const beating = (): (() => void) => {
    const progress = deps.progress();
    return () => {
      progress.cancelled.throwIfAborted();
      progress.heartbeat();
    };
  };

  return {
    async planErasure({ id, subject, running }) {
      const beat = beating();
      const plan = ErasurePlan.parse(
        await once(objects, keys.erasureStep(id, 'plan'), async () => {
          const began = new Date(now()).toISOString();
          const found = await findReach(source, createPerson(subjectKey, subject), subjectKey, began, beat);
          if (found === null) throw new AssayError('ASY-6401');
          const busy = found.drops.filter(({ drop }) => running.includes(drop)).map(({ drop }) => `run/${drop}`);
          if (busy.length > 0) throw new AssayError('ASY-6402', { runs: busy.join(', ') });
          const holds = await holdsOn(objects, found);
          if (holds.length > 0) throw new AssayError('ASY-6406', { holds: holds.join('; ') });
          return found;
        }),
      );
      await raise(objects, plan.subject, plan.contents);
      return { drops: plan.drops.map(({ drop, again }) => ({ drop, again })), reached: plan.reached };
    },

    async withdrawHeads({ id }) {
      const beat = beating();
      const { models } = await readPlan(objects, id);
      await removeAll(
        objects,
        keys.erasureStep(id, 'heads'),
        async () =>
          (
            await Promise.all(models.map(({ name, version }) => keysUnder(objects, keys.modelVersion(name, version))))
          ).flat(),
        beat,
      );
    },

    async rewriteDrop({ id, drop }) {
      const beat = beating();
      const plan = await readPlan(objects, id);
      const { subject, shards } = plan;
      const reached = plan.drops.find((each) => each.drop === drop);
      if (reached !== undefined) await rewriteRaw(source, id, reached, createPerson(subjectKey, subject), beat);
      const stale = () => staleReceipts(objects, drop, reached?.again === 'run');
      await removeAll(objects, keys.erasureStep(id, `receipts-${drop}`), stale, beat);
      const hashes = new Set(shards.map(({ shard }) => shard.sha256));
      const gone = { subject, items: new Set(plan.items) };
      return { votes: await rewriteRounds(deps, { id, run: drop }, hashes, gone, beat) };
    },

    async sweepErased({ id }) {
      const beat = beating();
      const plan = await readPlan(objects, id);
      await rewriteTables(source, plan, beat);
      const { datasets, models } = await replacements(objects, plan);
      await removeAll(objects, keys.erasureStep(id, 'swept'), () => goingKeys(source, plan, datasets), beat);
      await rewriteReadings(objects, { id, subject: plan.subject }, beat);
      for (const study of plan.studies) await rewriteStudy(objects, { id, study, subject: plan.subject });
      const word = { erasure: id, at: plan.began };
      for (const { name, withdrawn, version } of datasets)
        await leaveWord(objects, keys.datasetFile(name, withdrawn, 'withdrawn.json'), { ...word, version });
      for (const { name, withdrawn, version } of models)
        await leaveWord(objects, keys.model(name, withdrawn, 'withdrawn.json'), { ...word, version });
      for (const { drop } of plan.drops) await removeOlderUnder(objects, keys.run(drop));
      for (const item of plan.touched) await removeOlderUnder(objects, keys.heatmaps(item));
      await clearLocal(objects, tempDir, now());
    },

    async proveErasure({ id, failed }) {
      const beat = beating();
      const proof = (await readProof(objects, id)) ?? (await prove(id, failed));
      beat();
      // What the steps noted goes last: until then the proof can be made again.
      for (const key of await keysUnder(objects, keys.erasureWork(id)))
        for await (const version of objects.versions(key))
          if (version.key === key) await objects.deleteVersion(key, version.version);
      return reportOf(proof);
    },
  };

  async function prove(id: string, failed: readonly { readonly drop: string; readonly reason: string }[]) {
    const plan = await readPlan(objects, id);
    const { datasets, models } = await replacements(objects, plan);
    const reasons = failed.map(({ drop, reason }) => `run/${drop} could not be done again: ${reason}`).join('; ');
    const why = (version: string | null): string => {
      if (version !== null) return 'trained anew without the person';
      return `removed, for it had learned from the person; ${reasons === '' ? 'no head was trained in its place' : reasons}`;
    };
    const flagged = await scoredBy(objects, plan.models);
    const proof: ErasureProof = {
      id,
      subject: plan.subject,
      began: plan.began,
      ended: new Date(now()).toISOString(),
      reached: plan.reached,
      datasets,
      models: models.map((each) => ({ ...each, why: why(each.version) })),
      places: await placesOf(objects, id),
      unread: plan.unread,
      flagged: flagged.map(({ name, version }) => ({
        dataset: name,
        version,
        why: 'its scores are of a head that had learned from the person',
      })),
      check: CHECK,
    };
    await objects.create(keys.erasure(id), `${JSON.stringify(proof, null, 2)}\n`, { contentType: 'application/json' });
    return proof;
  }
};
