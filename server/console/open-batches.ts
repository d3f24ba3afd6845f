/** The batches that are open, asked for once a moment and shared by all who work; and whose turn is where. */
import { createHash } from 'node:crypto';
import type { BatchState } from '../../schemas/batch.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Session } from '../../schemas/session.ts';
import { reaches } from '../access/scope.ts';
import { runOf } from '../batches/line.ts';
import type { Annotators } from '../ports.ts';

export type OpenBatch = BatchState & { readonly id: string };

export interface OpenBatches {
  /** Those of runs that the session reaches, or of one run. */
  of(session: Session, run?: string): Promise<OpenBatch[]>;
  /** One of them. Throws ASY-4005 where there is none that the session reaches: it is as if it were not there. */
  one(session: Session, batch: string): Promise<OpenBatch>;
}

/** How long a listing is good for. */
const FRESH_MS = 1000;

export const createOpenBatches = (
  annotators: Pick<Annotators, 'list' | 'state'>,
  now: () => number = Date.now,
): OpenBatches => {
  let listed: { readonly at: number; readonly batches: Promise<OpenBatch[]> } | null = null;
  const list = (): Promise<OpenBatch[]> => {
    if (listed === null || now() - listed.at >= FRESH_MS) {
      // One that failed is not asked for again at once: those who wait would all ask.
      listed = { at: now(), batches: annotators.list() };
    }
    return listed.batches;
  };
  return {
    async of(session, run) {
      const open = await list();
      return open.filter(
        (batch) => !batch.done && reaches(session, batch.run) && (run === undefined || batch.run === run),
      );
    },
    async one(session, id) {
      if (!reaches(session, runOf(id))) throw new AssayError('ASY-4005', { batch: id });
      // One that has just opened is in no listing yet.
      return (await list()).find((batch) => batch.id === id) ?? { id, ...(await annotators.state(id)) };
    },
  };
};

/** A number in (0, 1) that a person and a batch have together. */
const share = (person: string, batch: string): number =>
  (createHash('sha256').update(`${person}\n${batch}`).digest().readUInt32BE() + 0.5) / 2 ** 32;

/**
 * In which order somebody tries batches: by weighted rendezvous hashing (Schindelhauer and Schomaker 2005), so that people spread by
 * how much is open, and each finds their own batch again, on every server.
 */
export const inOrder = (person: string, batches: readonly OpenBatch[]): OpenBatch[] =>
  batches
    .map((batch) => ({
      batch,
      score: (0.5 + batch.free) / -Math.log(share(person, batch.id)),
    }))
    .sort((x, y) => y.score - x.score)
    .map(({ batch }) => batch);
