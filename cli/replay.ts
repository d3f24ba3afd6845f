/** Recorded annotators: votes from a file go through `claim`, `submit` and `skip` exactly as people's do. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { TableStore } from '../activities/ports.ts';
import { VALUES } from '../schemas/annotation.ts';
import { VoteBody } from '../schemas/batch.ts';
import { AssayError, isAssayError } from '../schemas/errors.ts';
import type { Annotators } from '../server/ports.ts';

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
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    try {
      const row = Row.parse(JSON.parse(text));
      const { item, annotator } = row;
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

/** Items claimed at a time: what one Update hands out. */
const CLAIM = 20;

export interface ReplayResult {
  readonly submitted: number;
  readonly skipped: number;
  /** Rows whose item no batch offered to their annotator (voted already, enough votes, or unknown). */
  readonly unused: number;
  readonly annotators: number;
}

/** Votes until no batch has anything left that the recording can answer. Items may be named by id or by the producer's id. */
export const replayVotes = async ({
  annotators,
  tables,
  subject,
  batches,
  votes,
}: {
  annotators: Annotators;
  tables: TableStore;
  subject: (person: string) => string;
  batches: readonly string[];
  votes: readonly RecordedVote[];
}): Promise<ReplayResult> => {
  const result = { submitted: 0, skipped: 0, unused: votes.length, annotators: 0 };
  const people = Map.groupBy(votes, (vote) => vote.annotator);
  const used = new Set<string>();
  for (const batch of batches) {
    const drop = batch.split('/')[1] as string;
    const ids = await idsOf(tables, drop);
    for (const [person, theirs] of people) {
      const byItem = Map.groupBy(theirs, (vote) => ids.get(vote.item) ?? vote.item);
      const done = await voteAs(annotators, batch, subject(person), byItem);
      result.submitted += done.submitted;
      result.skipped += done.skipped;
      result.unused -= done.submitted + done.skipped;
      if (done.submitted + done.skipped > 0) used.add(person);
    }
  }
  return { ...result, annotators: used.size };
};

const voteAs = async (
  annotators: Annotators,
  batch: string,
  annotator: string,
  votes: ReadonlyMap<string, readonly RecordedVote[]>,
): Promise<{ submitted: number; skipped: number }> => {
  const done = { submitted: 0, skipped: 0 };
  const ids = [...votes.keys()];
  try {
    for (let from = 0; from < ids.length; from += CLAIM) {
      const { items } = await annotators.claim(batch, annotator, CLAIM, ids.slice(from, from + CLAIM));
      for (const item of items) {
        const theirs = votes.get(item) ?? [];
        const bodies = theirs.flatMap((vote) => (vote.body === null ? [] : [vote.body]));
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
  } catch (error) {
    // The batch ended with this vote, or with somebody else's.
    if (!(isAssayError(error) && error.code === 'ASY-4005')) throw error;
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
