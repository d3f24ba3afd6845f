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
