/** What a batch remembers: plain JSON in and out, because it continues as new. What is as it began is left out of the JSON. */
import type { Ruling, Standing } from '../../schemas/batch.ts';
import { SKIP_REASONS } from '../../schemas/batch-words.ts';

/** [person, task, hash of the answer, category, ms after `since`]: short, because a hundred items' votes ride in one payload. */
export type Vote = readonly [who: number, task: number, sha256: string, category: string | null, after?: number | null];
/** [person, reason]: its place in SKIP_REASONS, −1 for another. */
export type Skip = readonly [who: number, reason: number];
export type NoteRow = readonly [by: number, kind: number, sha256: string, after: number];
export type RulingRow = { readonly by: number; readonly ruling: Ruling; readonly votes: readonly Vote[] };
/** Answers to checks: how many, and how many were right. */
export type Tally = { readonly asked: number; readonly right: number };

export type Entry = {
  readonly id: string;
  readonly language: string | null;
  /** Only people with the skills that the run names for this may see it. */
  readonly sensitive: boolean;
  /** Judges' answers that the drop brought: [task, category]. */
  readonly prior: readonly (readonly [task: number, category: string])[];
  /** Of a check: the known answer per task, null where a task has none. Null: no check. */
  known: readonly (string | null)[] | null;
  votes: Vote[];
  skips: Skip[];
  /** Votes taken back: kept, not counted. Who gave one is not asked again, nor are those of `gone`, whose vote is stored elsewhere. */
  withdrawn: Vote[];
  gone: number[];
  notes: NoteRow[];
  ruling: RulingRow | null;
  /** 1: a dispute waits for its reviewer; 2: it had its ruling. */
  dispute: number;
  /** Times it was sent back to people. */
  returns: number;
};

export type Person = {
  readonly name: string;
  /** Checks they have met, as bits by the check's number. */
  met: bigint;
  asked: number;
  right: number;
  /** Items they were handed: what their next check is drawn by. */
  handed: number;
  disputes: number;
  /** Quotas whose group they belong to, as bits. */
  groups: number;
};

export type Lease = {
  readonly item: number;
  readonly annotator: number;
  /** Milliseconds since epoch. */
  readonly ends: number;
  /** How far the responses are turned when shown. */
  readonly turn: number;
};

export type State = {
  /** Times of votes and notes count from here (ms since epoch). */
  readonly since: number;
  /** What nobody outside knows and draws are made by; empty where there are no checks. */
  readonly seed: string;
  readonly people: Person[];
  /** Work first, then checks. */
  readonly entries: Entry[];
  leases: Lease[];
  /** What other batches of the run know of people. */
  readonly elsewhere: Map<string, Tally & { readonly standing: Standing | null }>;
};

type PersonJson =
  | string
  | readonly [
      name: string,
      met: string,
      asked: number,
      right: number,
      handed: number,
      disputes: number,
      groups: number,
    ];
type EntryJson = { readonly id: string; readonly votes: Vote[]; readonly skips: (Skip | number)[] } & Partial<Entry>;
export type BatchJson = {
  readonly annotators: PersonJson[];
  readonly items: EntryJson[];
  readonly leases: Lease[];
  readonly since?: number;
  readonly seed?: string;
  readonly elsewhere?: (readonly [name: string, asked: number, right: number, standing: Standing | null])[];
};

/** An item as the batch's plan lists it. */
export type Line = Pick<Entry, 'id'> & Partial<Pick<Entry, 'language' | 'prior' | 'known' | 'sensitive'>>;

export const entryOf = (line: Line): Entry => ({
  language: null,
  sensitive: false,
  prior: [],
  known: null,
  votes: [],
  skips: [],
  withdrawn: [],
  gone: [],
  notes: [],
  ruling: null,
  dispute: 0,
  returns: 0,
  ...line,
});

const newPerson = (name: string): Person => ({
  name,
  met: 0n,
  asked: 0,
  right: 0,
  handed: 0,
  disputes: 0,
  groups: 0,
});

const readPerson = (json: PersonJson): Person => {
  if (typeof json === 'string') return newPerson(json);
  const [name, met, asked, right, handed, disputes, groups] = json;
  return { name, met: BigInt(`0x${met}`), asked, right, handed, disputes, groups };
};

const writePerson = (person: Person): PersonJson => {
  const { name, met, asked, right, handed, disputes, groups } = person;
  const fresh = met === 0n && asked + right + handed + disputes + groups === 0;
  return fresh ? name : [name, met.toString(16), asked, right, handed, disputes, groups];
};

/** Skips were once people alone. */
const readSkip = (skip: Skip | number): Skip => (typeof skip === 'number' ? [skip, -1] : skip);

const isSet = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

const writeEntry = ({ id, votes, skips, ...rest }: Entry): EntryJson => ({
  id,
  votes,
  skips,
  ...Object.fromEntries(Object.entries(rest).filter(([, value]) => isSet(value))),
});

export const restore = (json: BatchJson): State => ({
  since: json.since ?? 0,
  seed: json.seed ?? '',
  people: json.annotators.map(readPerson),
  entries: json.items.map((item) => ({
    ...entryOf(item),
    votes: [...item.votes],
    skips: item.skips.map(readSkip),
    withdrawn: [...(item.withdrawn ?? [])],
    gone: [...(item.gone ?? [])],
    notes: [...(item.notes ?? [])],
  })),
  // Leases once had no turn.
  leases: json.leases.map((lease) => ({ ...lease, turn: lease.turn ?? 0 })),
  elsewhere: new Map(
    (json.elsewhere ?? []).map(([name, asked, right, standing]) => [name, { asked, right, standing }]),
  ),
});

export const store = ({ since, seed, people, entries, leases, elsewhere }: State): BatchJson => ({
  annotators: people.map(writePerson),
  items: entries.map(writeEntry),
  leases,
  ...(since === 0 ? {} : { since }),
  ...(seed === '' ? {} : { seed }),
  ...(elsewhere.size === 0
    ? {}
    : {
        elsewhere: [...elsewhere].map(([name, { asked, right, standing }]) => [name, asked, right, standing] as const),
      }),
});

/** The person's number, or −1. */
export const personOf = (state: State, name: string): number => state.people.findIndex((p) => p.name === name);

/** Whether nothing in the batch is theirs. */
const isIdle = ({ entries, leases }: State, who: number, person: Person): boolean =>
  person.met === 0n &&
  person.disputes === 0 &&
  !leases.some((lease) => lease.annotator === who) &&
  !entries.some(
    (entry) => passedBy(entry).has(who) || entry.ruling?.by === who || entry.notes.some(([by]) => by === who),
  );

/** The person's number; somebody new gets one, or that of somebody who left nothing; −1 where there are `most` of them. */
export const remember = (state: State, name: string, most = Number.POSITIVE_INFINITY): number => {
  const known = personOf(state, name);
  if (known >= 0) return known;
  if (state.people.length < most) return state.people.push(newPerson(name)) - 1;
  const idle = state.people.findIndex((person, who) => isIdle(state, who, person));
  if (idle >= 0) state.people[idle] = newPerson(name);
  return idle;
};

export const nameOf = (state: State, who: number): string => state.people[who]?.name ?? '';

export const holders = (state: State, item: number): number[] =>
  state.leases.flatMap((lease) => (lease.item === item ? [lease.annotator] : []));

export const peopleOf = (votes: readonly Vote[]): Set<number> => new Set(votes.map(([who]) => who));

/** Everybody who had this item before: voted, skipped it, or had a vote taken back. */
export const passedBy = (entry: Entry): Set<number> =>
  new Set([...peopleOf(entry.votes), ...entry.skips.map(([who]) => who), ...peopleOf(entry.withdrawn), ...entry.gone]);

/** Returns it to the queue. */
export const giveBack = (state: State, item: number, who: number): void => {
  state.leases = state.leases.filter((lease) => !(lease.item === item && lease.annotator === who));
};

export const reasonNumber = (reason: string): number => (SKIP_REASONS as readonly string[]).indexOf(reason);
