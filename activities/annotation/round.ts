/** A round of annotation as receipts: its plan, its batches, its checks. */
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { BatchLine, CheckLine } from '../contract.ts';
import type { ObjectStore } from '../ports.ts';
import { readReceipt } from '../receipts.ts';
import { padded } from '../shards.ts';

/** What a round asks about. Its digest keeps the votes of a drop that was written again apart from those of the old one. */
export interface BatchPlan {
  readonly batches: number;
  readonly items: number;
  readonly digest: string;
}

/** A round's checks; each batch asks from the next `perBatch` of them. */
export interface CheckPlan {
  readonly seed: string;
  readonly perBatch: number;
  readonly checks: readonly CheckLine[];
}

const stageOf = (round: number): string => `annotate-${round}`;

export const roundKeys = {
  plan: (run: string, round: number) => keys.receipt(run, stageOf(round), 'plan'),
  batch: (run: string, round: number, batch: number) => keys.receipt(run, stageOf(round), `batch-${padded(batch)}`),
  checks: (run: string, round: number, digest: string) => keys.receipt(run, stageOf(round), `checks-${digest}`),
} as const;

/** Throws ASY-4005 where the round was never planned. */
export const readPlan = async (objects: ObjectStore, run: string, round: number): Promise<BatchPlan> => {
  const plan = await readReceipt<BatchPlan>(objects, roundKeys.plan(run, round));
  if (plan === null) throw new AssayError('ASY-4005', { batch: `${run}/${round}` });
  return plan;
};

/** The checks of batch `n`: `perBatch` of them, beginning again where they end. */
const checksOf = ({ checks, perBatch }: CheckPlan, n: number): CheckLine[] =>
  Array.from(
    { length: Math.min(perBatch, checks.length) },
    (_, i) => checks[(n * perBatch + i) % checks.length],
  ).filter((check) => check !== undefined);

/** A batch's items and the checks it asks from. Throws ASY-4005 where there is no such batch. */
export const readBatch = async (
  objects: ObjectStore,
  run: string,
  round: number,
  batch: number,
): Promise<{ items: BatchLine[]; checks: CheckLine[]; seed: string }> => {
  const stored = await readReceipt<{ items: BatchLine[] }>(objects, roundKeys.batch(run, round, batch));
  if (stored === null) throw new AssayError('ASY-4005', { batch: `${run}/${round}/${batch}` });
  const { digest } = await readPlan(objects, run, round);
  const plan = await readReceipt<CheckPlan>(objects, roundKeys.checks(run, round, digest));
  return { items: stored.items, checks: plan === null ? [] : checksOf(plan, batch), seed: plan?.seed ?? '' };
};
