/** The gate that decides which head serves, and the way back. */
import type { Head } from '../../models/heads/head.ts';
import { outcomesOf, shareRight } from '../../models/metrics/preference.ts';
import { type Estimate, pairedDifference } from '../../models/trust/bootstrap.ts';
import { AssayError, isAssayError } from '../../schemas/errors.ts';
import type { PromotionRecord } from '../../schemas/evaluation.ts';
import type { HeadManifest } from '../../schemas/model.ts';
import { openHeadOf, readHead } from '../model-catalog.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { type Evidence, marginsOf, readEvidence } from './evidence.ts';
import { record, rolledBack, servingStack } from './promotions.ts';

export interface Promotion {
  readonly promoted: boolean;
  readonly reason: string;
}

/** Both heads on the same held-out pairs. */
export interface Comparison {
  readonly head: number;
  readonly serving: number;
  /** Accuracy of the head less that of the serving one, over groups. */
  readonly difference: Estimate;
}

const fixed = (value: number): string => value.toFixed(3);
const interval = ([low, high]: readonly [number, number]): string => `${fixed(low)} … ${fixed(high)}`;

const short = ({ version }: HeadManifest): string => version.slice(0, 8);

const said = ({ metrics: { accuracy, accuracyCi } }: HeadManifest): string =>
  `${fixed(accuracy)} (${interval(accuracyCi)})`;

const onSamePairs = (head: HeadManifest, serving: HeadManifest, { difference, ...right }: Comparison): string =>
  `${short(head)} ${fixed(right.head)}, serving ${short(serving)} ${fixed(right.serving)} on the same ${difference.n} pairs of ` +
  `${difference.groups} groups; difference ${fixed(difference.value)} (95 % interval ${interval(difference.ci)})`;

/**
 * A head serves unless it is worse than the serving one beyond noise: unless the whole paired interval of their difference is
 * below 0, or where they cannot be measured on the same pairs (`compared` then says why), unless its accuracy's whole interval
 * lies below the serving one's.
 */
export const judgePromotion = (
  head: HeadManifest,
  serving: HeadManifest | null,
  compared: Comparison | string,
): Promotion => {
  if (serving === null) return { promoted: true, reason: 'first head of this name' };
  if (serving.version === head.version) return { promoted: true, reason: 'it serves already' };
  const worse =
    typeof compared === 'string'
      ? head.metrics.accuracyCi[1] < serving.metrics.accuracyCi[0]
      : compared.difference.ci[1] < 0;
  const figures =
    typeof compared === 'string'
      ? `${short(head)} ${said(head)}, serving ${short(serving)} ${said(serving)}, each on its own pairs, for ${compared}`
      : onSamePairs(head, serving, compared);
  return { promoted: !worse, reason: `${worse ? 'worse' : 'not worse'} beyond noise: ${figures}` };
};

interface Stores {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
}

/** What can be read, or the code of why not: a serving head that is broken must not keep a whole one from its place. */
const usable = async <T extends Head | Evidence>(reading: Promise<T>): Promise<T | string> => {
  try {
    return await reading;
  } catch (error) {
    if (isAssayError(error) && !error.retry) return error.code;
    throw error;
  }
};

/**
 * Both heads on the new one's held-out pairs, but for those in groups the serving one was fitted on; in words, why that cannot
 * be done.
 */
const compare = async (
  { objects, tables }: Stores,
  head: HeadManifest,
  serving: HeadManifest,
): Promise<Comparison | string> => {
  if (head.encoder.revision !== serving.encoder.revision) return 'their encoders differ';
  if (head.evidence === undefined) return 'the new head has no held-out features beside it';
  const { validation } = head.evidence;
  if (validation.rows === 0) return 'the new head has no held-out pair';
  const evidence = await usable(readEvidence(tables, validation, head.encoder.dims, serving.evidence));
  if (typeof evidence === 'string') return `what lies beside them cannot be read (${evidence})`;
  if (evidence.groups.length === 0) return 'the serving head was fitted on every held-out pair of the new one';
  const other = await usable(openHeadOf(objects, serving));
  if (typeof other === 'string') return `the serving head cannot be opened (${other})`;
  const mine = outcomesOf(await marginsOf(await openHeadOf(objects, head), evidence));
  const theirs = outcomesOf(await marginsOf(other, evidence));
  return {
    head: shareRight(mine).accuracy,
    serving: shareRight(theirs).accuracy,
    difference: pairedDifference(mine, theirs, evidence.groups),
  };
};

const known = async (objects: ObjectStore, name: string, version: string): Promise<HeadManifest> => {
  const head = await readHead(objects, name, version);
  if (head === null) throw new AssayError('ASY-5001', { model: `${name} ${version}` });
  return head;
};

export interface Wanted {
  readonly name: string;
  readonly version: string;
  readonly by: string;
  readonly note: string;
  /** Promotes whatever the gate says; the record has both. */
  readonly force: boolean;
}

/** Promotes a head through the gate, and records it where it did not serve already. Throws ASY-5001. */
export const promote = async (stores: Stores, { name, version, by, note, force }: Wanted): Promise<Promotion> => {
  const head = await known(stores.objects, name, version);
  const judge = async (records: readonly PromotionRecord[]): Promise<Promotion> => {
    const current = records.at(-1)?.version ?? null;
    const serving = current === null ? null : await readHead(stores.objects, name, current);
    const taken = rolledBack(records, version);
    if (taken !== null && current !== version)
      return {
        promoted: false,
        reason: `it was rolled back by ${taken.by || 'somebody'}: ${taken.note || taken.reason}`,
      };
    // A run of old data again must not push out what came after it.
    if (current !== version && records.some((record) => record.version === version))
      return { promoted: false, reason: `it served before ${current ?? 'another'} came: roll back to it, or force it` };
    const alone = serving === null || serving.version === version;
    return judgePromotion(
      head,
      serving,
      alone ? 'there is nothing to compare with' : await compare(stores, head, serving),
    );
  };
  let verdict: Promotion = { promoted: false, reason: '' };
  await record(stores.objects, name, async (records) => {
    const judged = await judge(records);
    const forced = force && !judged.promoted;
    verdict = forced ? { promoted: true, reason: `forced, though ${judged.reason}` } : judged;
    const previous = records.at(-1)?.version ?? null;
    if (!verdict.promoted || previous === version) return null;
    return { version, kind: 'promote', previous, reason: verdict.reason, by, note };
  });
  return verdict;
};

export interface Return {
  readonly name: string;
  /** The version to go back to; by default the one that served before. */
  readonly to: string | null;
  readonly by: string;
  readonly note: string;
}

/** The version a rollback leads to. Throws ASY-5017 where there is none. */
const target = (records: readonly PromotionRecord[], { name, to }: Return): string => {
  const stack = servingStack(records);
  const current = stack.at(-1);
  if (current === undefined) throw new AssayError('ASY-5017', { model: name, reason: 'no version serves' });
  const wanted = to ?? stack.at(-2);
  if (wanted === undefined)
    throw new AssayError('ASY-5017', { model: name, reason: `no version served before ${current}` });
  if (wanted === current) throw new AssayError('ASY-5017', { model: name, reason: `${current} serves already` });
  return wanted;
};

/**
 * Puts an earlier version back: its files are as they were, a new record says so. Where the record cannot be written because one
 * came between (of another who went back, or this one's own, whose answer got lost) the aim stays: two do not go back twice.
 * Throws ASY-5001, ASY-5002, ASY-5017.
 */
export const rollback = async ({ objects }: Stores, wanted: Return): Promise<{ version: string; previous: string }> => {
  const { name, by, note } = wanted;
  let done = { version: '', previous: '' };
  await record(objects, name, async (records) => {
    const previous = records.at(-1)?.version ?? '';
    const version = done.version === '' ? target(records, wanted) : done.version;
    if (version === previous) return null;
    // What serves next must be there, whole.
    await openHeadOf(objects, await known(objects, name, version));
    done = { version, previous };
    return { version, kind: 'rollback', previous, reason: `rolled back from ${previous}`, by, note };
  });
  return done;
};
