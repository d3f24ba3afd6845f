import { setCurrentDetails } from '@temporalio/workflow';
import type { ExamineInput } from '../activities/contract.ts';
import { examine } from './activities.ts';
import { resume } from './resume.ts';
import type { Timing } from './timing.ts';
import { slidingWindow } from './window.ts';

export type ExamineItemsInput = {
  readonly input: ExamineInput;
  readonly timing?: Timing;
  /** Units before history starts afresh. */
  readonly page?: number;
  /** First unit to do, when continuing as new; from the number of units on, to put into clusters. */
  readonly next?: number;
};

const WINDOW = 2;
const PAGE = 1000;

/** Works through numbers from `from` to before `to`, and says after each how many are done. */
const each = async (
  from: number,
  to: number,
  work: (number: number) => Promise<unknown>,
  say: (done: number) => string,
): Promise<void> => {
  let done = from;
  await slidingWindow(from, to, WINDOW, async (number) => {
    await work(number);
    done++;
    setCurrentDetails(say(done));
  });
};

/**
 * Texts and media read shard by shard for filters, benchmarks and near-duplicates; then near-duplicates, partition by partition of their
 * keys, two at a time; then, where meaning is asked about, shards put into clusters and clusters compared. What it finds lies beside the
 * run, where the selection reads it.
 */
export async function examineItems({ input, timing, page = PAGE, next = 0 }: ExamineItemsInput): Promise<void> {
  const activities = examine(timing);
  const { units, partitions, clusters = 0 } = await activities.planExamination(input);
  const parts = (partition: number) => ({ ...input, partition });
  if (next === 0 || next < units) {
    const end = Math.min(next + page, units);
    let rows = 0;
    const read = async (unit: number) => {
      rows += (await activities.examineShard({ ...input, unit })).rows;
    };
    await each(next, end, read, (done) => `**Examining** ${done} of ${units} shards, ${rows} rows`);
    if (end < units) return resume<typeof examineItems>({ input, timing, page, next: end });
    if (partitions === 0) return;
    const comparing = (done: number) => `**Comparing** ${done} of ${partitions} partitions of ${units} shards`;
    await each(0, partitions, (partition) => activities.linkNear(parts(partition)), comparing);
    if (clusters > 0) await activities.fitClusters(input);
  }
  if (clusters > 0) {
    // Shards are counted on: it is their second turn.
    const end = Math.min(next + page, 2 * units);
    const place = (turn: number) => activities.assignShard({ ...input, unit: turn - units });
    await each(Math.max(next, units), end, place, (turn) => `**Clustering** ${turn - units} of ${units} shards`);
    if (end < 2 * units) return resume<typeof examineItems>({ input, timing, page, next: end });
    const comparing = (done: number) =>
      `**Comparing** ${done} of ${partitions} parts of ${clusters} clusters of meaning`;
    await each(0, partitions, (partition) => activities.linkMeanings(parts(partition)), comparing);
  }
  const { items } = await activities.mergeNear(input);
  setCurrentDetails(`**Near-duplicates**: ${items} items have one`);
}
