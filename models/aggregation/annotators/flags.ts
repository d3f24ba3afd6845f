/** Reasons to look at somebody's votes. Each states its figure; none of them is a verdict. */
import type { Flag } from '../../../schemas/scorecard.ts';
import { fairCoinTest } from './binomial.ts';
import type { Reliability } from './reliability.ts';
import { meanOf, medianOf, shareOf, type Tally } from './tally.ts';

export interface FlagLimits {
  /** Least share of right answers to checks. */
  readonly minAccuracy: number;
  /** Median seconds below this are fewer than the work takes; null: a fifth of everybody's median. */
  readonly minSeconds: number | null;
  /** Nobody is flagged on fewer votes (of checks: answers) than these. */
  readonly minVotes: number;
  readonly minChecks: number;
}

export const LIMITS: FlagLimits = { minAccuracy: 0.7, minSeconds: null, minVotes: 20, minChecks: 5 };

/** What everybody does, to compare one with. */
export interface Everybody {
  readonly agreement: number | null;
  readonly longer: number | null;
  readonly seconds: number | null;
  /** Standard deviation of offsets from others' numbers. */
  readonly spread: number;
  /** By task and pool, the share of the commonest answer. */
  readonly commonest: ReadonlyMap<string, number>;
}

/** A share this far from what it is compared with matters, if its interval too leaves that out. */
const MARGIN = 0.1;
/** Side bias of one in a thousand fair people. */
const RARE = 0.001;
/** Raykar & Yu's score of somebody who tells two categories apart 32 points better than chance. */
const SPAMMER = 0.1;
const CONSTANT = 0.95;

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

const commonestOf = (answers: ReadonlyMap<string, number>): [answer: string, share: number, n: number] => {
  const n = [...answers.values()].reduce((sum, count) => sum + count, 0);
  const [answer, most] = [...answers].reduce((best, entry) => (entry[1] > best[1] ? entry : best), ['', 0]);
  return [answer, n === 0 ? 0 : most / n, n];
};

export const everybody = (tallies: readonly Tally[]): Everybody => {
  const sum = (of: (tally: Tally) => readonly [number, number]): [number, number] =>
    tallies.reduce<[number, number]>(([k, n], tally) => [k + of(tally)[0], n + of(tally)[1]], [0, 0]);
  const offsets = tallies.flatMap((tally) => tally.offsets);
  const answers = new Map<string, Map<string, number>>();
  for (const tally of tallies)
    for (const [pool, own] of tally.answers) {
      const all = answers.get(pool) ?? new Map<string, number>();
      for (const [answer, count] of own) all.set(answer, (all.get(answer) ?? 0) + count);
      answers.set(pool, all);
    }
  return {
    agreement: shareOf(sum((tally) => tally.agreement)).value,
    longer: shareOf(sum((tally) => tally.longer)).value,
    seconds: medianOf(tallies.flatMap((tally) => tally.seconds)),
    spread: Math.sqrt(meanOf(offsets.map((offset) => offset ** 2)) ?? 0),
    commonest: new Map([...answers].map(([pool, all]) => [pool, commonestOf(all)[1]])),
  };
};

/** Flags in the catalogue's order. */
export const flagsOf = (
  tally: Tally,
  reliability: Reliability | undefined,
  all: Everybody,
  limits: FlagLimits = LIMITS,
): Flag[] => {
  const flags: Flag[] = [];
  const { minVotes } = limits;
  const [checks, agreement, first, longer] = [tally.checks, tally.agreement, tally.first, tally.longer].map(shareOf);
  if (checks?.value != null && checks.n >= limits.minChecks && checks.value < limits.minAccuracy)
    flags.push({ flag: 'checks', reason: `${tally.checks[0]} of ${checks.n} checks right` });
  if (agreement?.value != null && all.agreement !== null && tally.votes >= minVotes) {
    if ((agreement.ci?.[1] ?? 1) < all.agreement - MARGIN)
      flags.push({
        flag: 'disagrees',
        reason: `agrees with others in ${percent(agreement.value)} of pairs, everybody in ${percent(all.agreement)}`,
      });
  }
  if (reliability !== undefined && reliability.votes >= minVotes && reliability.spammerScore < SPAMMER)
    flags.push({
      flag: 'spammer',
      reason: `answers hardly depend on what is asked: score ${reliability.spammerScore.toFixed(2)}, right in ${percent(reliability.quality)}`,
    });
  for (const [pool, answers] of tally.answers) {
    const [answer, share, n] = commonestOf(answers);
    if (n < minVotes || share < CONSTANT || (all.commonest.get(pool) ?? 1) > share - MARGIN) continue;
    flags.push({ flag: 'constant', reason: `${percent(share)} of ${n} answers are ${JSON.stringify(answer)}` });
    break;
  }
  const seconds = medianOf(tally.seconds);
  const least = limits.minSeconds ?? (all.seconds === null ? null : all.seconds / 5);
  if (seconds !== null && least !== null && tally.seconds.length >= minVotes && seconds < least)
    flags.push({ flag: 'speed', reason: `median ${seconds.toFixed(1)} s, below ${least.toFixed(1)} s` });
  if (first?.value != null && first.n >= minVotes && Math.abs(first.value - 0.5) > MARGIN) {
    const p = fairCoinTest(tally.first[0], first.n);
    if (p < RARE)
      flags.push({
        flag: 'side',
        reason: `the first response in ${percent(first.value)} of ${first.n}, p = ${p.toExponential(0)}`,
      });
  }
  if (longer?.value != null && all.longer !== null && longer.n >= minVotes) {
    const [low, high] = longer.ci ?? [0, 1];
    if (Math.abs(longer.value - all.longer) > MARGIN && (all.longer < low || all.longer > high))
      flags.push({
        flag: 'length',
        reason: `the longer text in ${percent(longer.value)} of ${longer.n}, everybody in ${percent(all.longer)}`,
      });
  }
  const severity = meanOf(tally.offsets);
  if (severity !== null && tally.offsets.length >= minVotes && Math.abs(severity) > all.spread / 2)
    flags.push({
      flag: 'severity',
      reason: `numbers ${severity > 0 ? 'above' : 'below'} others' by ${Math.abs(severity).toFixed(2)} on average`,
    });
  return flags;
};
