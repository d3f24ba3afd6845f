import { sha256 } from '../models/hash.ts';
import type { TrainedHead } from '../models/training/preference.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import type { HeadManifest, HeadRef } from '../schemas/model.ts';
import type { TrainActivities } from './contract.ts';
import { promotedVersion, readHead } from './model-catalog.ts';
import type { ObjectStore, Progress, TableStore } from './ports.ts';
import { readReceipt } from './receipts.ts';
import { headCard } from './training/card.ts';
import { fitPlanned } from './training/fit.ts';
import {
  type EncoderFacts,
  encoderOf,
  headVersion,
  hyperparametersOf,
  KIND,
  PairRow,
  pairRows,
  TrainingPlan,
  usablePairs,
} from './training/plan.ts';
import { judgePromotion } from './training/promote.ts';

/** With fewer training pairs than this there is nothing to fit, whatever the configuration says. */
const LEAST = 2;

type PlanInput = Parameters<TrainActivities['planTraining']>[0];

const planKey = (run: string, name: string, version: string): string =>
  keys.receipt(run, 'train', `${name}@${version}`);

const manifestOf = (
  name: string,
  version: string,
  plan: TrainingPlan,
  { onnx, metrics }: TrainedHead,
): HeadManifest => ({
  name,
  version,
  kind: KIND,
  modality: plan.modality,
  encoder: plan.encoder,
  data: { items: plan.items.digest, labels: plan.labels.digest, features: plan.features.digest },
  hyperparameters: plan.hyperparameters,
  metrics,
  onnx: { file: 'model.onnx', sha256: sha256(onnx), bytes: onnx.byteLength },
});

/** Training: plan (a receipt and the pairs), fit, and the gate that decides which head serves. */
export const createTrainActivities = (deps: {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly progress: () => Progress;
}): TrainActivities => {
  const { objects, tables } = deps;
  const refOf = async ({ name, version, metrics }: HeadManifest): Promise<HeadRef> => ({
    name,
    version,
    metrics,
    promoted: (await promotedVersion(objects, name)) === version,
  });
  /** The plan of a version; its pairs are written where there are enough of them. */
  const draw = async (version: string, input: PlanInput, encoder: EncoderFacts | null): Promise<TrainingPlan> => {
    const { name, modality, items, labels, features, config } = input;
    const sources = { items, labels, features };
    const sides = encoder === null ? { train: [], validation: [] } : await usablePairs(tables, sources, config);
    const usable = sides.train.length + sides.validation.length;
    const rows = pairRows(sides, config.maxPairs);
    const train = rows.filter(({ split }) => split === 'train').length;
    const enough = usable >= config.minPairs && train >= LEAST;
    return {
      modality,
      ...sources,
      encoder: encoder ?? { id: 'none', revision: 'none', dims: 0 },
      hyperparameters: hyperparametersOf(config),
      pairs: enough ? await tables.writeParquet(() => keys.model(name, version, 'pairs.parquet'), PairRow, rows) : null,
      usable,
      train,
    };
  };

  return {
    async planTraining(input) {
      const { run, name, features, config } = input;
      const encoder = await encoderOf(tables, features);
      const version = headVersion(input, encoder, config);
      const key = planKey(run, name, version);
      const plan = (await readReceipt<TrainingPlan>(objects, key)) ?? (await draw(version, input, encoder));
      const few = plan.usable < config.minPairs;
      if (few || plan.pairs === null) {
        const shortage = few ? { pairs: plan.usable, needed: config.minPairs } : { pairs: plan.train, needed: LEAST };
        const { code, message } = new AssayError('ASY-5004', shortage);
        return { version, pairs: plan.usable, skipped: { code, reason: message } };
      }
      await objects.put(key, JSON.stringify(plan), { contentType: 'application/json' });
      return { version, pairs: plan.pairs.rows, skipped: null };
    },

    async fitHead({ run, name, version }) {
      const standing = await readHead(objects, name, version);
      if (standing !== null) return refOf(standing);
      const receipt = await readReceipt(objects, planKey(run, name, version));
      if (receipt === null) throw new AssayError('ASY-3002', { key: planKey(run, name, version) });
      const plan = TrainingPlan.parse(receipt);
      if (plan.pairs === null) throw new AssayError('ASY-5004', { pairs: plan.train, needed: LEAST });
      const head = await fitPlanned(tables, plan, plan.pairs, deps.progress());
      const manifest = manifestOf(name, version, plan, head);
      const { loss, iterations, converged, metrics } = head;
      const evaluation = {
        metrics,
        fit: { loss, iterations, converged },
        pairs: { usable: plan.usable, used: plan.pairs.rows },
        temperature: 'fitted on training pairs by heads that did not see their groups (five folds)',
        baseline:
          plan.modality === 'text' ? 'longer response wins, equal lengths half' : 'side that won most in training',
      };
      const file = (path: string) => keys.model(name, version, path);
      await objects.put(file('model.onnx'), head.onnx, { contentType: 'application/octet-stream' });
      await objects.put(file('eval.json'), `${JSON.stringify(evaluation, null, 2)}\n`, {
        contentType: 'application/json',
      });
      await objects.put(file('card.md'), headCard(manifest), { contentType: 'text/markdown' });
      // Last, and only if nobody else wrote it: a head is there when its manifest is.
      await objects.create(file('manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, {
        contentType: 'application/json',
      });
      return refOf((await readHead(objects, name, version)) ?? manifest);
    },

    async promoteHead({ name, version }) {
      const head = await readHead(objects, name, version);
      if (head === null) throw new AssayError('ASY-5001', { model: `${name} ${version}` });
      const current = await promotedVersion(objects, name);
      const serving = current === null ? null : await readHead(objects, name, current);
      const promotion = judgePromotion(head, serving);
      if (promotion.promoted && current !== version)
        await objects.put(keys.modelPromoted(name), `${JSON.stringify({ version })}\n`, {
          contentType: 'application/json',
        });
      return promotion;
    },
  };
};
