import { createHash } from 'node:crypto';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { ObjectStore } from '../activities/ports.ts';
import { VoteBody } from '../schemas/batch.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { batchState, claim, skip, submit } from '../workflows/messages.ts';
import { isDropName } from './drop-name.ts';
import type { Annotators } from './ports.ts';
import { asClientError } from './runs.ts';

/** The short category that a batch shows in its tally; null where an answer has none. */
export const categoryOf = (body: VoteBody): string | null => {
  switch (body.task) {
    case 'pairwise':
      return body.value.preferred;
    case 'binary':
      return String(body.value.good);
    case 'assertion':
      return String(body.value.pass);
    case 'safety':
      return String(body.value.severity);
    case 'ranking':
      return body.value.ranks.join('>').slice(0, 32);
    case 'rating': {
      const values = Object.values(body.value.aspects);
      return values.length === 1 ? String(values[0]).slice(0, 32) : null;
    }
    case 'critique':
    case 'regions':
    case 'keywords':
    case 'steps':
    case 'rubric':
    case 'checklist':
    case 'demonstration':
    case 'spans':
      return null;
  }
};

/** Updates one batch takes at a time on a stock namespace (design §5): more queue here, never at the server. */
const IN_FLIGHT = 8;

/** Ids that workflows/ids.ts makes for batches: an Update meant for a batch must reach no other workflow. */
const BATCH = /^batch\/[A-Za-z0-9][A-Za-z0-9._=@-]{0,254}\/(r\d{1,9}-)?\d{1,9}$/;

export const createAnnotators = (client: Client, objects: ObjectStore): Annotators => {
  const queues = new Map<string, { running: number; waiting: (() => void)[] }>();
  const inTurn = async <T>(batch: string, work: () => Promise<T>): Promise<T> => {
    if (!BATCH.test(batch)) throw new AssayError('ASY-4005', { batch: batch.slice(0, 80) });
    const queue = queues.get(batch) ?? { running: 0, waiting: [] };
    queues.set(batch, queue);
    // A finished call hands its place on, so a newcomer can never overtake the line.
    if (queue.running < IN_FLIGHT) queue.running++;
    else await new Promise<void>((resolve) => queue.waiting.push(resolve));
    try {
      return await work();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw new AssayError('ASY-4005', { batch }, { cause: error });
      throw asClientError(error);
    } finally {
      const next = queue.waiting.shift();
      if (next) next();
      else if (--queue.running === 0) queues.delete(batch);
    }
  };
  const handle = (batch: string) => client.workflow.getHandle(batch);

  return {
    claim: (batch, annotator, n, items) =>
      inTurn(batch, () => handle(batch).executeUpdate(claim, { args: [{ annotator, n, items }] })),
    submit: async (batch, annotator, votes) => {
      const refs = await Promise.all(
        votes.map(async ({ item, body }) => {
          const bytes = JSON.stringify(VoteBody.parse(body));
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          await objects.create(keys.vote(sha256), bytes, { contentType: 'application/json' });
          return { item, task: body.task, sha256, category: categoryOf(body) };
        }),
      );
      return inTurn(batch, () => handle(batch).executeUpdate(submit, { args: [{ annotator, votes: refs }] }));
    },
    skip: (batch, annotator, item, reason) =>
      inTurn(batch, () => handle(batch).executeUpdate(skip, { args: [{ annotator, item, reason }] })),
    state: (batch) => inTurn(batch, () => handle(batch).query(batchState)),
    list: async (run) => {
      if (run !== undefined && !isDropName(run)) throw new AssayError('ASY-4001', { run: run.slice(0, 80) });
      const found = [];
      const query = `WorkflowType = "annotationBatch" AND ExecutionStatus = "Running"${
        run === undefined ? '' : ` AND WorkflowId STARTS_WITH "batch/${run}/"`
      }`;
      try {
        for await (const { workflowId } of client.workflow.list({ query })) {
          found.push({ id: workflowId, ...(await handle(workflowId).query(batchState)) });
        }
      } catch (error) {
        throw asClientError(error);
      }
      return found.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
};
