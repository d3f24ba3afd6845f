/** What `curate` asks that texts and media must be read for. No zod: workflows ask it too. */
import type { ContentFilter, CurateFilter, Decontaminate, NearConfig, TextFilter } from './curation.ts';

const READS_TEXT: Readonly<Record<TextFilter['kind'], true>> = {
  length: true,
  language: true,
  pii: true,
  refusals: true,
  boilerplate: true,
  repetition: true,
  structure: true,
};

/** Filters whose figure is found in texts. */
export const isTextFilter = (filter: CurateFilter): filter is TextFilter => Object.hasOwn(READS_TEXT, filter.kind);

/** Filters that items are examined for. */
export const isContentFilter = (filter: CurateFilter): filter is ContentFilter =>
  isTextFilter(filter) || filter.kind === 'faces';

/** A filter with its number in `curate.filters`. */
export interface Numbered<F extends ContentFilter = ContentFilter> {
  readonly number: number;
  readonly filter: F;
}

/** Whether items have to be examined before they are selected. A configuration older than a setting lacks it. */
export const isExamined = ({
  filters = [],
  dedup,
  decontaminate = [],
}: {
  readonly filters?: readonly CurateFilter[];
  readonly dedup: string;
  readonly decontaminate?: readonly Decontaminate[];
}): boolean => filters.some(isContentFilter) || dedup === 'near' || decontaminate.length > 0;

/** Whether people are asked again about labels that are out of date. A configuration older than a setting lacks it. */
export const renewsLabels = ({ filters = [] }: { readonly filters?: readonly CurateFilter[] }): boolean =>
  filters.some((filter) => filter.kind === 'age' && filter.action === 'annotate');

/** Whether texts have to be embedded: near-duplicates or benchmarks are told by meaning too. */
export const readsMeaning = ({
  dedup,
  near,
  decontaminate,
}: {
  readonly dedup: string;
  readonly near: Pick<NearConfig, 'semantic'>;
  readonly decontaminate: readonly Decontaminate[];
}): boolean =>
  (dedup === 'near' && near.semantic !== undefined) || decontaminate.some(({ similarity }) => similarity !== undefined);
