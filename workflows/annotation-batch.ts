import { allHandlersFinished, condition, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Task } from '../schemas/annotation.ts';
import type { TableRef } from '../schemas/table.ts';
import { annotate } from './activities.ts';
import { Batch, type BatchJson } from './batch.ts';
import { table } from './details.ts';
import { batchState, claim, release, skip, submit } from './messages.ts';
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
  readonly state?: BatchJson;
  readonly timing?: Timing;
};
export type BatchSummary = { readonly votes: number; readonly annotators: number; readonly skipped: number };

/** Votes handed to one saveVotes call: keeps the payload under 64 KiB. */
const PART = 150;

/** About a hundred items offered together. People act only through `claim`, `submit`, `skip` and `release`. */
export async function annotationBatch(input: BatchInput): Promise<BatchSummary> {
  const { run, round, timing } = input;
  const activities = annotate(timing);
  const settings = {
    run,
    batch: input.batch,
    tasks: input.tasks,
    redundancy: input.redundancy,
    leaseMs: input.leaseMs,
  };
  let batch = input.state ? new Batch(settings, input.state) : Batch.of(settings, []);
  let open = input.state !== undefined;
  let votes = 0;
  const show = () => {
    const { items, open: wanted, leased, skipped } = batch.state();
    setCurrentDetails(
      `${table(['items', 'votes wanted', 'leased', 'skips'], [[items, wanted, leased, skipped]])}\n\n${table(
        ['task', 'answer', 'votes'],
        batch.tally.map((t) => [t.task, t.category, t.n]),
      )}`,
    );
  };

  // Handlers are registered before the first await: an Update may arrive with the workflow's first task, and waits until the items are loaded.
  setHandler(
    claim,
    async (request) => {
      await condition(() => open);
      votes++;
      const grant = batch.claim(request, Date.now());
      show();
      return grant;
    },
    {
      validator: (request) => batch.checkClaim(request),
      description: 'Hand out items to an annotator under a lease: {annotator, n}',
    },
  );
  setHandler(
    submit,
    (request) => {
      votes++;
      batch.submit(request);
      show();
      return batch.state();
    },
    {
      validator: (request) => batch.checkSubmit(request, Date.now()),
      description: 'Votes on claimed items: {annotator, votes: [{item, task, sha256, category}]}',
    },
  );
  setHandler(
    skip,
    (request) => {
      votes++;
      batch.skip(request);
      show();
      return batch.state();
    },
    {
      validator: (request) => batch.checkSkip(request, Date.now()),
      description: 'Give an item back unjudged: {annotator, item, reason}',
    },
  );
  setHandler(
    release,
    (request) => {
      votes++;
      batch.release(request);
      show();
      return batch.state();
    },
    {
      validator: (request) => batch.checkRelease(request),
      description: 'Return claimed items to the queue: {annotator, items}',
    },
  );
  setHandler(batchState, () => batch.state());

  if (!open) {
    const { items, saved } = await activities.loadBatch({ run, round, batch: input.batch });
    // A run that failed later and was started again finds the votes it has: people are not asked twice.
    if ((saved ?? null) !== null) return { votes: saved ?? 0, annotators: 0, skipped: 0 };
    batch = Batch.of(settings, items);
    open = true;
  }
  show();

  const deadline = input.deadline ?? Date.now() + input.deadlineMs;
  // A run takes 2,000 Updates in all; leave room for those in flight.
  const full = () => workflowInfo().continueAsNewSuggested || votes >= 1900;
  while (!batch.done && Date.now() < deadline && !full()) {
    const until = Math.min(batch.nextExpiry ?? deadline, deadline);
    const leases = batch.nextExpiry;
    await condition(
      () => batch.done || full() || batch.nextExpiry !== leases,
      Math.max(1, Math.ceil(until - Date.now())),
    );
    if (batch.expire(Date.now()) > 0) show();
  }
  await condition(allHandlersFinished);
  if (!batch.done && Date.now() < deadline) {
    return resume<typeof annotationBatch>({ ...input, deadline, state: batch.toJSON() });
  }

  // A vote accepted while the others are being saved would be lost: from here on they are refused.
  batch.close();
  const all = batch.votes;
  for (let part = 0; part * PART < all.length; part++) {
    await activities.saveVotes({
      run,
      round,
      batch: input.batch,
      part,
      items: input.items,
      votes: all.slice(part * PART, (part + 1) * PART),
    });
  }
  return {
    votes: all.length,
    annotators: new Set(all.map((vote) => vote.annotator)).size,
    skipped: batch.state().skipped,
  };
}
