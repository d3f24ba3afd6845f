import { overOptimisationAlarm } from '../../models/drift/over-optimisation.ts';
import { noData, ofModel } from '../../models/drift/reading.ts';
import type { ProxyGold } from '../../models/selection/best-of-n.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { currentDrops } from './drops.ts';
import { goldRows, queryDrops, rewarderOf, rewardRows, tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

interface Prompt {
  readonly id: string;
  readonly samples: readonly ProxyGold[];
}

/** The gold reward under best-of-n by the head, n doubling, against KL (Gao et al. 2023; S122): prompts with several responses under both. */
export const overOptimisation = async (
  { objects, tables }: MonitorSources,
  watch: Watch<'over-optimisation'>,
  now: number,
): Promise<Reading> => {
  const { model, aspect, gold, responses, sample, seed, least } = watch;
  const drops = await currentDrops(objects, watch, now);
  const proxy = await rewarderOf(tables, model, drops);
  if (proxy === null) return noData(`no drop has rewards of ${model}`);
  const judge = 'model' in gold ? await rewarderOf(tables, gold.model, drops) : null;
  if ('model' in gold && judge === null) return noData(`no drop has rewards of ${gold.model}`);
  const golden = 'model' in gold ? rewardRows(judge?.model ?? '', judge?.version ?? '', gold.aspect) : goldRows(gold);
  const place = `PARTITION BY i."group" ORDER BY md5(concat(${seed}, ':', p.item, ':', p.response))`;
  const rows = `SELECT i."group" AS "group", p.value AS proxy, g.value AS gold, row_number() OVER (${place}) AS place
    FROM (${rewardRows(proxy.model, proxy.version, aspect)}) p JOIN (${golden}) g USING (item, response)
      JOIN {items} i ON p.item = i.id`;
  const sql = `SELECT "group" AS id, list(struct_pack(proxy := proxy, gold := gold) ORDER BY place) AS samples
    FROM (${rows}) WHERE place <= ${responses} GROUP BY "group" HAVING count(*) = ${responses}
    ORDER BY md5(concat(${seed}, ':', "group")) LIMIT ${sample}`;
  const tablesRead = 'model' in gold ? (['scores', 'items'] as const) : (['scores', 'labels', 'items'] as const);
  const prompts = await Array.fromAsync(queryDrops<Prompt>(tables, drops, tablesRead, sql));
  if (prompts.length < least)
    return noData(tooFew(`prompts with ${responses} responses under both rewards`, prompts.length, least));
  return ofModel(proxy, overOptimisationAlarm(prompts, seed));
};
