/** What is where in a batch's state. */
import type { AdjudicateRequest, VoteRef } from '../../schemas/batch.ts';
import { fault } from '../failures.ts';
import type { Settings } from './settings.ts';
import { type Entry, nameOf, type State } from './state.ts';

/** The number of an item. Throws ASY-4004 where the batch has none of that id. */
export const find = ({ entries }: State, id: string): number => {
  const index = entries.findIndex((entry) => entry.id === id);
  if (index < 0) throw fault('ASY-4004', { reason: `${id} is not in this batch` });
  return index;
};

export const entryAt = ({ entries }: State, item: number): Entry => entries[item] as Entry;

export const holds = ({ leases }: State, item: number, who: number, now: number): boolean =>
  leases.some((lease) => lease.item === item && lease.annotator === who && lease.ends > now);

/** Whether this very vote is there. */
export const hasVote = ({ votes }: Entry, who: number, vote: VoteRef, { tasks }: Settings): boolean =>
  votes.some(([by, task, sha256]) => by === who && tasks[task] === vote.task && sha256 === vote.sha256);

export const hasNote = ({ notes }: Entry, who: number, kind: number, note: string): boolean =>
  notes.some((row) => row[0] === who && row[1] === kind && row[2] === note);

/** Whether this very ruling is there, and not disputed. */
export const isRuledSo = (state: State, { ruling, dispute }: Entry, request: AdjudicateRequest): boolean =>
  ruling !== null &&
  dispute !== 1 &&
  ruling.ruling === request.ruling &&
  nameOf(state, ruling.by) === request.reviewer &&
  ruling.votes.every(({ 2: sha256 }) => (request.votes ?? []).some((vote) => vote.sha256 === sha256));
