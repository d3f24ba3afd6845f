/** Labels that are out of date (S074): what people valued once need not hold for ever. */
import type { CurateFilter } from '../../schemas/curation.ts';

const DAY = 86_400_000;

/** The filter that says how old a label may be. */
export type AgeFilter = Extract<CurateFilter, { kind: 'age' }>;

/** The filter on age among others; null where none asks. */
export const ageFilterOf = (filters: readonly CurateFilter[]): AgeFilter | null =>
  filters.find((filter) => filter.kind === 'age') ?? null;

/** Reasons for which it takes an item out: too old, or nobody knows how old. */
export const OUTDATED = ['expired', 'undated'] as const;

/** Milliseconds since 1970 before which a vote is too old. */
export const beginOfWindow = ({ days, asOf }: AgeFilter): number => Date.parse(asOf) - days * DAY;

/** Days between a vote and the day that the filter goes by; below 0 for a later vote. */
export const ageOf = ({ asOf }: AgeFilter, votedAt: number): number => (Date.parse(asOf) - votedAt) / DAY;
