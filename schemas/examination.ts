/** What `curate` asks that texts and media must be read for. No zod: workflows ask it too. */
import type { CurateFilter, Decontaminate, TextFilter } from './curation.ts';

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

/** Whether items have to be examined before they are selected. A configuration older than a setting lacks it. */
export const isExamined = ({
  filters = [],
  dedup,
  decontaminate = [],
}: {
  readonly filters?: readonly CurateFilter[];
  readonly dedup: string;
  readonly decontaminate?: readonly Decontaminate[];
}): boolean => filters.some(isTextFilter) || dedup === 'near' || decontaminate.length > 0;
