/** The filters that pipeline.yaml declares, in their order: the first that a candidate fails takes it out. */
import type { ContentFilter, CurateFilter } from '../../schemas/curation.ts';
import { AssayError } from '../../schemas/errors.ts';
import { isContentFilter } from '../../schemas/examination.ts';
import { refusedUse } from '../quality/permission.ts';
import type { Screened } from '../quality/screen.ts';
import { ageOf } from './age.ts';
import { type Candidate, rewardOf, shownResponse, type Verdict } from './candidate.ts';
import type { Removal } from './filters.ts';

/** What a filter found in one text or medium of an item; response −1 is the prompt. */
export interface Found extends Screened {
  readonly filter: number;
  readonly response: number;
}

type TagsFilter = Extract<CurateFilter, { kind: 'tags' }>;

/** What a drop says of the use of its rows. */
export interface Terms {
  readonly purposes: readonly string[];
  /** Whether it states a consent. */
  readonly consent: boolean;
}

/** One for all: there are as many candidates as items. */
const NOTHING: ReadonlyMap<number, Screened> = new Map();

/**
 * What counts of a content filter's findings: those in what it reads (`chosen` follows the verdict), the first that takes the item out,
 * or else the largest figure.
 */
export const screenedOf = (
  filters: readonly CurateFilter[],
  found: readonly Found[],
  verdict: Verdict | null,
): ReadonlyMap<number, Screened> => {
  if (found.length === 0) return NOTHING;
  const counted = new Map<number, Screened>();
  for (const { filter, response, value, detail, reason } of found) {
    const { on } = filters[filter] as ContentFilter;
    if (on === 'chosen' && response !== shownResponse(verdict)) continue;
    const known = counted.get(filter);
    if (known === undefined || (known.reason === null && (reason !== null || value > known.value)))
      counted.set(filter, { value, detail, reason });
  }
  return counted;
};

/** Lower confidence bound of the shown response's reward; null where it has no reward, or no spread and one is asked for. */
const lowerBound = (candidate: Candidate, lambda: number): number | null => {
  const reward = rewardOf(candidate);
  const spread = candidate.spreads?.[shownResponse(candidate.verdict)] ?? null;
  if (reward === null || lambda === 0) return reward;
  return spread === null ? null : reward - lambda * spread;
};

const gone = (reason: string, values: Removal['values']): Removal => ({ reason, values });

/** A tag that may not be there on what the filter reads, or that nobody judged one of those for safety. */
const tagged = ({ tags, verdict, responses }: Candidate, { on, tags: named }: TagsFilter): Removal | null => {
  const read = on === 'chosen' ? [shownResponse(verdict)] : [...responses.keys()];
  const found = read.flatMap((response) => tags.get(response) ?? []).find((tag) => named.includes(tag));
  if (found !== undefined) return gone('tagged', { filter: 'tags', tag: found });
  return read.every((response) => tags.has(response)) ? null : gone('not-judged', { filter: 'tags' });
};

const judge = (candidate: Candidate, filter: CurateFilter, number: number, terms: Terms): Removal | null => {
  if (isContentFilter(filter)) {
    const { value = 0, detail = null, reason = null } = candidate.screened.get(number) ?? {};
    return reason === null
      ? null
      : gone(reason, { filter: filter.kind, value, ...(detail !== null && { found: detail }) });
  }
  const { verdict } = candidate;
  switch (filter.kind) {
    case 'score': {
      const bound = lowerBound(candidate, filter.lambda);
      if (bound === null) return gone('not-scored', { filter: filter.kind });
      return bound < filter.min ? gone('low-score', { filter: filter.kind, bound }) : null;
    }
    case 'agreement':
      if ((verdict?.n ?? 0) < filter.votes) return gone('too-few-votes', { filter: filter.kind });
      return (verdict?.agreement ?? 1) < filter.min ? gone('low-agreement', { filter: filter.kind }) : null;
    case 'pFlip':
      return (verdict?.pFlip ?? 0) > filter.max ? gone('likely-flipped', { filter: filter.kind }) : null;
    case 'toxicity': {
      const found = candidate.aspects[filter.aspect];
      if (found === undefined) return gone('not-scored', { filter: filter.kind, aspect: filter.aspect });
      const values = { filter: filter.kind, aspect: filter.aspect, value: found.value };
      return found.value > filter.max ? gone('toxic', values) : null;
    }
    case 'tags':
      return tagged(candidate, filter);
    case 'age': {
      if (candidate.votedAt === null) return gone('undated', { filter: filter.kind });
      const days = ageOf(filter, candidate.votedAt);
      return days > filter.days ? gone('expired', { filter: filter.kind, days }) : null;
    }
    case 'permission': {
      const { license } = candidate.origin;
      const consented = filter.consent && !terms.consent ? null : terms.purposes;
      const refused = refusedUse(
        { licences: [license], consented },
        { licences: filter.licences ?? [license], purposes: filter.purposes },
      );
      return refused === null ? null : gone('not-permitted', { filter: filter.kind, why: refused });
    }
  }
};

/** Why a candidate fails the declared filters; null where it passes them all. */
export const declaredFilter = (
  candidate: Candidate,
  filters: readonly CurateFilter[],
  terms: Terms,
): Removal | null => {
  for (const [number, filter] of filters.entries()) {
    const removal = judge(candidate, filter, number, terms);
    if (removal !== null) return removal;
  }
  return null;
};

/**
 * Throws ASY-6201 where a filter asks for figures that no candidate has: passing all, or none, would say something that nobody measured.
 */
export const checkFigures = (candidates: readonly Candidate[], filters: readonly CurateFilter[]): void => {
  if (candidates.length === 0) return;
  for (const filter of filters) {
    if (filter.kind === 'score' && candidates.every((candidate) => lowerBound(candidate, filter.lambda) === null))
      throw new AssayError('ASY-6201', {
        rule: 'filter score',
        needs:
          filter.lambda === 0 ? 'scores' : 'scores with a standard deviation (train.ensemble.members of 2 or more)',
      });
    if (filter.kind === 'age' && candidates.every(({ votedAt }) => votedAt === null))
      throw new AssayError('ASY-6201', { rule: 'filter age', needs: 'votes that state when they were given' });
    if (filter.kind === 'toxicity' && candidates.every(({ aspects }) => aspects[filter.aspect] === undefined))
      throw new AssayError('ASY-6201', {
        rule: 'filter toxicity',
        needs: `a score or rating named ${JSON.stringify(filter.aspect)}`,
      });
    if (filter.kind === 'tags' && candidates.every(({ tags }) => tags.size === 0))
      throw new AssayError('ASY-6201', { rule: 'filter tags', needs: 'labels of the task `safety`' });
  }
};
