/** Whose votes are off beyond chance: exact tests of everybody, and what of them is left when all are told together (S306, S328). */
import type { Figure, Reading } from '../../../schemas/monitor.ts';
import { significant } from '../../../schemas/significant.ts';
import { figure, found, noData } from '../../drift/reading.ts';
import { wilson } from '../../metrics/wilson.ts';
import { atLeast, atMost } from './binomial.ts';
import { medianOf } from './tally.ts';
import { byQuestion, type VoteRecord } from './vote-record.ts';

export interface HealthLimits {
  /** Of all tests of all people together. */
  readonly alpha: number;
  /** Least share of right answers to items whose answer is known. */
  readonly accuracy: number;
  /** How far below the others' agreement somebody's may lie, and how far above everybody's the share of their commonest answer. */
  readonly margin: number;
  /** Votes that took less than this share of everybody's median are too fast. */
  readonly speed: number;
  /** Votes below which somebody is not looked at. */
  readonly least: number;
}

/** One test of one person: a share of n, what it may not pass, and how likely that is by chance. */
interface Test {
  readonly subject: string;
  readonly what: 'agreement' | 'accuracy' | 'fast votes' | 'one answer';
  readonly successes: number;
  readonly n: number;
  readonly limit: number;
  readonly p: number;
}

/** Limits between which there is something to test: below the least nobody falls, above the most nobody rises. */
const [LEAST, MOST_SHARE] = [0.01, 0.99];

/** A limit as a chance: one of 1 would make every slip impossible. */
const chance = (limit: number): number => Math.min(MOST_SHARE, limit);

const poolOf = ({ task, pool }: VoteRecord): string => JSON.stringify([task, pool]);

interface Agreements {
  /** Pairs of votes on one question by two people, and how many of them agree. */
  readonly pairs: number;
  readonly equal: number;
}

const plus = (a: Agreements | undefined, pairs: number, equal: number): Agreements => ({
  pairs: (a?.pairs ?? 0) + pairs,
  equal: (a?.equal ?? 0) + equal,
});

/** What one person says beside others, pool by pool. A vote is one trial, however many others it is compared with. */
interface Compared {
  votes: number;
  /** Sum over votes of the share of others' votes that say the same. */
  shares: number;
  readonly pools: Map<string, Agreements & { readonly votes: number }>;
}

/** All pairs by pool, each twice, and those of each person. */
const compare = (records: readonly VoteRecord[]) => {
  const all = new Map<string, Agreements>();
  const people = new Map<string, Compared>();
  for (const given of byQuestion(records).values())
    for (const record of given) {
      const others = given.filter(({ annotator }) => annotator !== record.annotator);
      if (others.length === 0) continue;
      const equal = others.filter(({ value }) => value === record.value).length;
      const pool = poolOf(record);
      all.set(pool, plus(all.get(pool), others.length, equal));
      const own: Compared = people.get(record.annotator) ?? { votes: 0, shares: 0, pools: new Map() };
      people.set(record.annotator, own);
      own.votes++;
      own.shares += equal / others.length;
      const before = own.pools.get(pool);
      own.pools.set(pool, { ...plus(before, others.length, equal), votes: (before?.votes ?? 0) + 1 });
    }
  return { all, people };
};

/** How often the others agree among themselves on the kinds of questions that somebody answered; null where they never meet. */
const othersAgreement = ({ votes, pools }: Compared, all: ReadonlyMap<string, Agreements>): number | null => {
  let sum = 0;
  for (const [pool, own] of pools) {
    const { pairs, equal } = all.get(pool) ?? { pairs: 0, equal: 0 };
    // Each of a person's pairs was counted from both ends.
    const [rest, same] = [pairs - 2 * own.pairs, equal - 2 * own.equal];
    if (rest <= 0) return null;
    sum += (own.votes / votes) * (same / rest);
  }
  return sum;
};

/** Each person's agreement with others against that of the others among themselves. */
const agreementTests = (records: readonly VoteRecord[], { margin, least }: HealthLimits): Test[] => {
  const { all, people } = compare(records);
  return [...people].flatMap(([subject, own]): Test[] => {
    const usual = othersAgreement(own, all);
    if (own.votes < least || usual === null || usual - margin < LEAST) return [];
    const limit = usual - margin;
    // Rounded up, so that shares of a vote make nobody look worse than they are.
    const successes = Math.ceil(own.shares - 1e-9);
    return [
      { subject, what: 'agreement', successes, n: own.votes, limit, p: atMost(successes, own.votes, chance(limit)) },
    ];
  });
};

const accuracyTests = (records: readonly VoteRecord[], { accuracy, least }: HealthLimits): Test[] => {
  const checked = accuracy < LEAST ? [] : records.filter(({ right }) => right !== null);
  return [...Map.groupBy(checked, ({ annotator }) => annotator)].flatMap(([subject, own]): Test[] => {
    const [successes, n] = [own.filter(({ right }) => right === true).length, own.length];
    return n < least
      ? []
      : [{ subject, what: 'accuracy', successes, n, limit: accuracy, p: atMost(successes, n, chance(accuracy)) }];
  });
};

/** A sign test: whether more than half of somebody's votes are too fast for their task. */
const speedTests = (records: readonly VoteRecord[], { speed, least }: HealthLimits): Test[] => {
  const timed = records.flatMap(({ annotator, task, seconds }) =>
    seconds === null ? [] : [{ annotator, task, seconds }],
  );
  const medians = new Map(
    [...Map.groupBy(timed, ({ task }) => task)].map(([task, own]) => [
      task,
      medianOf(own.map(({ seconds }) => seconds)) ?? 0,
    ]),
  );
  return [...Map.groupBy(timed, ({ annotator }) => annotator)].flatMap(([subject, own]): Test[] => {
    const successes = own.filter(({ task, seconds }) => seconds < speed * (medians.get(task) ?? 0)).length;
    const n = own.length;
    return n < least ? [] : [{ subject, what: 'fast votes', successes, n, limit: 0.5, p: atLeast(successes, n, 0.5) }];
  });
};

/** The commonest answer and how often it is given, of how many different ones. */
const commonest = (records: readonly VoteRecord[]): { readonly most: number; readonly answers: number } => {
  const counts = [...Map.groupBy(records, ({ value }) => String(value)).values()].map(({ length }) => length);
  return { most: counts.reduce((most, count) => Math.max(most, count), 0), answers: counts.length };
};

/** Whether somebody gives one answer oftener than everybody gives theirs (straight-lining). */
const constancyTests = (records: readonly VoteRecord[], { margin, least }: HealthLimits): Test[] =>
  [...Map.groupBy(records, poolOf).values()].flatMap((pool) => {
    const all = commonest(pool);
    const limit = all.most / pool.length + margin;
    if (limit > MOST_SHARE) return [];
    return [...Map.groupBy(pool, ({ annotator }) => annotator)].flatMap(([subject, own]): Test[] => {
      if (own.length < least) return [];
      const { most } = commonest(own);
      // The answer was chosen for being the commonest: any of them could have been.
      const p = Math.min(1, all.answers * atLeast(most, own.length, limit));
      return [{ subject, what: 'one answer', successes: most, n: own.length, limit, p }];
    });
  });

/** Holm's step-down (1979): the tests whose hypotheses fall when the chance of any false one is at most alpha. */
const holm = (tests: readonly Test[], alpha: number): Test[] => {
  const sorted = tests.toSorted((a, b) => a.p - b.p);
  const stands = sorted.findIndex(({ p }, i) => p > alpha / (sorted.length - i));
  return stands < 0 ? sorted : sorted.slice(0, stands);
};

const testsOf = (records: readonly VoteRecord[], limits: HealthLimits): Test[] =>
  [agreementTests, accuracyTests, speedTests, constancyTests].flatMap((of) => of(records, limits));

/**
 * Who is off, round by round: the votes of those who were found are left out, and the others are tested again, for several who are
 * off make each other look usual. Where nobody is, there is one round.
 */
const fallen = (records: readonly VoteRecord[], tests: readonly Test[], limits: HealthLimits): Test[] => {
  const fell = holm(tests, limits.alpha);
  if (fell.length === 0) return [];
  const off = new Set(fell.map(({ subject }) => subject));
  const rest = records.filter(({ annotator }) => !off.has(annotator));
  return [...fell, ...fallen(rest, testsOf(rest, limits), limits)];
};

const SAID: Readonly<Record<Test['what'], string>> = {
  agreement: 'agrees with others in',
  accuracy: 'is right in',
  'fast votes': 'is too fast in',
  'one answer': 'gives one answer in',
};
/** People named in a reason, and figures told. */
const MOST = { named: 5, figures: 40 } as const;

/**
 * Red where somebody agrees less with others than those do among themselves, is wrong on items whose answer is known, votes too fast,
 * or always says the same: exact binomial tests, of which Holm's procedure keeps the chance that anybody is named where nobody is off below
 * alpha. People are the `annotator` of their records.
 */
export const healthAlarm = (records: readonly VoteRecord[], limits: HealthLimits): Reading => {
  const tests = testsOf(records, limits);
  const people = new Set(tests.map(({ subject }) => subject)).size;
  if (people === 0) return noData(`nobody has ${limits.least} votes that can be compared`);
  const fell = fallen(records, tests, limits);
  const off = new Set(fell.map(({ subject }) => subject)).size;
  const figures = fell.slice(0, MOST.figures).map(
    ({ subject, what, successes, n, limit }): Figure => ({
      name: `${what} of ${subject}`,
      value: successes / n,
      ci: wilson(successes, n),
      n,
      limit,
    }),
  );
  const told = fell
    .slice(0, MOST.named)
    .map(
      ({ subject, what, successes, n, limit }) =>
        `${subject} ${SAID[what]} ${successes} of ${n}, limit ${significant(limit)}`,
    );
  const reason = off === 0 ? `${people} people, none is off` : `${off} of ${people} people are off: ${told.join('; ')}`;
  return found(off > 0, reason, [figure('people who are off', off, people, 0), ...figures]);
};
