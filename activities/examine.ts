import { keys } from '../schemas/keys.ts';
import type { Shard } from '../schemas/table.ts';
import type { ExamineActivities, ExamineInput } from './contract.ts';
import { linkPartition, mergeClusters } from './examine/clusters.ts';
import { examinedKey, type Plan, planOf } from './examine/plan.ts';
import { type ExamineDeps, type ExaminedUnit, examineUnit } from './examine/shard.ts';
import type { ObjectStore, Progress } from './ports.ts';
import { once, readReceipt } from './receipts.ts';
import { padded } from './shards.ts';

/** What examining left, for selection to merge. */
export interface Examined {
  readonly findings: readonly Shard[];
  readonly overlaps: readonly Shard[];
  readonly near: readonly Shard[];
}

/** A receipt that an earlier step left. Throws ASY-3002 where it did not run. */
const receiptOf = async <T>(objects: ObjectStore, key: string): Promise<T> =>
  JSON.parse((await objects.get(key)).toString('utf8')) as T;

const unitsOf = async (objects: ObjectStore, run: string, { stage, units }: Plan): Promise<ExaminedUnit[]> => {
  const examined: ExaminedUnit[] = [];
  for (let unit = 0; unit < units.length; unit++)
    examined.push(await receiptOf(objects, keys.receipt(run, stage, `unit-${padded(unit)}`)));
  return examined;
};

const present = (shards: readonly (Shard | null)[]): Shard[] => shards.filter((shard) => shard !== null);

/** What the examination of these items under this configuration left. Throws ASY-3002 where it was not done. */
export const readExamined = async (
  deps: Pick<ExamineDeps, 'objects' | 'tables'>,
  input: ExamineInput,
): Promise<Examined> => {
  const { objects } = deps;
  const plan = await planOf(deps, input);
  const units = await unitsOf(objects, input.run, plan);
  return {
    findings: present(units.map(({ findings }) => findings)),
    overlaps: present(units.map(({ overlaps }) => overlaps)),
    near: present([await readReceipt<Shard>(objects, keys.receipt(input.run, plan.stage, 'clusters'))]),
  };
};

/** Examination of items: shard by shard, then partition by partition of the band keys, each idempotent by receipt. */
export const createExamineActivities = (
  deps: ExamineDeps & { readonly progress: () => Progress },
): ExamineActivities => {
  const { objects, tables } = deps;
  const beating = () => {
    const progress = deps.progress();
    return () => {
      progress.cancelled.throwIfAborted();
      progress.heartbeat();
    };
  };
  const signedBy = async (run: string, plan: Plan): Promise<Shard[]> =>
    present((await unitsOf(objects, run, plan)).map(({ signatures }) => signatures));

  return {
    async planExamination(input) {
      const { units, partitions } = await planOf(deps, input);
      return { units: units.length, partitions };
    },

    async examineShard({ unit, ...input }) {
      const plan = await planOf(deps, input);
      const found = plan.units[unit];
      if (found === undefined) throw new RangeError(`unit ${unit} of ${plan.units.length}`);
      const { rows } = await once(objects, keys.receipt(input.run, plan.stage, `unit-${padded(unit)}`), () =>
        examineUnit(deps, input, plan.stage, found, deps.progress()),
      );
      return { rows };
    },

    async linkNear({ partition, ...input }) {
      const beat = beating();
      const plan = await planOf(deps, input);
      const { rows } = await once(objects, keys.receipt(input.run, plan.stage, `link-${padded(partition)}`), async () =>
        linkPartition(
          tables,
          await signedBy(input.run, plan),
          { index: partition, of: plan.partitions },
          input.config.near,
          examinedKey(input.run, plan.stage),
          beat,
        ),
      );
      return { edges: rows };
    },

    async mergeNear(input) {
      const beat = beating();
      const plan = await planOf(deps, input);
      const { run } = input;
      const { rows } = await once(objects, keys.receipt(run, plan.stage, 'clusters'), async () => {
        const edges: Shard[] = [];
        for (let partition = 0; partition < plan.partitions; partition++)
          edges.push(await receiptOf(objects, keys.receipt(run, plan.stage, `link-${padded(partition)}`)));
        const keyOf = examinedKey(run, plan.stage);
        return mergeClusters(tables, await signedBy(run, plan), edges, input.config.near, keyOf, beat);
      });
      return { items: rows };
    },
  };
};
