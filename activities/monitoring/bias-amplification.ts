import { noData, ofModel } from '../../models/drift/reading.ts';
import { amplificationAlarm, type GroupedPair } from '../../models/fairness/amplification.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { drawn, goldRows, queryDrops, rewarded, rewardRows } from './sample.ts';
import type { MonitorSources } from './sources.ts';

const PART: Readonly<Record<Watch<'bias-amplification'>['by'], string>> = {
  language: `coalesce(i.language, 'und')`,
  generator: `coalesce(i.responses[s.response + 1].model, 'unknown')`,
};

/** Whether the head widens the gaps between languages or generators that people's labels show (S043), one response a prompt. */
export const biasAmplification = async (
  deps: MonitorSources,
  watch: Watch<'bias-amplification'>,
  now: number,
): Promise<Reading> => {
  const { drops, rewarder } = await rewarded(deps, watch, now);
  if (rewarder === null) return noData(`no drop has rewards of ${watch.model}`);
  const { model, version } = rewarder;
  const rows = `SELECT i."group" AS "group", concat(s.item, ':', s.response) AS unit, ${PART[watch.by]} AS part,
      l.value AS human, s.value AS reward
    FROM (${rewardRows(model, version, watch.aspect)}) s JOIN (${goldRows(watch.gold)}) l USING (item, response)
      JOIN {items} i ON s.item = i.id`;
  const pairs = await Array.fromAsync(
    queryDrops<GroupedPair>(deps.tables, drops, ['scores', 'labels', 'items'], drawn(rows, watch)),
  );
  if (pairs.length === 0) return noData(`no label stands beside a reward of ${model}@${version}`);
  return ofModel(rewarder, amplificationAlarm(pairs, watch.limit, watch.least));
};
