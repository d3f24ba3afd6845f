/** Counts behind a scorecard, of one annotator or of all of a vendor's people. */
import type { Share } from '../../../schemas/scorecard.ts';
import { wilson } from '../../metrics/wilson.ts';
import { quantile } from '../../order.ts';
import { byQuestion, type VoteRecord } from './vote-record.ts';

/** Successes and tries. */
type Count = [number, number];

export interface Tally {
  votes: number;
  readonly items: Set<string>;
  readonly checks: Count;
  /** Pairs of their vote and another's, on the same question, that agree. */
  readonly agreement: Count;
  readonly first: Count;
  readonly longer: Count;
  /** Their numbers less the mean that others gave the same question. */
  readonly offsets: number[];
  readonly seconds: number[];
  /** Their answers, by task and pool, for those who always say the same. */
  readonly answers: Map<string, Map<string, number>>;
}

const empty = (): Tally => ({
  votes: 0,
  items: new Set(),
  checks: [0, 0],
  agreement: [0, 0],
  first: [0, 0],
  longer: [0, 0],
  offsets: [],
  seconds: [],
  answers: new Map(),
});

const count = (counts: Count, success: boolean): void => {
  counts[0] += Number(success);
  counts[1]++;
};

/** What one vote says by itself. */
const addVote = (tally: Tally, { task, pool, item, value, seconds, first, lengths, right }: VoteRecord): void => {
  tally.votes++;
  tally.items.add(item);
  if (right !== null) count(tally.checks, right);
  if (seconds !== null) tally.seconds.push(seconds);
  const place = JSON.stringify([task, pool]);
  const answers = tally.answers.get(place) ?? new Map<string, number>();
  answers.set(String(value), (answers.get(String(value)) ?? 0) + 1);
  tally.answers.set(place, answers);
  if (task !== 'pairwise' || (value !== 'a' && value !== 'b')) return;
  if (first !== null) count(tally.first, value === first);
  if (lengths !== null && lengths[0] !== lengths[1])
    count(tally.longer, value === (lengths[0] > lengths[1] ? 'a' : 'b'));
};

/** Tallies by body (a person, or the company that sends them); votes are compared with those of other bodies only. */
export const talliesBy = (
  votes: readonly VoteRecord[],
  bodyOf: (vote: VoteRecord) => string,
): ReadonlyMap<string, Tally> => {
  const tallies = new Map<string, Tally>();
  for (const given of byQuestion(votes).values()) {
    const bodies = new Map<string, VoteRecord[]>();
    for (const vote of given) bodies.set(bodyOf(vote), [...(bodies.get(bodyOf(vote)) ?? []), vote]);
    for (const [body, own] of bodies) {
      const tally = tallies.get(body) ?? empty();
      tallies.set(body, tally);
      const others = given.filter((vote) => bodyOf(vote) !== body);
      for (const vote of own) {
        addVote(tally, vote);
        for (const other of others) count(tally.agreement, other.value === vote.value);
        if (typeof vote.value !== 'number' || others.length === 0) continue;
        const mean = others.reduce((sum, { value }) => sum + Number(value), 0) / others.length;
        if (Number.isFinite(mean)) tally.offsets.push(vote.value - mean);
      }
    }
  }
  return tallies;
};

/** A count as a share with its Wilson interval. */
export const shareOf = ([successes, n]: Readonly<Count>): Share =>
  n === 0 ? { value: null, ci: null, n } : { value: successes / n, ci: wilson(successes, n), n };

/** Null without values. */
export const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Null without values. */
export const medianOf = (values: readonly number[]): number | null =>
  values.length === 0
    ? null
    : quantile(
        values.toSorted((a, b) => a - b),
        0.5,
      );
