/** A batch's messages, bound to its state: validators refuse, handlers only act. */
import type { UpdateDefinition } from '@temporalio/common';
import { setHandler } from '@temporalio/workflow';
import type { BatchState } from '../../schemas/batch.ts';
import {
  adjudicate,
  batchItem,
  batchState,
  castVotes,
  claim,
  comment,
  dispute,
  ownWork,
  release,
  reviewQueue,
  skip,
  standing,
  submit,
  undo,
} from '../messages.ts';
import type { Batch } from './batch.ts';

/** Registers every handler; `opened` resolves when the items are loaded. Counts the Updates taken. */
export const handleUpdates = (
  batch: () => Batch,
  opened: () => Promise<unknown>,
  show: (state?: BatchState) => void,
): { readonly taken: number } => {
  const counted = { taken: 0 };
  const acted = () => {
    counted.taken++;
    const state = batch().state();
    show(state);
    return state;
  };
  setHandler(
    claim,
    async (request) => {
      await opened();
      const grant = batch().claim(request, Date.now());
      acted();
      return grant;
    },
    {
      validator: (request) => batch().checkClaim(request),
      description: 'Hand out items to an annotator under a lease: {annotator, n}',
    },
  );
  const on = <Request>(
    update: UpdateDefinition<BatchState, [Request]>,
    description: string,
    check: (to: Batch, request: Request, now: number) => void,
    act: (to: Batch, request: Request, now: number) => void,
  ): void =>
    setHandler(
      update,
      (request) => {
        act(batch(), request, Date.now());
        return acted();
      },
      { validator: (request) => check(batch(), request, Date.now()), description },
    );
  on(
    submit,
    'Votes on claimed items: {annotator, votes: [{item, task, sha256, category}]}',
    (b, request, now) => b.checkSubmit(request, now),
    (b, request, now) => b.submit(request, now),
  );
  on(
    skip,
    'Give an item back unjudged: {annotator, item, reason}',
    (b, request, now) => b.checkSkip(request, now),
    (b, request) => b.skip(request),
  );
  on(
    release,
    'Return claimed items to the queue: {annotator, items}',
    (b, request) => b.checkRelease(request),
    (b, request) => b.release(request),
  );
  on(
    undo,
    'Take back one’s own votes on an item and hold it again: {annotator, item}',
    (b, request, now) => b.checkUndo(request, now),
    (b, request, now) => b.undo(request, now),
  );
  on(
    adjudicate,
    'Rule on an item in review: {reviewer, item, ruling: "accept" | "decide" | "return", votes, note}',
    (b, request) => b.checkAdjudicate(request),
    (b, request, now) => b.adjudicate(request, now),
  );
  on(
    dispute,
    'Object to a ruling or a failed check: {annotator, item, note: sha256}',
    (b, request) => b.checkDispute(request),
    (b, request, now) => b.dispute(request, now),
  );
  on(
    comment,
    'Add a note to an item’s thread: {by, item, note: sha256}',
    (b, request) => b.checkComment(request),
    (b, request, now) => b.comment(request, now),
  );
  setHandler(standing, (signals) => {
    batch().tell(signals);
    show();
  });
  setHandler(batchState, () => batch().state());
  setHandler(reviewQueue, () => batch().review);
  setHandler(batchItem, (item) => batch().item(item));
  setHandler(ownWork, (annotator) => ({ votes: batch().own(annotator), held: batch().held(annotator) }));
  setHandler(castVotes, () => batch().votes);
  return counted;
};
