import { lengthAlarm } from '../../models/drift/correlation.ts';
import { noData, ofModel } from '../../models/drift/reading.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { drawn, queryDrops, rewarded, rewardRows, tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

/** Rewards of one head against the characters of the responses, one response a prompt (S122). */
export const lengthCorrelation = async (
  deps: MonitorSources,
  watch: Watch<'length-correlation'>,
  now: number,
): Promise<Reading> => {
  const { drops, rewarder } = await rewarded(deps, watch, now);
  if (rewarder === null) return noData(`no drop has rewards of ${watch.model}`);
  const { model, version } = rewarder;
  const rows = `SELECT i."group" AS "group", concat(s.item, ':', s.response) AS unit, s.value AS value,
      length(i.responses[s.response + 1].text) AS characters
    FROM (${rewardRows(model, version, watch.aspect)}) s JOIN {items} i ON s.item = i.id
    WHERE i.responses[s.response + 1].text IS NOT NULL`;
  const found = await Array.fromAsync(
    queryDrops<{ value: number; characters: number }>(deps.tables, drops, ['scores', 'items'], drawn(rows, watch)),
  );
  if (found.length < watch.least) return noData(tooFew(`rewarded texts`, found.length, watch.least));
  const [rewards, lengths] = [found.map(({ value }) => value), found.map(({ characters }) => characters)];
  return ofModel(rewarder, lengthAlarm(rewards, lengths, watch.limit));
};
