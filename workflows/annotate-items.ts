import { executeChild, setCurrentDetails } from '@temporalio/workflow';
import type { Task } from '../schemas/annotation.ts';
import type { PipelineConfig } from '../schemas/pipeline.ts';
import type { TableRef } from '../schemas/table.ts';
import { annotate } from './activities.ts';
import { annotationBatch } from './annotation-batch.ts';
import { batchId } from './ids.ts';
import { resume } from './resume.ts';
import type { Timing } from './timing.ts';
import { slidingWindow } from './window.ts';

export type AnnotateInput = {
  readonly run: string;
  readonly round: number;
  readonly items: TableRef;
  readonly tasks: readonly Task[];
  readonly config: PipelineConfig['annotate'];
  /** Only these items, or only those whose votes disagree (rework). */
  readonly itemIds?: readonly string[];
  readonly disagreeing?: TableRef;
  readonly timing?: Timing;
  /** Batches before history starts afresh. */
  readonly page?: number;
  readonly progress?: { readonly next: number; readonly batches: number; readonly items: number };
};
export type AnnotateResult = { readonly annotations: TableRef; readonly batches: number; readonly votes: number };

/** Batches before history starts afresh (about 9 events each). */
export const ANNOTATE_PAGE = 500;

/** What a batch's state may weigh when it continues as new: payloads stay under 64 KiB (design §3). */
const STATE_BYTES = 60_000;

/** Items per batch: as configured, or as many as leave the batch's state small when each has all of its votes. */
export const batchSizeFor = (batchSize: number, redundancy: number, tasks: number): number =>
  Math.max(1, Math.min(batchSize, Math.floor(STATE_BYTES / (90 + redundancy * (110 * tasks + 40)))));

/** Cuts items into batches and keeps a window of them open to people. */
export async function annotateItems(input: AnnotateInput): Promise<AnnotateResult> {
  const { run, round, items, config, itemIds, disagreeing, timing, page = ANNOTATE_PAGE } = input;
  const tasks = [...new Set(input.tasks)];
  const batchSize = batchSizeFor(config.batchSize, config.redundancy, tasks.length);
  const activities = annotate(timing);
  const plan =
    input.progress ??
    ({
      ...(await activities.planBatches({ run, round, items, batchSize, itemIds, disagreeing })),
      next: 0,
    } as const);
  const end = Math.min(plan.next + page, plan.batches);
  let done = plan.next;
  const show = () =>
    setCurrentDetails(
      `**Annotating** ${done} of ${plan.batches} batches done, ${plan.items} items, ${tasks.join(', ')}`,
    );
  show();
  await slidingWindow(plan.next, end, config.window, async (batch) => {
    await executeChild(annotationBatch, {
      workflowId: batchId(run, round, batch),
      staticSummary: `batch ${batch} of ${run}: ${tasks.join(', ')}`,
      args: [
        {
          run,
          round,
          batch,
          items,
          tasks,
          redundancy: config.redundancy,
          guideline: config.guideline,
          leaseMs: Math.ceil(config.leaseSeconds * 1000),
          deadlineMs: Math.ceil(config.deadlineDays * 86_400_000),
          timing,
        },
      ],
    });
    done++;
    show();
  });
  if (end < plan.batches) {
    const { batches, items: count } = plan;
    return resume<typeof annotateItems>({ ...input, progress: { next: end, batches, items: count } });
  }
  const committed = await activities.commitVotes({ run, round, batches: plan.batches });
  return { annotations: committed.annotations, batches: plan.batches, votes: committed.votes };
}
