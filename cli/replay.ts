/** Recorded annotators: votes from a file go through `claim`, `submit` and `skip` exactly as people's do. */
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { TableStore } from '../activities/ports.ts';
import { type Task, VALUES } from '../schemas/annotation.ts';
import { VoteBody } from '../schemas/batch.ts';
import { AssayError, isAssayError } from '../schemas/errors.ts';
import type { Annotators, Runs } from '../server/ports.ts';

const Row = z.union([
  z.object({
    item: z.string(),
    annotator: z.string().min(1),
    task: z.enum(Object.keys(VALUES) as [keyof typeof VALUES]),
    value: z.unknown(),
    seconds: z.number().min(0).nullable().default(null),
  }),
  z.object({ item: z.string(), annotator: z.string().min(1), skip: z.union([z.string(), z.literal(true)]) }),
]);

export interface RecordedVote {
  readonly item: string;
  readonly annotator: string;
  /** Null: a skip. */
  readonly body: VoteBody | null;
  readonly reason: string;
}

/** Reads and checks every row before anything is sent; ASY-7001 names file and line. */
export const readRecordedVotes = async (file: string): Promise<RecordedVote[]> => {
  const votes: RecordedVote[] = [];
  let line = 0;
  const seen = new Set<string>();
  // Opened first: an error of the stream itself would not reach the loop below.
  const input = await open(file).catch((error: unknown): never => {
    throw new AssayError('ASY-7002', { file, reason: (error as Error).message }, { cause: error });
  });
  const lines = createInterface({ input: input.createReadStream(), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    try {
      const row = Row.parse(JSON.parse(text));
      const { item, annotator } = row;
      const key = JSON.stringify([item, annotator, 'skip' in row ? null : row.task]);
      if (seen.has(key)) throw new Error(`${annotator} has answered this for ${item} before`);
      seen.add(key);
      votes.push(
        'skip' in row
          ? { item, annotator, body: null, reason: row.skip === true ? 'skipped' : row.skip.slice(0, 64) }
          : {
              item,
              annotator,
              body: VoteBody.parse({ task: row.task, value: row.value, seconds: row.seconds, guideline: '1' }),
              reason: '',
            },
      );
    } catch (error) {
      throw new AssayError('ASY-7001', { file, line, reason: reasonOf(error) }, { cause: error });
    }
  }
  if (votes.length === 0) throw new AssayError('ASY-7002', { file, reason: 'no votes in it' });
  return votes;
};

const reasonOf = (error: unknown): string => {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `${issue?.path.join('.') || 'row'}: ${issue?.message}`;
  }
  return error instanceof Error ? error.message : String(error);
};

/** What recorded annotators do of what people can. */
type Desk = Pick<Annotators, 'claim' | 'submit' | 'skip' | 'state' | 'list'>;

/** Items claimed at a time: what one Update hands out. */
const CLAIM = 20;

export interface ReplayResult {
  readonly submitted: number;
  readonly skipped: number;
  /** Rows that no batch took: their item was not offered to their annotator, or they answer other tasks than the batch asks. */
  readonly unused: number;
  readonly annotators: number;
}

/** How long the next batch of a run may take to open once one has ended. */
const NEXT_BATCH = { pauseMs: 250, pauses: 40 };

/** The batches of a run as they open: a window of them at a time, the next when one of these ends. */
export async function* batchesOf(
  annotators: Desk,
  runs: Runs,
  run: string,
  { pauseMs, pauses } = NEXT_BATCH,
): AsyncGenerator<string> {
  const seen = new Set<string>();
  for (let waited = 0; waited <= pauses; waited++) {
    const open = (await annotators.list(run)).map(({ id }) => id);
    for (const id of open) {
      if (seen.has(id)) continue;
      seen.add(id);
      waited = 0;
      yield id;
    }
    // While all that we have seen are open still, no other will be.
    if (waited > 0 && [...seen].every((id) => open.includes(id))) return;
    if (seen.size === 0 || (waited > 0 && (await runs.state(run)).stage !== 'annotate')) return;
    if (waited > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Votes until no batch has anything left that the recording can answer. Items may be named by id or by the producer's id. */
export const replayVotes = async ({
  annotators,
  tables,
  subject,
  batches,
  votes,
}: {
  annotators: Desk;
  tables: TableStore;
  subject: (person: string) => string;
  batches: Iterable<string> | AsyncIterable<string>;
  votes: readonly RecordedVote[];
}): Promise<ReplayResult> => {
  const result = { submitted: 0, skipped: 0, unused: votes.length, annotators: 0 };
  const people = Map.groupBy(votes, (vote) => vote.annotator);
  const used = new Set<string>();
  for await (const batch of batches) {
    const drop = batch.split('/')[1] as string;
    const ids = await idsOf(tables, drop);
    const { done: ended, tasks, guideline } = await annotators.state(batch);
    if (ended) continue;
    for (const [person, theirs] of people) {
      const byItem = Map.groupBy(theirs, (vote) => ids.get(vote.item) ?? vote.item);
      const done = await voteAs(annotators, { batch, guideline }, subject(person), answersTo(tasks, byItem));
      result.submitted += done.submitted;
      result.skipped += done.skipped;
      result.unused -= done.submitted + done.skipped;
      if (done.submitted + done.skipped > 0) used.add(person);
    }
  }
  return { ...result, annotators: used.size };
};

/** The items that a recording answers in full, with the votes that count; others would be claimed and never answered. */
const answersTo = (
  tasks: readonly Task[],
  votes: ReadonlyMap<string, readonly RecordedVote[]>,
): Map<string, readonly RecordedVote[]> => {
  const answers = new Map<string, readonly RecordedVote[]>();
  for (const [item, theirs] of votes) {
    const given = theirs.filter(({ body }) => body !== null && tasks.includes(body.task));
    const skips = theirs.filter(({ body }) => body === null);
    const answered = new Set(given.map(({ body }) => body?.task));
    if (given.length === tasks.length && answered.size === tasks.length) answers.set(item, given);
    else if (skips.length > 0) answers.set(item, skips);
  }
  return answers;
};

/** The batch ended with this vote or with somebody else's, or asks nothing more of this person. */
const ENDS: readonly string[] = ['ASY-4005', 'ASY-4009'];

const voteAs = async (
  annotators: Desk,
  { batch, guideline }: { readonly batch: string; readonly guideline: string },
  annotator: string,
  votes: ReadonlyMap<string, readonly RecordedVote[]>,
): Promise<{ submitted: number; skipped: number }> => {
  const done = { submitted: 0, skipped: 0 };
  const ids = [...votes.keys()];
  try {
    for (let from = 0; from < ids.length; from += CLAIM) {
      const some = ids.slice(from, from + CLAIM);
      // Checks come first, and work after them: the same items are asked for until there is nothing left.
      for (;;) {
        const { items } = await annotators.claim(batch, annotator, CLAIM, some);
        if (items.length === 0) break;
        for (const item of items) {
          const theirs = votes.get(item) ?? [];
          const bodies = theirs.flatMap((vote) => (vote.body === null ? [] : [{ ...vote.body, guideline }]));
          if (bodies.length === 0) {
            await annotators.skip(batch, annotator, item, theirs[0]?.reason ?? '');
            done.skipped += theirs.length;
          } else {
            await annotators.submit(
              batch,
              annotator,
              bodies.map((body) => ({ item, body })),
            );
            done.submitted += bodies.length;
          }
        }
      }
    }
  } catch (error) {
    if (!(isAssayError(error) && ENDS.includes(error.code))) throw error;
  }
  return done;
};

const idsOf = async (tables: TableStore, drop: string): Promise<Map<string, string>> => {
  const items = await tables.find('items', drop);
  const ids = new Map<string, string>();
  if (items === null) return ids;
  for await (const row of tables.query<{ id: string; externalId: string | null }>(
    'SELECT id, "externalId" FROM {items}',
    { items },
  )) {
    if (row.externalId !== null) ids.set(row.externalId, row.id);
  }
  return ids;
};
