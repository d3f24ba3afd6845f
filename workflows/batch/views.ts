/** What a batch shows of itself: to the server, to its page in the Temporal UI, to whoever saves its votes. */
import type { Task } from '../../schemas/annotation.ts';
import type { BatchItem, BatchState, CastVote, Note, OwnVote, ReviewEntry, VoteRef } from '../../schemas/batch.ts';
import { NOTE_KINDS, SKIP_REASONS } from '../../schemas/batch-words.ts';
import { isRight, standing } from './checks.ts';
import { agreement, reasonsOf } from './review.ts';
import type { Settings } from './settings.ts';
import { type Entry, nameOf, peopleOf, personOf, type State, type Vote } from './state.ts';
import { open, votersOf } from './wanted.ts';

/** A vote as it is saved: a ruling's is the reviewer's. */
export type SavedVote = CastVote & { readonly ruling?: true };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
const work = (state: State): Entry[] => state.entries.filter(({ known }) => known === null);

const refOf = ({ id }: Entry, [, task, sha256, category]: Vote, { tasks }: Settings): VoteRef => ({
  item: id,
  task: tasks[task] as Task,
  sha256,
  category,
});
const cast = (state: State, entry: Entry, vote: Vote, settings: Settings): CastVote => {
  const after = vote[4] ?? null;
  return {
    ...refOf(entry, vote, settings),
    annotator: nameOf(state, vote[0]),
    at: after === null ? null : state.since + after,
  };
};

/** Votes that count, in item order, then in order of arrival. */
export const votesOf = (state: State, settings: Settings): CastVote[] =>
  work(state).flatMap((entry) => entry.votes.map((vote) => cast(state, entry, vote, settings)));

/** Answers by which reviewers decided. */
export const rulingsOf = (state: State, settings: Settings): SavedVote[] =>
  state.entries.flatMap((entry) =>
    (entry.ruling?.votes ?? []).map((vote) => ({ ...cast(state, entry, vote, settings), ruling: true as const })),
  );

/** Votes per task and category: all that live agreement needs. */
export const tallyOf = (state: State, { tasks }: Settings): { task: Task; category: string; n: number }[] => {
  const counts = new Map<string, { task: Task; category: string; n: number }>();
  for (const { votes } of work(state))
    for (const [, index, , given] of votes) {
      const [task, category] = [tasks[index] as Task, given ?? 'given'];
      const key = `${task} ${category}`;
      const entry = counts.get(key) ?? { task, category, n: 0 };
      entry.n++;
      counts.set(key, entry);
    }
  return [...counts.values()].sort((x, y) => (x.task + x.category < y.task + y.category ? -1 : 1));
};

const isWaiting = (entry: Entry, settings: Settings): boolean => reasonsOf(entry, settings).length > 0;

/** Nothing is wanted of anybody: no vote, and no reviewer's word. */
export const isDone = (state: State, settings: Settings): boolean =>
  state.entries.every((entry) => open(entry, settings) === 0 && !isWaiting(entry, settings));

export const stateOf = (state: State, settings: Settings): BatchState => {
  const { run, batch, tasks, redundancy, guideline } = settings;
  const items = work(state);
  const wants = items.map((entry) => open(entry, settings));
  const wanted = sum(wants);
  const leases = state.leases.filter(({ item }) => state.entries[item]?.known === null);
  const handed = new Map<Entry | undefined, number>();
  for (const { item } of leases) handed.set(state.entries[item], (handed.get(state.entries[item]) ?? 0) + 1);
  const inReview = state.entries.filter((entry) => isWaiting(entry, settings)).length;
  return {
    run,
    batch,
    tasks: [...tasks],
    guideline,
    items: items.length,
    redundancy,
    votes: sum(items.map((entry) => votersOf(entry, settings))),
    open: wanted,
    free: sum(items.map((entry, i) => Math.max(0, (wants[i] ?? 0) - (handed.get(entry) ?? 0)))),
    leased: leases.length,
    skipped: sum(items.map((entry) => entry.skips.length)),
    inReview,
    ruled: state.entries.filter((entry) => entry.ruling !== null).length,
    checks: { asked: sum(state.people.map((p) => p.asked)), right: sum(state.people.map((p) => p.right)) },
    paused:
      settings.checks === null
        ? 0
        : state.people.filter(({ name }) => standing(state, name, settings) === 'paused').length,
    done: wanted === 0 && inReview === 0,
  };
};

export const itemOf = (state: State, entry: Entry, settings: Settings): BatchItem => {
  const { ruling, known } = entry;
  const item = state.entries.indexOf(entry);
  return {
    item: entry.id,
    votes: entry.votes.map((vote) => cast(state, entry, vote, settings)),
    withdrawn: entry.withdrawn.map((vote) => cast(state, entry, vote, settings)),
    skips: entry.skips.map(([who, reason]) => ({
      annotator: nameOf(state, who),
      reason: SKIP_REASONS[reason] ?? 'other',
    })),
    open: open(entry, settings),
    leased: state.leases.filter((lease) => lease.item === item).length,
    reasons: reasonsOf(entry, settings),
    ruling:
      ruling === null
        ? null
        : {
            reviewer: nameOf(state, ruling.by),
            ruling: ruling.ruling,
            votes: ruling.votes.map((vote) => refOf(entry, vote, settings)),
          },
    notes: entry.notes.map(
      ([by, kind, note, after]): Note => ({
        by: nameOf(state, by),
        kind: NOTE_KINDS[kind] ?? 'comment',
        note,
        at: state.since + after,
      }),
    ),
    known:
      known === null
        ? null
        : known.flatMap((category, task) =>
            category === null ? [] : [{ task: settings.tasks[task] as Task, category }],
          ),
  };
};

/** Items that wait for a reviewer: disputes first, then the least agreed. */
export const queueOf = (state: State, settings: Settings): ReviewEntry[] =>
  state.entries
    .filter((entry) => isWaiting(entry, settings))
    .map((entry) => ({
      item: entry.id,
      reasons: reasonsOf(entry, settings),
      votes: peopleOf(entry.votes).size,
      agreement: agreement(entry, settings.tasks.length),
      notes: entry.notes.length,
    }))
    .sort(
      (x, y) =>
        Number(y.reasons.includes('dispute')) - Number(x.reasons.includes('dispute')) ||
        (x.agreement ?? 0) - (y.agreement ?? 0),
    );

/** One's own work, newest first. */
export const ownOf = (state: State, name: string, settings: Settings): OwnVote[] => {
  const who = personOf(state, name);
  return state.entries
    .filter((entry) => who >= 0 && [...entry.votes, ...entry.withdrawn].some((vote) => vote[0] === who))
    .map((entry): OwnVote => {
      const counted = entry.votes.find((vote) => vote[0] === who);
      const vote = counted ?? entry.withdrawn.find((v) => v[0] === who);
      const after = vote?.[4] ?? null;
      return {
        item: entry.id,
        at: after === null ? null : state.since + after,
        status: counted === undefined ? 'withdrawn' : entry.ruling === null ? 'open' : 'ruled',
        right: entry.known === null || counted === undefined ? null : isRight(entry, who, settings),
        ruling: entry.ruling?.ruling ?? null,
        notes: entry.notes.length,
      };
    })
    .sort((x, y) => (y.at ?? 0) - (x.at ?? 0));
};
