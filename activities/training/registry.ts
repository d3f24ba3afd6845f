/** Writes a trained head where heads are kept: its files first, its manifest last and only if nobody else wrote it. */
import { sha256 } from '../../models/hash.ts';
import type { TrainingSet } from '../../models/training/examples.ts';
import type { TrainedHead } from '../../models/training/head.ts';
import type { LeftOutTable } from '../../models/trust/leave-one-out.ts';
import { reliabilitySvg } from '../../models/trust/reliability-svg.ts';
import type { RobustnessBeside } from '../../models/trust/robustness.ts';
import type { TransferMatrix } from '../../models/trust/transfer-matrix.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { HeadManifest } from '../../schemas/model.ts';
import type { Shard } from '../../schemas/table.ts';
import { readHead } from '../model-catalog.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { headCard } from './card.ts';
import { EvidenceRow, evidenceOf } from './evidence.ts';

/** A head that was just trained, and what it came from. */
export interface NewHead {
  readonly identity: Pick<
    HeadManifest,
    'name' | 'version' | 'kind' | 'modality' | 'encoder' | 'data' | 'hyperparameters'
  >;
  readonly trained: TrainedHead;
  readonly set: TrainingSet;
  readonly pairs: Shard;
  readonly examples: Shard | null;
  /** Pairs before sampling. */
  readonly usable: number;
  readonly leftOut: readonly LeftOutTable[];
  /** Where it was asked for. */
  readonly transfer?: TransferMatrix;
  /** Of a head fitted on attacked twins, beside one that was not. */
  readonly robustness?: RobustnessBeside | null;
}

/** JSON without NaN or infinity (ASY-5005), which `JSON.stringify` would turn into null. */
const strict = (document: unknown, file: string): string =>
  `${JSON.stringify(
    document,
    (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value))
        throw new AssayError('ASY-5005', { what: `${file}: ${key}` });
      return value;
    },
    2,
  )}\n`;

/** Stores a head; where its version stands already it is left as it is. Returns the manifest that stands. */
export const storeHead = async (
  { objects, tables }: { readonly objects: ObjectStore; readonly tables: TableStore },
  head: NewHead,
): Promise<HeadManifest> => {
  const { identity, trained, set, pairs, examples, usable, leftOut, transfer, robustness = null } = head;
  const { name, version } = identity;
  // Another attempt may have finished meanwhile, on a machine whose last digits differ: its manifest goes with its files.
  const standing = await readHead(objects, name, version);
  if (standing !== null) return standing;
  const { onnx, metrics, evaluation, fit } = trained;
  const file = (path: string) => keys.model(name, version, path);
  const validation = await tables.writeParquet(() => file('validation.parquet'), EvidenceRow, evidenceOf(set));
  const manifest: HeadManifest = {
    ...identity,
    metrics,
    onnx: { file: 'model.onnx', sha256: sha256(onnx), bytes: onnx.byteLength },
    evidence: { pairs, examples, validation },
  };
  const facts = {
    metrics,
    fit,
    pairs: { usable, used: pairs.rows },
    ...evaluation,
    leaveOneOut: leftOut,
    ...(transfer === undefined ? {} : { transfer }),
    robustness,
  };
  const put = (path: string, body: Uint8Array | string, contentType: string) =>
    objects.put(file(path), body, { contentType });
  await put('model.onnx', onnx, 'application/octet-stream');
  await put('eval.json', strict(facts, 'eval.json'), 'application/json');
  await put('reliability.svg', reliabilitySvg(evaluation.calibration.bins), 'image/svg+xml');
  await put('card.md', headCard(manifest, evaluation, { leftOut, transfer, robustness }), 'text/markdown');
  // Last, and only if nobody else wrote it: a head is there when its manifest is.
  await objects.create(file('manifest.json'), strict(manifest, 'manifest.json'), { contentType: 'application/json' });
  return (await readHead(objects, name, version)) ?? manifest;
};
