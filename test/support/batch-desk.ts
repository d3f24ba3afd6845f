/** `Annotators` over batches in memory, as the workflow keeps them; and the items they ask about. */
import { createHash } from 'node:crypto';
import type { VoteBody, VoteRef } from '../../schemas/batch.ts';
import { categoryOf } from '../../schemas/categories.ts';
import type { WorkSheet } from '../../schemas/console.ts';
import { AssayError, ERRORS, type ErrorCode } from '../../schemas/errors.ts';
import type { Item } from '../../schemas/item.ts';
import { Questions } from '../../schemas/questions.ts';
import type { DeskCatalog } from '../../server/console/ports.ts';
import type { Annotators } from '../../server/ports.ts';
import type { Batch } from '../../workflows/batch/batch.ts';

/** What a refused Update comes back as. */
const refused = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    const type = (error as { type?: string }).type;
    if (type === undefined || !Object.hasOwn(ERRORS, type)) throw error;
    const restored = new AssayError(type as ErrorCode, {}, { cause: error });
    restored.message = (error as Error).message;
    throw restored;
  }
};

export const questions = Questions.parse(Object.fromEntries(Object.keys(Questions.shape).map((task) => [task, {}])));

export const batchDesk = (
  batches: Record<string, Batch>,
  items: readonly Item[],
  now: () => number,
  session: WorkSheet['session'] = null,
) => {
  const written = new Map<string, unknown>();
  const keep = (value: unknown): string => {
    const sha256 = createHash('sha256').update(JSON.stringify(value)).digest('hex');
    written.set(sha256, value);
    return sha256;
  };
  const open = (id: string): Batch => {
    const batch = batches[id];
    if (batch === undefined || batch.done) throw new AssayError('ASY-4005', { batch: id });
    return batch;
  };
  const act = (id: string, work: (batch: Batch) => void) => {
    const batch = open(id);
    refused(() => work(batch));
    return Promise.resolve(batch.state());
  };
  const refOf = (item: string, body: VoteBody): VoteRef => ({
    item,
    task: body.task,
    category: categoryOf(body),
    sha256: keep(body),
  });
  const annotators: Annotators = {
    claim: async (id, annotator, n, wanted, claimant) => {
      const batch = open(id);
      const request = { annotator, n, ...(wanted && { items: wanted }), ...(claimant && { claimant }) };
      return refused(() => {
        batch.checkClaim(request);
        return batch.claim(request, now());
      });
    },
    submit: async (id, annotator, votes) =>
      act(id, (batch) => {
        const request = { annotator, votes: votes.map(({ item, body }) => refOf(item, body)) };
        batch.checkSubmit(request, now());
        batch.submit(request, now());
      }),
    skip: (id, annotator, item, reason) =>
      act(id, (batch) => {
        batch.checkSkip({ annotator, item, reason }, now());
        batch.skip({ annotator, item, reason });
      }),
    release: (id, annotator, wanted) =>
      act(id, (batch) => {
        batch.checkRelease({ annotator, items: wanted });
        batch.release({ annotator, items: wanted });
      }),
    undo: (id, annotator, item) =>
      act(id, (batch) => {
        batch.checkUndo({ annotator, item }, now());
        batch.undo({ annotator, item }, now());
      }),
    dispute: (id, annotator, item, text) =>
      act(id, (batch) => {
        const request = { annotator, item, note: keep(text) };
        batch.checkDispute(request);
        batch.dispute(request, now());
      }),
    comment: (id, by, item, text) =>
      act(id, (batch) => {
        const request = { by, item, note: keep(text) };
        batch.checkComment(request);
        batch.comment(request, now());
      }),
    adjudicate: (id, reviewer, { item, votes, note, ...ruling }) =>
      act(id, (batch) => {
        const refs = votes.map((body) => refOf(item, body));
        const request = { ...ruling, reviewer, item, votes: refs, note: note === '' ? null : keep(note) };
        batch.checkAdjudicate(request);
        batch.adjudicate(request, now());
      }),
    state: async (id) => open(id).state(),
    review: async (id) => open(id).review,
    item: async (id, item) => {
      const found = open(id).item(item);
      if (found === null) throw new AssayError('ASY-4004', { reason: `${item} is not in this batch` });
      return found;
    },
    own: async (id, annotator) => open(id).own(annotator),
    held: async (id, annotator) => open(id).held(annotator),
    votes: async (id) => open(id).votes,
    list: async () => Object.entries(batches).flatMap(([id, batch]) => (batch.done ? [] : [{ id, ...batch.state() }])),
  };
  const sheet = { run: 'r', guideline: { version: '1', text: '# Be fair' }, questions, session };
  const catalog: DeskCatalog = {
    item: async (batch, id) => {
      const item = items.find((each) => each.id === id);
      if (item === undefined) throw new AssayError('ASY-6004', { item: id, dataset: batch });
      return item;
    },
    sheet: async (run) => ({ ...sheet, run }),
    vote: async (sha256) => (written.get(sha256) as VoteBody | undefined) ?? null,
    note: async (sha256) => (written.get(sha256) as string | undefined) ?? '',
  };
  return { annotators, catalog, written };
};
