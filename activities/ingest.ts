import { LIMITS } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import type { PipelineConfig } from '../schemas/pipeline.ts';
import type { IngestActivities } from './contract.ts';
import { commit } from './drop-commit.ts';
import { type DropListing, type Limits, listDrop, type Plan, type Unit } from './drop-plan.ts';
import { statedTerms } from './drop-terms.ts';
import { cutUnits } from './drop-units.ts';
import { readGraves } from './erasure/tombstones.ts';
import { readPipeline } from './pipeline-file.ts';
import type { MediaProbe, ObjectStore, Progress, TableStore } from './ports.ts';
import { once, readReceipt } from './receipts.ts';
import { padded } from './shards.ts';
import { parse } from './unit-parse.ts';
import type { UnitReceipt } from './unit-sink.ts';

export interface IngestDeps {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly media: MediaProbe;
  /** The running activity's, asked for once per call. */
  readonly progress: () => Progress;
  /** Key of the hash of people's ids; empty: drops that name people are refused with ASY-9006. */
  readonly subjectKey: string;
  readonly tempDir: string;
  readonly limits?: Limits;
}

const STAGE = 'ingest';

/** Rows between heartbeats. */
const BEAT_ROWS = 500;

/** Files that `pipeline.yaml` names hold no rows of the drop. */
const withoutPapers = (listing: DropListing, { annotate }: PipelineConfig): DropListing => {
  const named = [annotate.checks?.file, annotate.guidelineFile];
  return {
    ...listing,
    files: listing.files.filter(({ path }) => !named.includes(path)),
    faults: listing.faults.filter(({ file }) => !named.includes(file)),
  };
};

/** Drop → items, annotations, quarantine. Receipts are named by the drop's content: a drop written again is parsed again. */
export const createIngestActivities = (deps: IngestDeps): IngestActivities => {
  const { objects, tables } = deps;
  const limits = deps.limits ?? LIMITS;
  const source = { objects, tables, limits };
  const unitKey = (plan: Plan, unit: number) =>
    keys.receipt(plan.manifest.name, STAGE, `unit-${plan.digest}-${padded(unit)}`);
  const planKey = (plan: Plan, unit: number) =>
    keys.receipt(plan.manifest.name, STAGE, `plan-${plan.digest}-${padded(unit)}`);

  const readPlan = async (drop: string): Promise<Plan> => {
    const plan = await readReceipt<Plan>(objects, keys.receipt(drop, STAGE, 'plan'));
    if (plan === null) throw new AssayError('ASY-3002', { key: keys.receipt(drop, STAGE, 'plan') });
    return plan;
  };

  return {
    async planDrop({ drop }) {
      const progress = deps.progress();
      const listed = await listDrop(objects, drop);
      const config = await readPipeline(objects, listed.manifest);
      if (config.privacy.consent === 'required' && !statedTerms(listed.manifest).consent)
        throw new AssayError('ASY-6556', { drop });
      const listing = withoutPapers(listed, config);
      const units = await cutUnits(objects, listing, limits, () => progress.heartbeat());
      const { manifest, digest } = listing;
      const plan: Plan = { manifest, digest, units: units.length, files: listing.files.length + listing.faults.length };
      for (const [i, unit] of units.entries()) {
        await objects.put(planKey(plan, i), JSON.stringify(unit), { contentType: 'application/json' });
        progress.heartbeat();
      }
      await objects.put(keys.receipt(drop, STAGE, 'plan'), JSON.stringify(plan), { contentType: 'application/json' });
      return { units: units.length, modality: manifest.modality, config };
    },

    async parseUnit({ drop, unit }) {
      const progress = deps.progress();
      const plan = await readPlan(drop);
      const receipt = await once<UnitReceipt>(objects, unitKey(plan, unit), async () => {
        const work = JSON.parse((await objects.get(planKey(plan, unit))).toString('utf8')) as Unit;
        const beat = (rows: number) => {
          if (rows % BEAT_ROWS !== 0 && work.kind !== 'media') return;
          progress.cancelled.throwIfAborted();
          progress.heartbeat({ rows });
        };
        return parse({
          manifest: plan.manifest,
          unit: work,
          source,
          media: deps.media,
          subjectKey: deps.subjectKey,
          graves: await readGraves(objects, deps.subjectKey),
          beat,
        });
      });
      const { rowsIn, rowsOut, quarantined } = receipt;
      return { rowsIn, rowsOut, quarantined };
    },

    async commitDrop({ drop, units }) {
      const progress = deps.progress();
      const plan = await readPlan(drop);
      const receipts: UnitReceipt[] = [];
      for (let unit = 0; unit < units; unit++) {
        const receipt = await readReceipt<UnitReceipt>(objects, unitKey(plan, unit));
        if (receipt === null) throw new AssayError('ASY-3002', { key: unitKey(plan, unit) });
        receipts.push(receipt);
        progress.heartbeat();
      }
      const unitOf = async (unit: number) =>
        JSON.parse((await objects.get(planKey(plan, unit))).toString('utf8')) as Unit;
      return commit({ plan, receipts, source, unitOf, beat: () => progress.heartbeat() });
    },
  };
};
