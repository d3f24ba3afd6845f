/** A round of annotation as receipts: its plan, its batches, its checks, and what its batches keep. */
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { Shard } from '../../schemas/table.ts';
import type { BatchLine, CheckLine } from '../contract.ts';
import { mapped } from '../pace.ts';
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

/** What batches keep: votes that count, votes on checks, and withdrawn ones. */
export type Kind = 'votes' | 'checks' | 'withdrawn';

export const roundKeys = {
  plan: (run: string, round: number) => keys.receipt(run, stageOf(round), 'plan'),
  batch: (run: string, round: number, batch: number) => keys.receipt(run, stageOf(round), `batch-${padded(batch)}`),
  escalated: (run: string, round: number) => keys.receipt(run, stageOf(round), 'escalated'),
  checks: (run: string, round: number, digest: string) => keys.receipt(run, stageOf(round), `checks-${digest}`),
  kept: (kind: Kind, run: string, round: number, digest: string) => keys.receipts(run, keptIn(kind, round, digest)),
  part: (kind: Kind, run: string, round: number, digest: string, unit: string) =>
    keys.receipt(run, keptIn(kind, round, digest), unit),
} as const;

const keptIn = (kind: Kind, round: number, digest: string): string => `${kind}-${round}-${digest}`;

/** The round and number that a batch's id states (workflows/ids.ts makes it), with its run; null for what is no batch's id. */
export const batchOf = (id: string): { run: string; round: number; batch: number } | null => {
  const [, run, round = '1', batch] = /^batch\/([^/]+)\/(?:r(\d{1,9})-)?(\d{1,9})$/.exec(id) ?? [];
  return run === undefined ? null : { run, round: Number(round), batch: Number(batch) };
};

/** Null where the round was never planned. */
export const findPlan = (objects: ObjectStore, run: string, round: number): Promise<BatchPlan | null> =>
  readReceipt<BatchPlan>(objects, roundKeys.plan(run, round));

/** Throws ASY-4005 where the round was never planned. */
export const readPlan = async (objects: ObjectStore, run: string, round: number): Promise<BatchPlan> => {
  const plan = await findPlan(objects, run, round);
  if (plan === null) throw new AssayError('ASY-4005', { batch: `${run}/${round}` });
  return plan;
};

/** The checks of a round as planned; null where it has none. */
export const findChecks = (
  objects: ObjectStore,
  run: string,
  round: number,
  { digest }: BatchPlan,
): Promise<CheckPlan | null> => readReceipt<CheckPlan>(objects, roundKeys.checks(run, round, digest));

/** Shards of the votes that a round's ended batches keep and that become annotations, by key. */
export const keptShards = async (
  objects: ObjectStore,
  run: string,
  round: number,
  { digest }: BatchPlan,
): Promise<Shard[]> => {
  const found: string[] = [];
  for (const kind of ['votes', 'checks'] as const)
    for await (const { key } of objects.list(roundKeys.kept(kind, run, round, digest))) found.push(key);
  return mapped(found.sort(), AT_ONCE, async (key) => JSON.parse((await objects.get(key)).toString('utf8')) as Shard);
};

/** Receipts read at a time. */
const AT_ONCE = 8;

/** The checks of batch `n`: `perBatch` of them, beginning again where they end. */
const checksOf = ({ checks, perBatch }: CheckPlan, n: number): CheckLine[] =>
  Array.from(
    { length: Math.min(perBatch, checks.length) },
    (_, i) => checks[(n * perBatch + i) % checks.length],
  ).filter((check) => check !== undefined);

/** A batch's items and the checks it asks from, with its round's digest. Throws ASY-4005 where there is no such batch. */
export const readBatch = async (
  objects: ObjectStore,
  run: string,
  round: number,
  batch: number,
): Promise<{ items: BatchLine[]; checks: CheckLine[]; seed: string; digest: string }> => {
  const stored = await readReceipt<{ items: BatchLine[] }>(objects, roundKeys.batch(run, round, batch));
  if (stored === null) throw new AssayError('ASY-4005', { batch: `${run}/${round}/${batch}` });
  const plan = await readPlan(objects, run, round);
  const known = await findChecks(objects, run, round, plan);
  return {
    items: stored.items,
    checks: known === null ? [] : checksOf(known, batch),
    seed: known?.seed ?? '',
    digest: plan.digest,
  };
};
