/** One's own work as the server tells it. */
import { z } from 'zod';
import { OwnVote, Ruling, VoteBody } from '../../schemas/batch.ts';
import { BatchId, OwnProgress, ReviewItem, WorkItem } from '../../schemas/console.ts';
import { get, query } from '../client.ts';

const Own = z.object({
  votes: z.array(OwnVote.extend({ batch: BatchId, run: z.string() })),
  progress: OwnProgress,
});
export type OwnLine = z.infer<typeof Own>['votes'][number];

export const ownWork = (): Promise<z.infer<typeof Own>> => get('/api/work/own', Own);

const OwnItem = z.object({
  work: WorkItem,
  votes: z.array(VoteBody),
  notes: ReviewItem.shape.notes,
  ruling: Ruling.nullable(),
});
export type OwnItem = z.infer<typeof OwnItem>;

export const ownItem = ({ batch, item }: { batch: string; item: string }): Promise<OwnItem> =>
  get(`/api/work/item${query({ batch, item })}`, OwnItem);
