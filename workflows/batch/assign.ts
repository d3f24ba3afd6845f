/** Who gets which item next: what somebody holds already, then a check where one is due, then where an answer tells most or, told alike, the item nearest to its end. */
import type { Claimant, ClaimGrant, ClaimRefusal, ClaimRequest } from '../../schemas/batch.ts';
import { hasMet, standing, tallyOf } from './checks.ts';
import { draw } from './draw.ts';
import { MOST } from './limits.ts';
import { mostVotes, type Settings } from './settings.ts';
import { type Entry, holders, type Lease, passedBy, personOf, remember, type State } from './state.ts';
import { fitsQuotas, open, votersOf, worthOf } from './wanted.ts';

const NOBODY: Claimant = { skills: [], languages: [], vendor: null, groups: [] };

/** Why somebody may work on nothing here, whatever is open. */
const barred = (state: State, name: string, claimant: Claimant, settings: Settings): ClaimRefusal | null => {
  const { skills, vendors } = settings.requires;
  if (standing(state, name, settings) === 'paused') return 'paused';
  if (!skills.every((skill) => claimant.skills.includes(skill))) return 'skills';
  if (vendors.length > 0 && (claimant.vendor === null || !vendors.includes(claimant.vendor))) return 'vendor';
  return null;
};

/** Whether an item may be shown to somebody at all: a sensitive one to those alone who have the skills that the run names for it. */
const maySee = ({ sensitive }: Pick<Entry, 'sensitive'>, { skills }: Claimant, settings: Settings): boolean => {
  const needed = settings.sensitive?.skills ?? [];
  return !sensitive || (needed.length > 0 && needed.every((skill) => skills.includes(skill)));
};

/** `zh` covers `zh-Hant`; an item without a language is for everybody. */
const speaks = (languages: readonly string[], language: string | null): boolean => {
  const wanted = language?.toLowerCase() ?? '';
  return language === null || languages.some((l) => `${wanted}-`.startsWith(`${l.toLowerCase()}-`));
};

/** How far the responses are turned: by the item's id, and one further for each who had it before, so that sides balance. */
export const turnOf = (state: State, item: number): number => {
  const entry = state.entries[item];
  if (entry === undefined) return 0;
  const takers = new Set([...passedBy(entry), ...holders(state, item)]);
  return Math.floor(draw(entry.id) * TURNS) + takers.size;
};
/** 8!: divisible by every number of responses that people are shown together. */
const TURNS = 40_320;

/** Work open to somebody: where an answer tells most first, then nearest to its end; and what kept the rest from them. */
const workFor = (
  state: State,
  who: number,
  claimant: Claimant,
  groups: number,
  asked: (item: number) => boolean,
  settings: Settings,
): { items: number[]; kept: ClaimRefusal } => {
  const found: { item: number; load: number; worth: number }[] = [];
  let kept: ClaimRefusal = 'empty';
  const held = new Map<number, number[]>();
  for (const { item, annotator } of state.leases) held.set(item, [...(held.get(item) ?? []), annotator]);
  for (const [item, entry] of state.entries.entries()) {
    const leased = held.get(item) ?? [];
    if (!asked(item) || leased.includes(who) || passedBy(entry).has(who)) continue;
    if (open(entry, settings) <= leased.length) continue;
    if (!maySee(entry, claimant, settings)) kept = 'skills';
    else if (settings.requires.languages && !speaks(claimant.languages, entry.language)) kept = 'language';
    else if (!fitsQuotas(state, item, groups, settings)) kept = 'quota';
    else found.push({ item, load: votersOf(entry, settings) + leased.length, worth: worthOf(entry, settings) });
  }
  return {
    items: found.sort((x, y) => y.worth - x.worth || y.load - x.load || x.item - y.item).map(({ item }) => item),
    kept,
  };
};

/** Checks somebody has not met, in an order of their own. */
const checksFor = (state: State, who: number, name: string, asked: (item: number) => boolean): number[] =>
  state.entries
    .flatMap((entry, item) =>
      entry.known === null ||
      entry.ruling?.ruling === 'return' ||
      !asked(item) ||
      hasMet(state, who, item) ||
      holders(state, item).includes(who)
        ? []
        : [{ item, place: draw(`${state.seed}\n${name}\n${entry.id}`) }],
    )
    .sort((x, y) => x.place - y.place)
    .map(({ item }) => item);

/** Hands out up to `n` items; those somebody holds already come first, as they were shown, so that a repeated call is harmless. */
export const assign = (state: State, request: ClaimRequest, now: number, settings: Settings): ClaimGrant => {
  const { annotator: name, n, items: wanted } = request;
  const claimant = request.claimant ?? NOBODY;
  const ends = now + settings.leaseMs;
  const nothing = (refusal: ClaimRefusal): ClaimGrant => ({ items: [], turns: [], leaseEnds: ends, refusal });
  const bar = barred(state, name, claimant, settings);
  if (bar !== null) return nothing(bar);

  const who = personOf(state, name);
  const asked = (item: number) => wanted == null || wanted.includes(state.entries[item]?.id ?? '');
  const isCheck = (item: number) => state.entries[item]?.known !== null;
  const theirs = state.leases.filter((lease) => lease.annotator === who);
  const visible = (item: number) => maySee(state.entries[item] ?? { sensitive: true }, claimant, settings);
  const held = theirs.filter(({ item }) => asked(item) && visible(item)).slice(0, n);
  const groups = settings.quotas.reduce(
    (bits, { group }, index) => (claimant.groups.includes(group) ? bits | (1 << index) : bits),
    0,
  );
  const work = workFor(state, who, claimant, groups, asked, settings);
  const picked: number[] = [];
  if (settings.checks === null) picked.push(...work.items.slice(0, n - held.length));
  else {
    const { qualify, rate } = settings.checks;
    const leased = state.leases.filter(({ item }) => isCheck(item)).length;
    const checks = checksFor(state, who, name, asked).slice(0, Math.max(0, MOST.checkLeases - leased));
    const entering = standing(state, name, settings) === 'new';
    let due = qualify - tallyOf(state, name).asked - theirs.filter(({ item }) => isCheck(item)).length;
    let handed = state.people[who]?.handed ?? 0;
    while (held.length + picked.length < n) {
      // Until they have qualified, people get checks alone; after that, one now and then.
      const check = entering ? due-- > 0 : draw(`${state.seed}\n${name}\n${handed}`) < rate;
      const next = (check ? checks.shift() : undefined) ?? (entering ? undefined : work.items.shift());
      if (next === undefined) break;
      picked.push(next);
      handed++;
    }
  }
  if (held.length + picked.length === 0) return nothing(work.kept);
  // Whoever got nothing is not remembered: strangers asking in vain must not make the state grow.
  const items = state.entries.filter(({ known }) => known === null).length;
  const known = remember(state, name, MOST.guests + items * mostVotes(settings));
  const person = state.people[known];
  if (person === undefined) return nothing('empty');
  person.groups = groups;
  if (settings.checks !== null) person.handed += picked.length;
  const leases: Lease[] = [
    ...held.map((lease) => ({ ...lease, ends })),
    ...picked.map((item) => ({ item, annotator: known, ends, turn: turnOf(state, item) })),
  ];
  const given = new Set(leases.map(({ item }) => item));
  state.leases = [...state.leases.filter((lease) => !(lease.annotator === known && given.has(lease.item))), ...leases];
  return {
    items: leases.map(({ item }) => state.entries[item]?.id ?? ''),
    turns: leases.map(({ turn }) => turn),
    leaseEnds: ends,
    refusal: null,
  };
};
