/** What waits for a reviewer, and what a reviewer's word does to it. */
import type { AdjudicateRequest, Note, ReviewReason } from '../../schemas/batch.ts';
import { forgive, settle, withdraw, wrongOn } from './checks.ts';
import type { Settings } from './settings.ts';
import { type Entry, peopleOf, remember, type State, type Vote } from './state.ts';
import { isUnanswerable, open } from './wanted.ts';

/** Share of agreeing pairs of votes, the least over the tasks; null where no task has two that can be compared. */
export const agreement = ({ votes }: Entry, tasks: number): number | null => {
  let least: number | null = null;
  for (let task = 0; task < tasks; task++) {
    const given = votes.flatMap(([, t, , category]) => (t === task && category !== null ? [category] : []));
    const pairs = given.length * (given.length - 1);
    if (pairs === 0) continue;
    const agreeing = given.reduce((sum, category) => sum + given.filter((other) => other === category).length - 1, 0);
    const share = agreeing / pairs;
    least = least === null ? share : Math.min(least, share);
  }
  return least;
};

/** Why an item waits for a reviewer; none: it does not. */
export const reasonsOf = (entry: Entry, settings: Settings): ReviewReason[] => {
  if (settings.review === 'none') return [];
  const reasons: ReviewReason[] = entry.dispute === 1 ? ['dispute'] : [];
  if (entry.ruling !== null) return reasons;
  if (entry.known !== null) {
    if (wrongOn(entry, settings).length > 0) reasons.push('failed-check');
  } else if (isUnanswerable(entry)) reasons.push('unanswerable');
  else if (open(entry, settings) === 0 && (agreement(entry, settings.tasks.length) ?? 1) < 1)
    reasons.push('disagreement');
  return reasons;
};

/** Sends work back to people: the votes of those named (or all) count no more, and passing it by is forgotten. */
const sendBack = (entry: Entry, people: readonly number[]): void => {
  withdraw(entry, people);
  entry.gone.push(...entry.skips.map(([who]) => who));
  entry.skips = [];
  entry.ruling = null;
  entry.returns++;
};

/** Takes a ruling on an item that waits for one. Of a check: `decide` corrects the known answer, `return` asks it of nobody any more. */
export const rule = (state: State, item: number, request: AdjudicateRequest, at: number, settings: Settings): void => {
  const entry = state.entries[item];
  if (entry === undefined) return;
  const { ruling, annotators, note } = request;
  const by = remember(state, request.reviewer);
  const after = at - state.since;
  const votes = (request.votes ?? []).map(
    ({ task, sha256, category }): Vote => [by, settings.tasks.indexOf(task), sha256, category ?? null, after],
  );
  if (entry.dispute === 1) entry.dispute = 2;
  if (note != null) entry.notes.push([by, NOTE.ruling, note, after]);
  if (entry.known === null && ruling === 'return') {
    const named = (who: number) => annotators == null || annotators.includes(state.people[who]?.name ?? '');
    sendBack(entry, [...peopleOf(entry.votes)].filter(named));
    return;
  }
  const decide = () => {
    entry.ruling = { by, ruling, votes: ruling === 'decide' ? votes : [] };
    if (entry.known === null || ruling !== 'decide') return;
    entry.known = entry.known.map((known, task) => votes.find((vote) => vote[1] === task)?.[3] ?? known);
  };
  if (entry.known === null) decide();
  else {
    forgive(state, entry, settings, decide);
    for (const who of peopleOf(entry.votes)) settle(state, who, settings);
  }
  state.leases = state.leases.filter((lease) => lease.item !== item);
};

/** Kinds of notes by their number in `NoteRow`: their place in NOTE_KINDS. */
export const NOTE = { comment: 0, dispute: 1, ruling: 2 } as const satisfies Record<Note['kind'], number>;
