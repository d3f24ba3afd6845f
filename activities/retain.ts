/** Retention: planned once, then removed part by part, then recorded. Every step can be taken again. */
import { z } from 'zod';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { Hold, RetentionCount, type RetentionRecord } from '../schemas/retention.ts';
import type { RetentionActivities } from './contract.ts';
import { chunked } from './pace.ts';
import type { ObjectStore, Progress, TableStore } from './ports.ts';
import { once, readReceipt } from './receipts.ts';
import { createCounts, fates } from './retention/plan.ts';
import { openPolicy } from './retention/policies.ts';
import { addRecord } from './retention/records.ts';
import { Done, doneKey, Part, partKey, removePart } from './retention/remove.ts';

/** Objects of one part: what one activity removes. */
const PART = 2_000;

const Plan = z.object({
  policy: z.int(),
  at: z.string(),
  counts: z.array(RetentionCount),
  parts: z.int(),
  holds: z.array(Hold),
});

export const createRetentionActivities = (deps: {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly progress: () => Progress;
  readonly now?: () => number;
}): RetentionActivities => {
  const { objects, now = Date.now } = deps;
  const beating = (): (() => void) => {
    const progress = deps.progress();
    return () => {
      progress.cancelled.throwIfAborted();
      progress.heartbeat();
    };
  };
  const planKey = (id: string) => keys.retentionStep(id, 'plan');
  const receipt = async <S extends z.ZodType>(key: string, schema: S): Promise<z.infer<S>> => {
    const found = await readReceipt(objects, key);
    if (found === null) throw new AssayError('ASY-3002', { key });
    return schema.parse(found);
  };

  return {
    async planRetention({ id }) {
      const beat = beating();
      const { counts, parts } = Plan.parse(
        await once(objects, planKey(id), async (): Promise<z.infer<typeof Plan>> => {
          const { number, policy } = await openPolicy(objects);
          const at = now();
          const tally = createCounts();
          async function* going(): AsyncGenerator<Part[number]> {
            for await (const { key, bytes, modified, ...fate } of fates(deps, policy, at, beat)) {
              tally.add({ key, bytes, modified, ...fate });
              if (fate.reason === 'expired' && fate.rule !== null)
                yield { class: fate.class, rule: fate.rule, key, bytes, modified };
            }
          }
          let written = 0;
          for await (const part of chunked(going(), PART))
            await objects.put(partKey(id, written++), JSON.stringify(part), { contentType: 'application/json' });
          const { holds } = policy;
          return { policy: number, at: new Date(at).toISOString(), counts: tally.list(), parts: written, holds };
        }),
      );
      return { counts, parts };
    },

    async removeExpired({ id, part }) {
      const beat = beating();
      return Done.parse(
        await once(objects, doneKey(id, part), async () =>
          removePart(deps, await receipt(partKey(id, part), Part), beat),
        ),
      );
    },

    async recordRetention({ id }) {
      const beat = beating();
      const plan = await receipt(planKey(id), Plan);
      const sum = { removed: 0, changed: 0 };
      for (let part = 0; part < plan.parts; part++) {
        beat();
        const done = await receipt(doneKey(id, part), Done);
        sum.removed += done.removed;
        sum.changed += done.changed;
      }
      const record: RetentionRecord = { id, ...plan, ...sum };
      await addRecord(objects, record);
      // Local copies would outlive what they are of.
      if (sum.removed > 0) await objects.forget();
      return record;
    },
  };
};
