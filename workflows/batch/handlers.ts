/** A batch's messages, bound to its state: validators refuse, handlers only act. */
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
  setHandler(
    submit,
    (request) => {
      batch().submit(request, Date.now());
      return acted();
    },
    {
      validator: (request) => batch().checkSubmit(request, Date.now()),
      description: 'Votes on claimed items: {annotator, votes: [{item, task, sha256, category}]}',
    },
  );
  setHandler(
    skip,
    (request) => {
      batch().skip(request);
      return acted();
    },
    {
      validator: (request) => batch().checkSkip(request, Date.now()),
      description: 'Give an item back unjudged: {annotator, item, reason}',
    },
  );
  setHandler(
    release,
    (request) => {
      batch().release(request);
      return acted();
    },
    {
      validator: (request) => batch().checkRelease(request),
      description: 'Return claimed items to the queue: {annotator, items}',
    },
  );
  setHandler(
    undo,
    (request) => {
      batch().undo(request, Date.now());
      return acted();
    },
    {
      validator: (request) => batch().checkUndo(request, Date.now()),
      description: 'Take back one’s own votes on an item and hold it again: {annotator, item}',
    },
  );
  setHandler(
    adjudicate,
    (request) => {
      batch().adjudicate(request, Date.now());
      return acted();
    },
    {
      validator: (request) => batch().checkAdjudicate(request),
      description: 'Rule on an item in review: {reviewer, item, ruling: "accept" | "decide" | "return", votes, note}',
    },
  );
  setHandler(
    dispute,
    (request) => {
      batch().dispute(request, Date.now());
      return acted();
    },
    {
      validator: (request) => batch().checkDispute(request),
      description: 'Object to a ruling or a failed check: {annotator, item, note: sha256}',
    },
  );
  setHandler(
    comment,
    (request) => {
      batch().comment(request, Date.now());
      return acted();
    },
    {
      validator: (request) => batch().checkComment(request),
      description: 'Add a note to an item’s thread: {by, item, note: sha256}',
    },
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
