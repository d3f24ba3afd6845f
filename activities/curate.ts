import { hashOf } from '../models/hash.ts';
import { OUTDATED } from '../models/selection/age.ts';
import type { FunnelStep } from '../schemas/dataset.ts';
import { renewsLabels } from '../schemas/examination.ts';
import type { CurateActivities, CurateInput } from './contract.ts';
import { exportFormat } from './dataset/export.ts';
import { refuseHalted } from './dataset/halt.ts';
import { planPermits } from './dataset/permits.ts';
import { type PublishDeps, publish } from './dataset/publish.ts';
import { select } from './dataset/select.ts';
import { SelectionFile, selectionKey } from './dataset/selection-file.ts';
import { besideTables } from './dataset/told.ts';
import { EXPORTERS_VERSION } from './exporters/index.ts';
import type { Progress } from './ports.ts';
import { once } from './receipts.ts';

/** Raised with every change to what selection keeps or writes: it is part of a dataset's version. */
const SELECTION_VERSION = 3;

/** First 16 hex of the hash over everything that decides a dataset's bytes; where its tables lie does not, nor what may halt it. */
const datasetVersion = (input: CurateInput, beside: object): string => {
  const { haltOn: _, ...exports } = input.exports;
  return hashOf({
    code: { selection: SELECTION_VERSION, exporters: EXPORTERS_VERSION },
    modality: input.modality,
    items: input.items.digest,
    annotations: input.annotations.map(({ digest }) => digest),
    labels: input.labels.digest,
    features: input.features?.digest ?? null,
    scores: input.scores?.digest ?? null,
    heatmaps: input.heatmaps?.map(({ digest }) => digest) ?? [],
    model: input.model,
    summaries: input.summaries,
    config: input.config,
    beside,
    exports,
  }).slice(0, 16);
};

/** Items that a filter on age took out. */
const expiredIn = (funnel: readonly FunnelStep[]): number =>
  funnel
    .filter(({ step }) => step === 'filters')
    .flatMap(({ reasons }) => OUTDATED.map((reason) => reasons[reason] ?? 0))
    .reduce((sum, n) => sum + n, 0);

/** Curation: plan, select, export, publish. Each step leaves files under `datasets/<name>/<version>/`; the manifest comes last. */
export const createCurateActivities = (
  deps: PublishDeps & { readonly progress: () => Progress; readonly now?: () => number },
): CurateActivities => {
  const { objects, now = Date.now } = deps;
  return {
    async planDataset(input) {
      const { waivers, beside } = await planPermits(objects, input, now());
      const version = datasetVersion(input, { ...(await besideTables(deps, input)), ...beside });
      return waivers.length === 0 ? { version } : { version, waivers: waivers.map(({ number }) => number) };
    },

    async selectRows(input) {
      const progress = deps.progress();
      const selection = SelectionFile.parse(
        await once(objects, selectionKey(input.name, input.version), () => select(deps, input, progress)),
      );
      // Before anything is exported, and again before it is published: a monitor may have turned red meanwhile.
      await refuseHalted(objects, input.exports.haltOn);
      return {
        rows: selection.rows,
        funnel: selection.funnel,
        formats: selection.formats,
        conflicts: selection.conflicts,
        ...(renewsLabels(input.config) && { expired: expiredIn(selection.funnel) }),
      };
    },

    async exportDataset({ name, version, format }) {
      const progress = deps.progress();
      const { files, rows } = await exportFormat(deps, { name, version }, format, (done) => {
        progress.cancelled.throwIfAborted();
        progress.heartbeat({ rows: done });
      });
      return { files: files.length, rows };
    },

    async publishDataset(input) {
      const progress = deps.progress();
      await refuseHalted(objects, input.exports.haltOn);
      return publish(deps, input, () => {
        progress.cancelled.throwIfAborted();
        progress.heartbeat();
      });
    },
  };
};
