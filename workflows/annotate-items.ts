import { setCurrentDetails, setHandler, startChild, workflowInfo } from '@temporalio/workflow';
import type { SelectionRef } from '../activities/contract.ts';
import type { Task } from '../schemas/annotation.ts';
import type { StandingSignal } from '../schemas/batch.ts';
import type { PipelineConfig } from '../schemas/pipeline.ts';
import type { Escalated } from '../schemas/sensitive.ts';
import type { TableRef } from '../schemas/table.ts';
import { annotate } from './activities.ts';
import { annotationBatch } from './annotation-batch.ts';
import { batchSizeFor, checksPerBatch } from './batch/limits.ts';
import { Register, type RegisterJson } from './batch/register.ts';
import { mostVotes, rulesOf } from './batch/settings.ts';
import { batchId } from './ids.ts';
import { checked, standing } from './messages.ts';
import { resume } from './resume.ts';
import type { Timing } from './timing.ts';
import { slidingWindow } from './window.ts';

export type AnnotateInput = {
  readonly run: string;
  readonly round: number;
  readonly items: TableRef;
  readonly tasks: readonly Task[];
  readonly config: PipelineConfig['annotate'];
  /** What the drop brought: its judges' votes count towards adaptive redundancy. */
  readonly annotations?: TableRef;
  /** Answers whose safety tags tell which items are sensitive. */
  readonly told?: readonly TableRef[];
  /** Only these items, or only those whose votes disagree (rework), or whose copies contradict each other. */
  readonly itemIds?: readonly string[];
  readonly disagreeing?: TableRef;
  readonly conflicts?: SelectionRef;
  /** Ask only about items whose labels a selection found out of date; with `conflicts` about those of either. */
  readonly expired?: SelectionRef;
  readonly timing?: Timing;
  /** Batches, and events, before history starts afresh. */
  readonly page?: number;
  readonly events?: number;
  readonly progress?: {
    readonly next: number;
    readonly batches: number;
    readonly items: number;
    readonly escalated?: Omit<Escalated, 'round'>;
    /** What the checks of the batches so far say of annotators. */
    readonly register?: RegisterJson;
  };
};
export type AnnotateResult = {
  readonly annotations: TableRef;
  readonly batches: number;
  readonly votes: number;
  /** Sensitive items that nobody was asked about. */
  readonly escalated?: Escalated;
};

/** Batches before history starts afresh (about 9 events each). */
export const ANNOTATE_PAGE = 500;

/**
 * History stays under 10,000 events whatever the batches say: no batch is opened after so many, standings are sent up to half as many
 * more, and above that there is room for what open batches may still report (4 events a signal) and for their ends.
 */
export const ANNOTATE_EVENTS = 4000;
/** Signals that all open batches together may send. */
const REPORTS = 600;

/**
 * Updates before a batch's history starts afresh: a worker that comes back replays what came since, of every open batch, before people
 * are served again (1.5 ms an Update on one core, bench/annotate.ts).
 */
const BATCH_UPDATES = 100;

/** Cuts items into batches, keeps a window of them open to people, and tells each what the others' checks say of annotators. */
export async function annotateItems(input: AnnotateInput): Promise<AnnotateResult> {
  const { run, round, items, annotations, config, itemIds, disagreeing, conflicts, expired, timing } = input;
  const { page = ANNOTATE_PAGE, events = ANNOTATE_EVENTS } = input;
  const tasks = [...new Set(input.tasks)];
  const rules = rulesOf(config);
  const { checks, review, adaptive, sensitive } = rules;
  const most = mostVotes({ redundancy: config.redundancy, adaptive });
  const perBatch = checks === null ? 0 : checksPerBatch(checks.qualify);
  const weight = {
    most,
    tasks: tasks.length,
    review: review !== 'none',
    checks: perBatch,
    sensitive: sensitive !== undefined,
  };
  const batchSize = batchSizeFor(config.batchSize, weight);
  const activities = annotate(timing);

  const register = checks === null ? null : new Register(checks, input.progress?.register);
  const open = new Map<number, (standings: readonly StandingSignal[]) => Promise<void>>();
  // Standings wait here while others are being sent: one signal for several.
  let untold: StandingSignal[] = [];
  let telling = Promise.resolve();
  const tell = async (): Promise<void> => {
    if (untold.length === 0 || workflowInfo().historyLength + 5 * open.size > 1.5 * events) return;
    const standings = untold;
    untold = [];
    await Promise.all([...open.values()].map((send) => send(standings)));
  };
  const pass = (standings: readonly StandingSignal[]): void => {
    untold.push(...standings);
    telling = telling.then(tell);
  };
  if (register !== null) setHandler(checked, (signals) => pass(register.hear(signals)));

  const plan =
    input.progress ??
    ({
      ...(await activities.planBatches({
        run,
        round,
        items,
        batchSize,
        itemIds,
        disagreeing,
        ...(conflicts !== undefined && { conflicts }),
        ...(expired !== undefined && { expired }),
        ...(checks === null ? {} : { checks: { file: checks.file, qualify: checks.qualify, perBatch, tasks } }),
        ...(rules.requires.languages ? { languages: true as const } : {}),
        ...(annotations === undefined || adaptive?.judgeAccuracy == null ? {} : { judges: { annotations, tasks } }),
        ...(sensitive === undefined ? {} : { sensitive: { ...sensitive, told: input.told ?? [] } }),
      })),
      next: 0,
    } as const);
  const end = Math.min(plan.next + page, plan.batches);
  let done = plan.next;
  const show = () =>
    setCurrentDetails(
      `**Annotating** ${done} of ${plan.batches} batches done, ${plan.items} items, ${tasks.join(', ')}`,
    );
  show();
  const next = await slidingWindow(
    plan.next,
    end,
    config.window,
    async (batch) => {
      const child = await startChild(annotationBatch, {
        workflowId: batchId(run, round, batch),
        staticSummary: `batch ${batch} of ${run}: ${tasks.join(', ')}`,
        args: [
          {
            run,
            round,
            batch,
            items,
            tasks,
            rules,
            timing,
            updates: BATCH_UPDATES,
            redundancy: config.redundancy,
            guideline: config.guideline,
            leaseMs: Math.ceil(config.leaseSeconds * 1000),
            deadlineMs: Math.ceil(config.deadlineDays * 86_400_000),
            ...(register === null
              ? {}
              : { known: register.toJSON(), reports: Math.max(2, Math.floor(REPORTS / config.window)) }),
          },
        ],
      });
      // A batch that has ended meanwhile has nobody to tell.
      open.set(batch, (standings) => child.signal(standing, standings).catch(() => undefined));
      const summary = await child.result();
      open.delete(batch);
      if (register !== null) pass(register.close(batch, summary.checks ?? []));
      done++;
      show();
    },
    () => workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > events,
  );
  await telling;
  if (next < plan.batches) {
    const { batches, items: count, escalated } = plan;
    const progress = {
      next,
      batches,
      items: count,
      ...(escalated && { escalated }),
      ...(register === null ? {} : { register: register.toJSON() }),
    };
    return resume<typeof annotateItems>({ ...input, progress });
  }
  const committed = await activities.commitVotes({ run, round, batches: plan.batches });
  return {
    annotations: committed.annotations,
    batches: plan.batches,
    votes: committed.votes,
    ...(plan.escalated && { escalated: { round, ...plan.escalated } }),
  };
}
