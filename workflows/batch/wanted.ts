/** How many votes an item still wants, and whether somebody's would be one of them. */
import { SKIP_REASONS } from '../../schemas/batch-words.ts';
import type { Adaptive } from '../../schemas/pipeline.ts';
import {
  type Answer,
  expectedInformation,
  LEAST_CATEGORIES,
  posteriorOf,
  votesWanted,
} from '../../schemas/redundancy.ts';
import { MOST } from './limits.ts';
import type { Settings } from './settings.ts';
import { type Entry, holders, passedBy, peopleOf, type State } from './state.ts';

/** Reasons that say nothing of the item: the person, not the item, is at fault or away. */
const PERSONAL = ['opt-out-topic', 'later'].map((reason) => (SKIP_REASONS as readonly string[]).indexOf(reason));

/** Nobody can answer it: three people said so, or a dozen passed it by. */
export const isUnanswerable = (entry: Entry): boolean =>
  entry.skips.length + entry.withdrawn.length + entry.gone.length > 0 && isPassedBy(entry);

const isPassedBy = (entry: Entry): boolean =>
  entry.skips.filter(([, reason]) => !PERSONAL.includes(reason)).length >= MOST.skips ||
  passedBy(entry).size - peopleOf(entry.votes).size >= MOST.passes;

/** People whose votes count; each has answered every task. */
export const votersOf = ({ votes }: Entry, { tasks }: Settings): number => votes.length / tasks.length;

/** What people, and judges where they count, say of one task of an item. */
const answersTo = (task: number, entry: Entry, { accuracy, judgeAccuracy }: Adaptive): Answer[] => {
  const given = entry.votes.filter((vote) => vote[1] === task);
  const judged = judgeAccuracy === null ? [] : entry.prior.filter((prior) => prior[0] === task);
  return [
    ...given.map(([, , , category]) => ({ category, accuracy })),
    ...judged.map(([, category]) => ({ category, accuracy: judgeAccuracy ?? accuracy })),
  ];
};

/** Votes of all people together that an item wants, by its redundancy, or by how sure its answers are (S387). */
const total = (entry: Entry, settings: Settings): number => {
  const { redundancy, adaptive, tasks } = settings;
  if (adaptive === null) return redundancy;
  const people = votersOf(entry, settings);
  return Math.max(
    ...tasks.map((_name, task) => votesWanted({ people, answers: answersTo(task, entry, adaptive) }, adaptive)),
  );
};

/**
 * What one more person's answer is expected to tell of an item, in nats over all tasks (S387): of those who are paid alike, whoever
 * comes is best sent where this is most. 0 without adaptive redundancy, which alone says how far people are trusted.
 */
export const worthOf = (entry: Entry, { adaptive, tasks }: Settings): number => {
  if (adaptive === null) return 0;
  return tasks.reduce((sum, _name, task) => {
    const told = posteriorOf(answersTo(task, entry, adaptive)).map(([, p]) => p);
    const rest = 1 - told.reduce((all, p) => all + p, 0);
    const others = Math.max(0, LEAST_CATEGORIES - told.length);
    const posterior = [...told, ...Array.from({ length: others }, () => rest / others)];
    return sum + expectedInformation(posterior, adaptive.accuracy);
  }, 0);
};

/** Votes still wanted; checks want none that count. */
export const open = (entry: Entry, settings: Settings): number =>
  entry.known !== null || entry.ruling !== null || isUnanswerable(entry)
    ? 0
    : Math.max(0, total(entry, settings) - votersOf(entry, settings));

/**
 * Whether a vote of somebody in `groups` keeps every quota within reach: no group beyond its most, and places enough for the
 * least of each. Who belongs to a group that is still wanted always fits.
 */
export const fitsQuotas = (state: State, item: number, groups: number, settings: Settings): boolean => {
  const entry = state.entries[item];
  const { quotas } = settings;
  if (entry === undefined || quotas.length === 0) return true;
  const takers = [...new Set([...peopleOf(entry.votes), ...holders(state, item)])];
  const left = open(entry, settings) + peopleOf(entry.votes).size - takers.length;
  let wanted = 0;
  let belongs = false;
  for (const [index, { min, max }] of quotas.entries()) {
    const bit = 1 << index;
    const taken = takers.filter((who) => ((state.people[who]?.groups ?? 0) & bit) !== 0).length;
    const member = (groups & bit) !== 0;
    if (member && max !== null && taken >= max) return false;
    if (member && taken < min) belongs = true;
    else wanted += Math.max(0, min - taken);
  }
  return belongs || wanted < left;
};
