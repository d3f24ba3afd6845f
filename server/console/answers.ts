import { checkAnswer, checkShown } from '../../schemas/answer.ts';
import type { BatchItem, CastVote, VoteBody } from '../../schemas/batch.ts';
import type { ShownVote } from '../../schemas/console.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { OpenBatch } from './open-batches.ts';
import type { DeskCatalog } from './ports.ts';

/** Holds answers to their question and item. Throws ASY-4012 for another guideline, ASY-4016 with the place of what does not fit. */
export const checkAnswers = async (
  catalog: DeskCatalog,
  batch: OpenBatch,
  id: string,
  votes: readonly VoteBody[],
): Promise<void> => {
  const [item, { questions }] = await Promise.all([catalog.item(batch.id, id), catalog.sheet(batch.run)]);
  for (const [index, vote] of votes.entries()) {
    if (vote.guideline !== batch.guideline)
      throw new AssayError('ASY-4012', { given: vote.guideline.slice(0, 80), wanted: batch.guideline });
    const fault = checkAnswer(vote, questions, item) ?? checkShown(vote.shown, item);
    if (fault !== null)
      throw new AssayError('ASY-4016', { path: `votes.${index}.${fault.path}`, reason: fault.reason });
  }
};

/** Votes with what they say. */
export const withBodies = (catalog: DeskCatalog, votes: readonly CastVote[]): Promise<ShownVote[]> =>
  Promise.all(votes.map(async (vote) => ({ ...vote, body: await catalog.vote(vote.sha256) })));

/** A thread with its texts. */
export const withTexts = (catalog: DeskCatalog, { notes }: BatchItem) =>
  Promise.all(notes.map(async ({ by, kind, at, note }) => ({ by, kind, at, text: await catalog.note(note) })));
