/** The words of batches, apart from their schemas: workflows import constants, and zod would cost their bundle a megabyte. */

/** Why somebody got nothing though the batch is open; `break` is the server's word, which knows what they did elsewhere. */
export const CLAIM_REFUSALS = ['paused', 'break', 'skills', 'vendor', 'language', 'quota', 'empty'] as const;

/** Reasons the console offers for not answering; recordings may state others. */
export const SKIP_REASONS = ['cannot-judge', 'unclear-guideline', 'opt-out-topic', 'broken-item', 'later'] as const;

/** What a reviewer decides of an item: the votes stand, an answer of the reviewer's own is final, or the item goes back to people. */
export const RULINGS = ['accept', 'decide', 'return'] as const;

/** Kinds of notes in an item's thread. */
export const NOTE_KINDS = ['comment', 'dispute', 'ruling'] as const;

/** How an annotator stands in a run. */
export const STANDINGS = ['new', 'qualified', 'paused'] as const;

/** Why an item is in the review queue. */
export const REVIEW_REASONS = ['disagreement', 'failed-check', 'dispute', 'unanswerable'] as const;
