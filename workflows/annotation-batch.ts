import {
  allHandlersFinished,
  condition,
  getExternalWorkflowHandle,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { Task } from '../schemas/annotation.ts';
import type { BatchState, ChecksSignal } from '../schemas/batch.ts';
import type { TableRef } from '../schemas/table.ts';
import { annotate } from './activities.ts';
import { Batch, type BatchJson } from './batch/batch.ts';
import { batchDetails } from './batch/details.ts';
import { handleUpdates } from './batch/handlers.ts';
import type { BatchRules } from './batch/settings.ts';
import { checked } from './messages.ts';
import { resume } from './resume.ts';
import type { Timing } from './timing.ts';

export type BatchInput = {
  readonly run: string;
  readonly round: number;
  readonly batch: number;
  readonly items: TableRef;
  readonly tasks: readonly Task[];
  readonly redundancy: number;
  readonly guideline: string;
  readonly leaseMs: number;
  /** Milliseconds since epoch after which the batch ends with the votes it has; set on the first run. */
  readonly deadlineMs: number;
  readonly deadline?: number;
  readonly rules?: BatchRules;
  /** What the run knows of annotators from earlier batches: [annotator, checks asked, right]. */
  readonly known?: readonly (readonly [annotator: string, asked: number, right: number])[];
  /** How often this batch may tell its parent of checks: the parent's history is bounded. */
  readonly reports?: number;
  readonly state?: BatchJson;
  /** Parts stored before the end, when the batch continued as new. */
  readonly parts?: number;
  /** Updates before history starts afresh; a batch that was started before it was told so goes on until UPDATES. */
  readonly updates?: number;
  readonly timing?: Timing;
};
export type BatchSummary = {
  readonly votes: number;
  readonly annotators: number;
  readonly skipped: number;
  /** What its checks say of annotators; absent where it asked none. */
  readonly checks?: readonly ChecksSignal[];
};

/** Votes handed to one saveVotes call: keeps the payload under 64 KiB. */
const PART = 150;

/** Updates before history starts afresh: a run takes 2,000 in all, and those in flight need room. */
const UPDATES = 1900;

/** About a hundred items offered together. People act only through Updates: they claim, submit, skip, release, undo, discuss and dispute; reviewers adjudicate. */
export async function annotationBatch(input: BatchInput): Promise<BatchSummary> {
  const { run, round, tasks, redundancy, guideline, leaseMs, rules, timing } = input;
  const activities = annotate(timing);
  const settings = { run, batch: input.batch, tasks, redundancy, guideline, leaseMs, rules };
  let batch = input.state ? new Batch(settings, input.state) : Batch.of(settings, []);
  let open = input.state !== undefined;
  let parts = input.parts ?? 0;
  const show = (state?: BatchState) => setCurrentDetails(batchDetails(batch, state));

  // Handlers are registered before the first await: an Update may arrive with the workflow's first task, and waits until the items are loaded.
  const updates = handleUpdates(
    () => batch,
    () => condition(() => open),
    show,
  );

  if (!open) {
    const { items, saved, ...beginning } = await activities.loadBatch({ run, round, batch: input.batch });
    // A run that failed later and was started again finds the votes it has: people are not asked twice.
    if (saved != null) return { votes: saved, annotators: 0, skipped: 0 };
    batch = Batch.of(settings, items, { ...beginning, since: Date.now(), known: input.known ?? [] });
    open = true;
  }
  show();

  const deadline = input.deadline ?? Date.now() + input.deadlineMs;
  const full = () => workflowInfo().continueAsNewSuggested || updates.taken >= (input.updates ?? UPDATES);
  const reports = createReports(() => batch, input.reports ?? 0);
  while (!batch.done && Date.now() < deadline && !full()) {
    const expiry = batch.nextExpiry;
    const until = Math.min(expiry ?? deadline, deadline);
    await condition(
      () => batch.done || full() || batch.nextExpiry !== expiry || reports.due,
      Math.max(1, Math.ceil(until - Date.now())),
    );
    if (batch.expire(Date.now()) > 0) show();
    if (reports.due) await reports.send();
  }
  await condition(allHandlersFinished);
  const ended = batch.done || Date.now() >= deadline;
  // A vote accepted while the others are being saved would be lost: from here on they are refused.
  if (ended) batch.close();

  const { checks, withdrawn } = batch.takeAside(ended);
  const keep = async (votes: Parameters<typeof activities.setAside>[0]['votes'], kind: 'checks' | 'withdrawn') => {
    for (let at = 0; at < votes.length; at += PART)
      await activities.setAside({
        run,
        round,
        batch: input.batch,
        part: parts++,
        items: input.items,
        kind,
        votes: votes.slice(at, at + PART),
      });
  };
  await keep(checks, 'checks');
  await keep(withdrawn, 'withdrawn');
  if (!ended) {
    // People went on meanwhile; what they did is in the state.
    await condition(allHandlersFinished);
    return resume<typeof annotationBatch>({
      ...input,
      known: [],
      deadline,
      state: batch.toJSON(),
      parts,
      reports: reports.left,
    });
  }

  const saved = batch.saved;
  for (let part = 0; part * PART < saved.length; part++) {
    await activities.saveVotes({
      run,
      round,
      batch: input.batch,
      part,
      items: input.items,
      votes: saved.slice(part * PART, (part + 1) * PART),
    });
  }
  const { votes } = batch;
  return {
    votes: votes.length,
    annotators: new Set(votes.map((vote) => vote.annotator)).size,
    skipped: batch.state().skipped,
    ...(batch.checked.length === 0 ? {} : { checks: batch.checked }),
  };
}

/** Tells the run's parent what checks say of people, some of them at a time and more the less often it may still. */
const createReports = (batch: () => Batch, most: number) => {
  const parent = workflowInfo().parent;
  let left = parent === undefined ? 0 : most;
  return {
    get due(): boolean {
      return left > 0 && batch().untold.length > (most - left) / 8;
    },
    get left(): number {
      return left;
    },
    async send(): Promise<void> {
      if (parent === undefined) return;
      left--;
      const untold = batch().untold;
      batch().toldRun(untold);
      // The batch goes on without a parent that is gone; its result would reach nobody either.
      await getExternalWorkflowHandle(parent.workflowId)
        .signal(checked, untold)
        .catch(() => undefined);
    },
  };
};
