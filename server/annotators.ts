/** People's side of batches: every act is an Update of the batch's workflow. */
import type { Client } from '@temporalio/client';
import type { ObjectStore } from '../activities/ports.ts';
import type { BatchState } from '../schemas/batch.ts';
import { AssayError } from '../schemas/errors.ts';
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
  submit,
  undo,
} from '../workflows/messages.ts';
import { createLine } from './batches/line.ts';
import { createStates } from './batches/states.ts';
import { storeNote, storeVote } from './batches/written.ts';
import { isDropName } from './drop-name.ts';
import type { Annotators } from './ports.ts';
import { asClientError } from './runs.ts';

/** Batches asked for their state at a time. */
const QUERIES = 16;

export const createAnnotators = (client: Client, objects: ObjectStore): Annotators => {
  const handle = (batch: string) => client.workflow.getHandle(batch);
  const inTurn = createLine(async (batch) => {
    const found = await handle(batch)
      .describe()
      .catch(() => null);
    return found?.status.name === 'RUNNING';
  });
  const notes = (by: string, text: string) => storeNote(objects, by, text);
  const votesOf = (votes: Parameters<Annotators['submit']>[2]) =>
    Promise.all(votes.map(({ item, body }) => storeVote(objects, item, body)));

  const ask = (batch: string) => inTurn(batch, () => handle(batch).query(batchState));
  const states = createStates(ask);
  const update = async (batch: string, work: () => Promise<BatchState>): Promise<BatchState> =>
    states.saw(batch, await inTurn(batch, work));

  return {
    claim: (batch, annotator, n, items, claimant) =>
      inTurn(batch, () => handle(batch).executeUpdate(claim, { args: [{ annotator, n, items, claimant }] })),
    submit: async (batch, annotator, votes) => {
      const refs = await votesOf(votes);
      return update(batch, () => handle(batch).executeUpdate(submit, { args: [{ annotator, votes: refs }] }));
    },
    skip: (batch, annotator, item, reason) =>
      update(batch, () => handle(batch).executeUpdate(skip, { args: [{ annotator, item, reason }] })),
    release: (batch, annotator, items) =>
      update(batch, () => handle(batch).executeUpdate(release, { args: [{ annotator, items }] })),
    undo: (batch, annotator, item) =>
      update(batch, () => handle(batch).executeUpdate(undo, { args: [{ annotator, item }] })),
    dispute: async (batch, annotator, item, text) => {
      const note = await notes(annotator, text);
      return update(batch, () => handle(batch).executeUpdate(dispute, { args: [{ annotator, item, note }] }));
    },
    comment: async (batch, by, item, text) => {
      const note = await notes(by, text);
      return update(batch, () => handle(batch).executeUpdate(comment, { args: [{ by, item, note }] }));
    },
    adjudicate: async (batch, reviewer, { item, ruling, votes, annotators, note: text }) => {
      const refs = await votesOf(votes.map((body) => ({ item, body })));
      const note = text === '' ? null : await notes(reviewer, text);
      const request = { reviewer, item, ruling, votes: refs, annotators, note };
      return update(batch, () => handle(batch).executeUpdate(adjudicate, { args: [request] }));
    },
    state: ask,
    review: (batch) => inTurn(batch, () => handle(batch).query(reviewQueue)),
    item: async (batch, item) => {
      const found = await inTurn(batch, () => handle(batch).query(batchItem, item));
      if (found === null) throw new AssayError('ASY-4004', { reason: `${item.slice(0, 80)} is not in this batch` });
      return found;
    },
    own: async (batch, annotator) => (await inTurn(batch, () => handle(batch).query(ownWork, annotator))).votes,
    held: async (batch, annotator) => (await inTurn(batch, () => handle(batch).query(ownWork, annotator))).held,
    votes: (batch) => inTurn(batch, () => handle(batch).query(castVotes)),
    list: async (run) => {
      if (run !== undefined && !isDropName(run)) throw new AssayError('ASY-4001', { run: run.slice(0, 80) });
      const ids: string[] = [];
      const query = `WorkflowType = "annotationBatch" AND ExecutionStatus = "Running"${
        run === undefined ? '' : ` AND WorkflowId STARTS_WITH "batch/${run}/"`
      }`;
      try {
        for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
      } catch (error) {
        throw asClientError(error);
      }
      if (run === undefined) states.keep(ids);
      const found: (BatchState & { id: string })[] = [];
      for (let from = 0; from < ids.length; from += QUERIES)
        await Promise.all(
          ids.slice(from, from + QUERIES).map(async (id) => {
            const state = await states.of(id);
            if (state !== null) found.push({ id, ...state });
          }),
        );
      return found.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
};
