/** Scorecards of annotators and of the vendors that send them (S042, S328, S330–S332). Volume earns nothing: every figure is a share, a mean or a median. */
import type { AnnotatorFigures, Scorecard, VendorCard } from '../../../schemas/scorecard.ts';
import { byText } from '../../order.ts';
import { concentrationOf } from './concentration.ts';
import { everybody, type FlagLimits, flagsOf, LIMITS } from './flags.ts';
import { type Reliability, reliabilities } from './reliability.ts';
import { meanOf, medianOf, shareOf, type Tally, talliesBy } from './tally.ts';
import type { VoteRecord } from './vote-record.ts';

/** What the registry says of somebody. */
export interface Known {
  readonly vendor: string | null;
  readonly active: boolean;
}

const UNKNOWN: Known = { vendor: null, active: true };

const qualityOf = (tally: Tally) => ({
  votes: tally.votes,
  items: tally.items.size,
  checks: shareOf(tally.checks),
  agreement: shareOf(tally.agreement),
  first: shareOf(tally.first),
  longer: shareOf(tally.longer),
  severity: meanOf(tally.offsets),
  seconds: medianOf(tally.seconds),
});

const vendorReliability = (members: readonly (Reliability | undefined)[]): Reliability | undefined => {
  const known = members.flatMap((member) => member ?? []);
  const votes = known.reduce((sum, member) => sum + member.votes, 0);
  if (votes === 0) return undefined;
  const mean = (of: (member: Reliability) => number) =>
    known.reduce((sum, member) => sum + member.votes * of(member), 0) / votes;
  return { votes, quality: mean((member) => member.quality), spammerScore: mean((member) => member.spammerScore) };
};

/** Cards of everybody who voted, annotators by subject and vendors by name (people without one last). */
export const scorecards = (
  votes: readonly VoteRecord[],
  registry: ReadonlyMap<string, Known> = new Map(),
  limits: FlagLimits = LIMITS,
): Omit<AnnotatorFigures, 'coverage'> => {
  const knownOf = (annotator: string) => registry.get(annotator) ?? UNKNOWN;
  const reliability = reliabilities(votes);
  const people = talliesBy(votes, ({ annotator }) => annotator);
  const all = everybody([...people.values()]);
  const annotators = [...people]
    .sort(([a], [b]) => byText(a, b))
    .map(([subject, tally]): Scorecard => {
      const found = reliability.get(subject);
      return {
        subject,
        ...knownOf(subject),
        ...qualityOf(tally),
        reliability: found === undefined || found.votes < limits.minChecks ? null : found.quality,
        flags: flagsOf(tally, found, all, limits),
      };
    });
  // Unnamed people are one body, which no vendor's name can be.
  const companies = talliesBy(votes, ({ annotator }) => JSON.stringify(knownOf(annotator).vendor));
  const vendors = [...companies]
    .map(([name, tally]): VendorCard => {
      const vendor = JSON.parse(name) as string | null;
      const members = annotators.filter((card) => card.vendor === vendor).map(({ subject }) => subject);
      const found = vendorReliability(members.map((subject) => reliability.get(subject)));
      return {
        vendor,
        annotators: members.length,
        share: tally.votes / votes.length,
        ...qualityOf(tally),
        flags: flagsOf(tally, found, all, limits),
      };
    })
    .sort((a, b) => Number(a.vendor === null) - Number(b.vendor === null) || byText(a.vendor ?? '', b.vendor ?? ''));
  return {
    annotators,
    vendors,
    concentration: {
      vendors: concentrationOf(vendors.flatMap((card) => (card.vendor === null ? [] : card.votes))),
      annotators: concentrationOf(annotators.map((card) => card.votes)),
    },
  };
};
