/** What only the person wrote, outside the tables: answers, notes, their profile, entries of studies. */
import { sha256 } from '../../models/hash.ts';
import type { Annotation } from '../../schemas/annotation.ts';
import { VoteBody } from '../../schemas/batch.ts';
import { keys } from '../../schemas/keys.ts';
import { createEntryLog } from '../evalgen/entries.ts';
import type { ObjectStore } from '../ports.ts';
import { readReceipt } from '../receipts.ts';
import { type WithdrawnVotes, withdrawnIn } from './rounds.ts';

/** The hash under which the answer behind an annotation was stored; null where it is none that people gave in the console. */
const answerHash = ({ seconds, guideline, shown, task, value }: Annotation): string | null => {
  const body = VoteBody.safeParse({ seconds, guideline, shown, task, value });
  return body.success ? sha256(JSON.stringify(body.data)) : null;
};

/**
 * Keys of the person's answers: those of their annotations, and withdrawn ones. An answer that somebody else gave in the very same
 * words and seconds is one object for both, and stays.
 */
export const ownAnswers = async (
  objects: ObjectStore,
  said: readonly Annotation[],
  withdrawn: readonly WithdrawnVotes[],
  others: AsyncIterable<Annotation>,
  subject: string,
): Promise<string[]> => {
  const hashes = new Set(said.flatMap((annotation) => answerHash(annotation) ?? []));
  const votes = withdrawn.flatMap(({ votes: some }) => some);
  for (const vote of votes) if (vote.annotator === subject) hashes.add(vote.sha256);
  if (hashes.size > 0) for await (const annotation of others) hashes.delete(answerHash(annotation) ?? '');
  for (const vote of votes) if (vote.annotator !== subject) hashes.delete(vote.sha256);
  const found: string[] = [];
  for (const hash of hashes) if ((await objects.head(keys.vote(hash))) !== null) found.push(keys.vote(hash));
  return found;
};

/** Keys of the person's notes, profile, preferences and times of work. */
export const ownObjects = async (objects: ObjectStore, subject: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { key } of objects.list(keys.notesPrefix()))
    if ((await readReceipt<{ by?: string }>(objects, key))?.by === subject) found.push(key);
  for (const key of [keys.annotator(subject), keys.preferences(subject), keys.worked(subject)])
    if ((await objects.head(key)) !== null) found.push(key);
  return found;
};

/** Studies in which the person did something, or whose sample is of one of the drops. */
export const ownStudies = async (
  objects: ObjectStore,
  subject: string,
  drops: ReadonlySet<string>,
): Promise<{ studies: string[]; entries: number }> => {
  const names = new Set<string>();
  for await (const { key } of objects.list(keys.evalgenPrefix())) names.add(key.split('/')[1] ?? '');
  const log = createEntryLog(objects);
  const studies: string[] = [];
  let own = 0;
  for (const name of [...names].sort()) {
    const { entries } = await log.read(name);
    const theirs = entries.filter(({ by }) => by === subject).length;
    own += theirs;
    const sampled = entries.some(({ event }) => event.kind === 'created' && drops.has(event.drop));
    if (theirs > 0 || sampled) studies.push(name);
  }
  return { studies, entries: own };
};

/** Every batch's withdrawn votes, of all runs. */
export const allWithdrawn = (objects: ObjectStore): Promise<WithdrawnVotes[]> => withdrawnIn(objects, keys.runs());
