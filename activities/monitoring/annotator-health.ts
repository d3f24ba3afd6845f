import { healthAlarm } from '../../models/aggregation/annotators/health.ts';
import type { VoteRecord } from '../../models/aggregation/annotators/vote-record.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { recordsOf } from '../figures/records.ts';
import { currentDrops } from './drops.ts';
import type { MonitorSources } from './sources.ts';
import { votesOfDrops } from './votes.ts';

/** Whether somebody's votes are off beyond chance, over all drops together (S306). People are named by their keyed hashes alone. */
export const annotatorHealth = async (
  deps: MonitorSources,
  watch: Watch<'annotator-health'>,
  now: number,
): Promise<Reading> => {
  const drops = await currentDrops(deps.objects, watch, now);
  const records: VoteRecord[] = [];
  for await (const { item, answers } of votesOfDrops(deps, drops, watch.sample))
    for (const record of recordsOf(item, answers)) records.push(record);
  return healthAlarm(records, watch);
};
