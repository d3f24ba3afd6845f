/** The review queue: what is shown of it, and in which order. */
import type { ReviewReason } from '../../schemas/batch.ts';
import type { QueuedReview } from '../../schemas/console.ts';

export interface QueueFilter {
  readonly run: string | null;
  readonly reason: ReviewReason | null;
}

/** Somebody waits for an answer, or should not be working; only then come the disagreements. */
const URGENCY: Readonly<Record<ReviewReason, number>> = {
  dispute: 0,
  'failed-check': 1,
  unanswerable: 2,
  disagreement: 2,
};

const urgencyOf = ({ reasons }: QueuedReview): number => Math.min(3, ...reasons.map((reason) => URGENCY[reason]));

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Those that the filter lets through: disputes and failed checks first, then by least agreement; equal ones by id. */
export const ordered = (queue: readonly QueuedReview[], { run, reason }: QueueFilter): QueuedReview[] =>
  queue
    .filter((entry) => (run === null || entry.run === run) && (reason === null || entry.reasons.includes(reason)))
    .sort(
      (a, b) =>
        urgencyOf(a) - urgencyOf(b) ||
        (a.agreement ?? 1) - (b.agreement ?? 1) ||
        byText(a.batch, b.batch) ||
        byText(a.item, b.item),
    );

/** The place so many steps on from an entry, kept inside the queue; null where it is empty. */
export const placeAfter = (length: number, at: number, steps: number): number | null =>
  length === 0 ? null : Math.min(length - 1, Math.max(0, at + steps));

export const entryKey = ({ batch, item }: { batch: string; item: string }): string => `${batch} ${item}`;

/** Where an entry's page is, with the filter it was reached by. */
export const pageOf = ({ batch, item }: { batch: string; item: string }, { run, reason }: QueueFilter): string =>
  `/review/item?${new URLSearchParams({
    batch,
    item,
    ...(run === null ? {} : { run }),
    ...(reason === null ? {} : { reason }),
  })}`;
