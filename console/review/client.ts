/** What the review pages ask the server, and under which keys it is kept. */
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { QueuedReview, ReviewItem, WorkSheet } from '../../schemas/console.ts';
import { get, query } from '../client.ts';

/** How often the queue is asked for again, in milliseconds. */
const LIVE = 5_000;

export const queueQuery = (run: string | null) =>
  queryOptions({
    queryKey: ['review', 'queue', run],
    queryFn: async () =>
      (await get(`/api/review${query({ run: run ?? undefined })}`, z.object({ queue: z.array(QueuedReview) }))).queue,
    refetchInterval: LIVE,
  });

export const itemQuery = (batch: string, item: string) =>
  queryOptions({
    queryKey: ['review', 'item', batch, item],
    queryFn: () => get(`/api/review/item${query({ batch, item })}`, ReviewItem),
  });

export const sheetQuery = (run: string) =>
  queryOptions({
    queryKey: ['sheet', run],
    queryFn: () => get(`/api/work/sheet/${encodeURIComponent(run)}`, WorkSheet),
    staleTime: 60_000,
  });
