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
  /** First unit to do, when continuing as new. */
  readonly next?: number;
};

const WINDOW = 2;
const PAGE = 1000;

/**
 * Texts and media read shard by shard for filters, benchmarks and near-duplicates; then near-duplicates, partition by partition of their
 * keys, two at a time. What it finds lies beside the run, where the selection reads it.
 */
export async function examineItems({ input, timing, page = PAGE, next = 0 }: ExamineItemsInput): Promise<void> {
  const { planExamination, examineShard, linkNear, mergeNear } = examine(timing);
  const { units, partitions } = await planExamination(input);
  const end = Math.min(next + page, units);
  let [done, rows] = [next, 0];
  await slidingWindow(next, end, WINDOW, async (unit) => {
    rows += (await examineShard({ ...input, unit })).rows;
    done++;
    setCurrentDetails(`**Examining** ${done} of ${units} shards, ${rows} rows`);
  });
  if (end < units) return resume<typeof examineItems>({ input, timing, page, next: end });
  if (partitions === 0) return;
  let compared = 0;
  await slidingWindow(0, partitions, WINDOW, async (partition) => {
    await linkNear({ ...input, partition });
    compared++;
    setCurrentDetails(`**Comparing** ${compared} of ${partitions} partitions of ${units} shards`);
  });
  const { items } = await mergeNear(input);
  setCurrentDetails(`**Near-duplicates**: ${items} items have one`);
}
