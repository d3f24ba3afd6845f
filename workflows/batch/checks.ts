/** Items whose answer is known, mixed in unseen: they qualify annotators and pause those who fail. */
import type { Standing } from '../../schemas/batch.ts';
import { isKnownAnswer } from '../../schemas/categories.ts';
import type { Settings } from './settings.ts';
import { standingOf } from './standing.ts';
import { type Entry, giveBack, nameOf, peopleOf, personOf, type State, type Tally, type Vote } from './state.ts';

/** Whether every task of which the answer is known was answered so. */
export const isRight = (entry: Entry, who: number, { checks }: Settings): boolean =>
  (entry.known ?? []).every((known, task) => {
    const vote = entry.votes.find((v) => v[0] === who && v[1] === task);
    return known === null || (vote !== undefined && isKnownAnswer(known, vote[3], checks?.tolerance ?? 0));
  });

/** People whose answer to this check is wrong. */
export const wrongOn = (entry: Entry, settings: Settings): number[] =>
  entry.known === null ? [] : [...peopleOf(entry.votes)].filter((who) => !isRight(entry, who, settings));

/** The number of a check among the checks, as `Person.met` counts them. */
const bitOf = (state: State, item: number): bigint =>
  1n << BigInt(item - state.entries.findIndex((entry) => entry.known !== null));

export const hasMet = (state: State, who: number, item: number): boolean =>
  ((state.people[who]?.met ?? 0n) & bitOf(state, item)) !== 0n;

/** Answers to checks in the whole run, as far as it is known here. */
export const tallyOf = (state: State, name: string): Tally => {
  const here = state.people[personOf(state, name)];
  const elsewhere = state.elsewhere.get(name);
  return {
    asked: (here?.asked ?? 0) + (elsewhere?.asked ?? 0),
    right: (here?.right ?? 0) + (elsewhere?.right ?? 0),
  };
};

/** How somebody stands: what the run says holds where this batch alone could not say so yet. */
export const standing = (state: State, name: string, { checks }: Settings): Standing => {
  if (checks === null) return 'qualified';
  const told = state.elsewhere.get(name)?.standing ?? null;
  const here = standingOf(tallyOf(state, name), checks);
  if (told === 'paused' || here === 'paused') return 'paused';
  return told === 'qualified' ? 'qualified' : here;
};

/** Takes back the votes of people on an item: they stay beside those that count. */
export const withdraw = (entry: Entry, people: readonly number[]): void => {
  const taken = (vote: Vote) => people.includes(vote[0]);
  entry.withdrawn.push(...entry.votes.filter(taken));
  entry.votes = entry.votes.filter((vote) => !taken(vote));
};

/** Somebody paused holds nothing, and their votes that no reviewer has ruled on count no more. */
export const settle = (state: State, who: number, settings: Settings): void => {
  if (standing(state, nameOf(state, who), settings) !== 'paused') return;
  state.leases = state.leases.filter((lease) => lease.annotator !== who);
  for (const entry of state.entries) if (entry.known === null && entry.ruling === null) withdraw(entry, [who]);
};

/** Counts somebody's first answer to a check; a second one, after an undo, changes nothing. */
export const score = (state: State, item: number, who: number, settings: Settings): void => {
  const entry = state.entries[item];
  const person = state.people[who];
  if (entry === undefined || entry.known === null || person === undefined || hasMet(state, who, item)) return;
  person.met |= bitOf(state, item);
  person.asked++;
  if (isRight(entry, who, settings)) person.right++;
  settle(state, who, settings);
};

/** A check somebody would not answer is not asked of them again, and says nothing of them. */
export const passCheck = (state: State, item: number, who: number): void => {
  const person = state.people[who];
  if (person !== undefined) person.met |= bitOf(state, item);
  giveBack(state, item, who);
};

/** After `change` to a check, those who were wrong and are no more have one right answer more. */
export const forgive = (state: State, entry: Entry, settings: Settings, change: () => void): void => {
  const before = wrongOn(entry, settings);
  change();
  const after = entry.ruling?.ruling === 'return' ? [] : wrongOn(entry, settings);
  for (const who of before) {
    const person = state.people[who];
    if (person !== undefined && !after.includes(who)) person.right++;
  }
};
