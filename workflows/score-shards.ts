import { setCurrentDetails } from '@temporalio/workflow';
import type { ScoreSource } from '../activities/contract.ts';
import type { PipelineConfig } from '../schemas/pipeline.ts';
import type { TableRef } from '../schemas/table.ts';
import { encode, score } from './activities.ts';
import { resume } from './resume.ts';
import type { Timing } from './timing.ts';
import { slidingWindow } from './window.ts';

export type ScoreInput = {
  readonly run: string;
  readonly work:
    | { readonly kind: 'encode'; readonly items: TableRef; readonly config: PipelineConfig['score'] }
    | ({ readonly kind: 'score'; readonly model: { readonly name: string; readonly version: string } } & ScoreSource);
  readonly timing?: Timing;
  /** Shards before history starts afresh. */
  readonly page?: number;
  /** First shard to do, when continuing as new. */
  readonly next?: number;
};
export type ScoreResult = {
  readonly table: TableRef;
  readonly encoder: string | null;
  readonly revision: string | null;
};

const WINDOW = 2;
export const SCORE_PAGE = 1000;

/** An encoder (on `gpu`) or a reward model (on `cpu`) over every shard of a table, two shards at a time. */
export async function scoreShards(input: ScoreInput): Promise<ScoreResult> {
  const { run, work, timing, page = SCORE_PAGE } = input;
  const { shards } = 'items' in work ? work.items : work.features;
  const start = input.next ?? 0;
  const end = Math.min(start + page, shards);
  let done = start;
  let rows = 0;
  await slidingWindow(start, end, WINDOW, async (shard) => {
    const { rows: written } =
      work.kind === 'encode'
        ? await encode(timing).encodeShard({ run, items: work.items, shard, config: work.config })
        : await score(timing).scoreShard({ run, ...sourceOf(work), shard, model: work.model });
    done++;
    rows += written;
    setCurrentDetails(
      `**${work.kind === 'encode' ? 'Encoding' : 'Scoring'}** ${done} of ${shards} shards, ${rows} rows`,
    );
  });
  if (end < shards) return resume<typeof scoreShards>({ ...input, next: end });
  if (work.kind === 'score') {
    const { scores } = await score(timing).commitScores({ run, ...sourceOf(work), model: work.model });
    return { table: scores, encoder: null, revision: null };
  }
  const { features, encoder, revision } = await encode(timing).commitFeatures({
    run,
    items: work.items,
    config: work.config,
  });
  return { table: features, encoder, revision };
}

const sourceOf = (work: ScoreSource): ScoreSource =>
  'items' in work ? { items: work.items } : { features: work.features };
