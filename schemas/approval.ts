import { z } from 'zod';

/** Who decided, and why. */
export const Verdict = z.object({ by: z.string().min(1).max(200), note: z.string().max(2000).default('') });
export type Verdict = z.infer<typeof Verdict>;

/** Send items back to people; without `itemIds`, every item whose votes disagree. */
export const ReworkRequest = z.object({
  by: z.string().min(1).max(200),
  note: z.string().max(2000).default(''),
  itemIds: z.array(z.string()).max(500).optional(),
});
export type ReworkRequest = z.infer<typeof ReworkRequest>;

export const STAGES = [
  'ingest',
  'annotate',
  'aggregate',
  'encode',
  'train',
  'score',
  'approval',
  'curate',
  'completed',
  'rejected',
] as const;
export const Stage = z.enum(STAGES);
export type Stage = z.infer<typeof Stage>;
