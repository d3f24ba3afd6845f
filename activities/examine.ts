import type { SemanticConfig } from '../schemas/curation.ts';
import { keys } from '../schemas/keys.ts';
import type { Shard } from '../schemas/table.ts';
import type { ExamineActivities, ExamineInput } from './contract.ts';
import { linkClusters } from './examine/alike.ts';
import { assignUnit, fitCenters } from './examine/centers.ts';
import { linkPartition, mergeClusters } from './examine/clusters.ts';
import { examinedKey, type Plan, planOf } from './examine/plan.ts';
import { type ExamineDeps, type ExaminedUnit, examineUnit } from './examine/shard.ts';
import type { ObjectStore, Progress } from './ports.ts';
import { once, readReceipt } from './receipts.ts';
import { padded } from './shards.ts';

/** What examining left, for selection to merge. */
export interface Examined {
  readonly findings: readonly Shard[];
  readonly redacted: readonly Shard[];
  readonly overlaps: readonly Shard[];
  readonly resemblances: readonly Shard[];
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
    redacted: present(units.map(({ redacted = null }) => redacted)),
    overlaps: present(units.map(({ overlaps }) => overlaps)),
    resemblances: present(units.map(({ resemblances = null }) => resemblances)),
    near: present([await readReceipt<Shard>(objects, keys.receipt(input.run, plan.stage, 'clusters'))]),
  };
};

/** Examination of items: shard by shard, then partition by partition of the band keys and of the clusters of meaning, each idempotent by receipt. */
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
  const meantBy = async (run: string, plan: Plan): Promise<Shard[]> =>
    present((await unitsOf(objects, run, plan)).map(({ meanings = null }) => meanings));
  /** The shard that a step leaves, made once. */
  const left = async (
    input: ExamineInput,
    step: string,
    work: (at: { plan: Plan; keyOf: ReturnType<typeof examinedKey>; beat: () => void }) => Promise<Shard>,
  ): Promise<Shard> => {
    const beat = beating();
    const plan = await planOf(deps, input);
    const keyOf = examinedKey(input.run, plan.stage);
    return once(objects, keys.receipt(input.run, plan.stage, step), () => work({ plan, keyOf, beat }));
  };
  /** The shards that the numbered steps of one name left. */
  const leftBy = async (run: string, { stage }: Plan, step: string, count: number): Promise<Shard[]> => {
    const shards: Shard[] = [];
    for (let n = 0; n < count; n++)
      shards.push(await receiptOf(objects, keys.receipt(run, stage, `${step}-${padded(n)}`)));
    return shards;
  };
  /** The settings of near-duplicates in meaning. Throws RangeError where none are looked for. */
  const semanticOf = ({ config }: ExamineInput): SemanticConfig => {
    if (config.near.semantic === undefined) throw new RangeError('no near-duplicates in meaning are looked for');
    return config.near.semantic;
  };

  return {
    async planExamination(input) {
      const { units, partitions, clusters } = await planOf(deps, input);
      return { units: units.length, partitions, clusters };
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
      const { rows } = await left(input, `link-${padded(partition)}`, async ({ plan, keyOf, beat }) => {
        const part = { index: partition, of: plan.partitions };
        return linkPartition(tables, await signedBy(input.run, plan), part, input.config.near, keyOf, beat);
      });
      return { edges: rows };
    },

    async fitClusters(input) {
      const { rows } = await left(input, 'centers', async ({ plan, keyOf, beat }) => {
        const { clusters } = plan;
        const { seed } = semanticOf(input);
        return fitCenters(tables, await meantBy(input.run, plan), { clusters, seed }, keyOf, beat);
      });
      return { clusters: rows };
    },

    async assignShard({ unit, ...input }) {
      const { rows } = await left(input, `place-${padded(unit)}`, async ({ plan: { stage }, keyOf, beat }) => {
        const centers = await receiptOf<Shard>(objects, keys.receipt(input.run, stage, 'centers'));
        const key = keys.receipt(input.run, stage, `unit-${padded(unit)}`);
        const { meanings = null } = await receiptOf<ExaminedUnit>(objects, key);
        if (meanings === null) throw new RangeError(`unit ${unit} has no embeddings`);
        return assignUnit(tables, meanings, centers, keyOf, beat);
      });
      return { rows };
    },

    async linkMeanings({ partition, ...input }) {
      const { rows } = await left(input, `alike-${padded(partition)}`, async ({ plan, keyOf, beat }) => {
        const from = {
          meanings: await meantBy(input.run, plan),
          places: await leftBy(input.run, plan, 'place', plan.units.length),
        };
        const part = { index: partition, of: plan.partitions };
        return linkClusters(tables, from, part, semanticOf(input), keyOf, beat);
      });
      return { edges: rows };
    },

    async mergeNear(input) {
      const { run, config } = input;
      const { rows } = await left(input, 'clusters', async ({ plan, keyOf, beat }) => {
        const from = { signed: await signedBy(run, plan), meanings: await meantBy(run, plan) };
        const edges = {
          literal: await leftBy(run, plan, 'link', plan.partitions),
          semantic: await leftBy(run, plan, 'alike', plan.clusters === 0 ? 0 : plan.partitions),
        };
        return mergeClusters(tables, from, edges, config.near, keyOf, beat);
      });
      return { items: rows };
    },
  };
};
