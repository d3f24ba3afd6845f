import { ksAlarm } from '../../models/drift/kolmogorov-smirnov.ts';
import { psiAlarm } from '../../models/drift/psi.ts';
import { noData, ofModel, together } from '../../models/drift/reading.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { type Arrival, bothSides } from './drops.ts';
import { drawn, queryDrops, rewarderOf, rewardRows, tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

/** Rewards of one head then and now, one response a prompt: Kolmogorov–Smirnov and PSI over the reference's deciles (S123). */
export const scoreDrift = async (
  { objects, tables }: MonitorSources,
  watch: Watch<'score-drift'>,
  now: number,
): Promise<Reading> => {
  const { reference, current } = await bothSides(objects, watch, now);
  const rewarder = await rewarderOf(tables, watch.model, current);
  if (rewarder === null) return noData(`no current drop has rewards of ${watch.model}`);
  const { model, version } = rewarder;
  const rows = `SELECT i."group" AS "group", concat(s.item, ':', s.response) AS unit, s.value AS value
    FROM (${rewardRows(model, version, watch.aspect)}) s JOIN {items} i ON s.item = i.id`;
  const rewardsOf = async (drops: readonly Arrival[]): Promise<number[]> => {
    const found = queryDrops<{ value: number }>(tables, drops, ['scores', 'items'], drawn(rows, watch));
    return Array.fromAsync(found, ({ value }) => value);
  };
  const [before, after] = [await rewardsOf(reference), await rewardsOf(current)];
  const { least, alpha, distance, limit } = watch;
  if (before.length < least)
    return noData(tooFew(`rewards of ${model}@${version} in the reference`, before.length, least));
  if (after.length < least) return noData(tooFew(`current rewards of ${model}@${version}`, after.length, least));
  return ofModel(rewarder, together([ksAlarm(before, after, distance, alpha), psiAlarm(before, after, 10, limit)]));
};
