import type { BatchState } from '../../schemas/batch.ts';
import { table } from '../details.ts';
import type { Batch } from './batch.ts';

/** A batch's page in the Temporal UI: what is open, what waits for whom, and how people answered. */
export const batchDetails = (batch: Batch, state: BatchState = batch.state()): string => {
  const { items, open, leased, skipped, inReview, ruled, checks, paused } = state;
  return [
    table(['items', 'votes wanted', 'leased', 'skips'], [[items, open, leased, skipped]]),
    (inReview > 0 || ruled > 0) && table(['wait for a reviewer', 'ruled'], [[inReview, ruled]]),
    checks.asked > 0 &&
      table(['answers to checks', 'right', 'annotators paused'], [[checks.asked, checks.right, paused]]),
    table(
      ['task', 'answer', 'votes'],
      batch.tally.map((t) => [t.task, t.category, t.n]),
    ),
  ]
    .filter(Boolean)
    .join('\n\n');
};
