/** One's own work as the server tells it. */
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { OwnVote, Ruling, VoteBody } from '../../schemas/batch.ts';
import { BatchId, OwnProgress, ReviewItem, WorkItem } from '../../schemas/console.ts';
import { get, query } from '../client.ts';

const Own = z.object({
  votes: z.array(OwnVote.extend({ batch: BatchId, run: z.string() })),
  progress: OwnProgress,
});
export type OwnLine = z.infer<typeof Own>['votes'][number];

export const ownQuery = queryOptions({ queryKey: ['own'], queryFn: () => get('/api/work/own', Own) });

const OwnItem = z.object({
  work: WorkItem,
  votes: z.array(VoteBody),
  notes: ReviewItem.shape.notes,
  ruling: Ruling.nullable(),
});

/** Beneath `ownQuery`: what makes that stale makes this stale too. */
export const ownItemQuery = (batch: string, item: string) =>
  queryOptions({
    queryKey: [...ownQuery.queryKey, batch, item],
    queryFn: () => get(`/api/work/item${query({ batch, item })}`, OwnItem),
  });
