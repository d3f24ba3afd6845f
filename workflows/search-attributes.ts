import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What runs can be found by in the Temporal UI. The local stack registers them at start. */
export const attributes = {
  stage: defineSearchAttributeKey('AssayStage', SearchAttributeType.KEYWORD),
  drop: defineSearchAttributeKey('AssayDrop', SearchAttributeType.KEYWORD),
  modality: defineSearchAttributeKey('AssayModality', SearchAttributeType.KEYWORD),
  languages: defineSearchAttributeKey('AssayLanguages', SearchAttributeType.KEYWORD_LIST),
  agreement: defineSearchAttributeKey('AssayAgreement', SearchAttributeType.DOUBLE),
  flagged: defineSearchAttributeKey('AssayFlagged', SearchAttributeType.INT),
} as const;

/** The commonest languages, in order: the server takes 2 KB for a search attribute and would refuse the workflow's task beyond. */
export const searchable = (languages: Readonly<Record<string, number>>): string[] =>
  Object.entries(languages)
    .filter(([tag]) => tag.length <= 35)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, 40)
    .map(([tag]) => tag)
    .sort();
